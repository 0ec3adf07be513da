/** What a Job of workers tells of its places. Pure. */
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { SEAT_ANNOTATION } from './names.ts';
import { isSitting } from './pod-causes.ts';
import type { Seat } from './seats.ts';

export const nameOf = ({ metadata }: V1Job | V1Pod): string => metadata?.name ?? '';

export const isOf = (pod: V1Pod, job: V1Job): boolean => pod.metadata?.labels?.['job-name'] === nameOf(job);

const ENDED = /^(Complete|Failed|FailureTarget|SuccessCriteriaMet)$/;

/** Whether it goes on making pods. */
export const isOpen = ({ metadata, status }: V1Job): boolean =>
  metadata?.deletionTimestamp === undefined &&
  status?.conditions?.some(({ type, status: is }) => ENDED.test(type) && is === 'True') !== true;

/** The size of its workers. */
export const seatIn = ({ metadata }: V1Job): Seat => {
  const empty: Seat = { memoryGiB: 0, scratchGiB: 0, cpus: 0 };
  return { ...empty, ...(JSON.parse(metadata?.annotations?.[SEAT_ANNOTATION] ?? '{}') as Partial<Seat>) };
};

/** Places that are taken, or will be: neither ended, nor lost with a node that nobody hears of. */
export function seatsOf(job: V1Job, pods: readonly V1Pod[]): readonly Seat[] {
  if (!isOpen(job)) return [];
  const stuck = pods.filter((pod) => isOf(pod, job) && !isSitting(pod) && pod.metadata?.deletionTimestamp !== undefined).length;
  const ended = indexesIn(job.status?.completedIndexes) + indexesIn(job.status?.failedIndexes);
  return Array.from({ length: Math.max(0, (job.spec?.completions ?? 0) - ended - stuck) }, () => seatIn(job));
}

/** How many: `0-2,5`. */
const indexesIn = (ranges: string | undefined): number =>
  (ranges ?? '')
    .split(',')
    .filter((range) => range !== '')
    .map((range) => range.split('-').map(Number))
    .reduce((sum, [from = 0, to = from]) => sum + to - from + 1, 0);
