/** Why the workers of a Job do not come, or end in vain: what only a person can mend, once it has lasted. */
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Failure } from '../../model/cause.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Problem } from '../../model/problem.ts';
import { isOpen, nameOf } from './job-seats.ts';
import type { Kube } from './kube.ts';
import { HITCH_MS, isSitting, whyGone, whyNotUp } from './pod-causes.ts';
import { clusterRefuses, quotaUsedUp, workersFail } from './problems.ts';

type Options = {
  readonly kube: Pick<Kube, 'events' | 'log' | 'namespace'>;
  readonly cluster: Cluster;
  /** Whether a pod was seen at work. */
  readonly hasWorked: (pod: string) => boolean;
};

export type Obstacles = {
  /** Of a Job and its pods as they are now; `isOwn`: it was made by this builder, so that its ends count. */
  find(job: V1Job, pods: readonly V1Pod[], isOwn: boolean): Promise<Failure | undefined>;
};

/** No room: the cluster may be full for a while. */
const PATIENCE_SECONDS = 600;
/** So many workers that came up and ended without having done anything are no accident. */
const IN_VAIN = 4;

export function createObstacles({ kube, cluster, hasWorked }: Options): Obstacles {
  const since = createSince();
  const endedInVain = new Set<string>();

  /** The API server creates none: a quota, a policy of the namespace. */
  const whyNoPods = async (job: V1Job, pods: readonly V1Pod[]): Promise<Failure | undefined> => {
    if (!since.holds(`pods ${nameOf(job)}`, pods.length === 0 && isOpen(job), HITCH_MS / 2)) return undefined;
    const events = await kube.events('Job', nameOf(job)).catch(() => []);
    const said = events.findLast(({ reason }) => reason === 'FailedCreate')?.message;
    if (said === undefined) return undefined;
    if (!/exceeded quota/i.test(said)) return noWorker(clusterRefuses(kube.namespace, said));
    return { cause: 'quota', says: wordsOf(quotaUsedUp(kube.namespace, said)) };
  };

  /** They end as soon as they have come up. */
  const whyInVain = async (job: V1Job, pods: readonly V1Pod[]): Promise<Failure | undefined> => {
    const isWrong = job.status?.conditions?.some(({ type, reason }) => type === 'Failed' && reason === 'PodFailurePolicy') === true;
    const inVain = pods.filter((pod) => pod.status?.phase === 'Failed' && !hasWorked(nameOf(pod)) && whyGone(pod)?.cause === 'bug');
    for (const pod of inVain) endedInVain.add(nameOf(pod));
    const last = inVain.at(-1);
    if (last === undefined || (!isWrong && endedInVain.size < IN_VAIN)) return undefined;
    const log = await kube.log(nameOf(last), 5).catch(() => '');
    return noWorker(workersFail(log.trim().split('\n').slice(-2).join(' ') || `pod ${nameOf(last)} says nothing`));
  };

  /** None of its pods is up, and one tells why. */
  const whyNoneUp = (job: V1Job, pods: readonly V1Pod[]): Failure | undefined => {
    const sitting = pods.filter(isSitting);
    const isUp = sitting.some((pod) => pod.status?.phase === 'Running');
    const obstacle = isUp ? undefined : sitting.map(whyNotUp).find((each) => each !== undefined);
    const stops = since.holds(`stops ${nameOf(job)}`, obstacle?.is === 'stops', HITCH_MS);
    const isFull = since.holds(`room ${nameOf(job)}`, obstacle?.is === 'no-room', (cluster.patienceSeconds ?? PATIENCE_SECONDS) * 1000);
    if (obstacle?.is === 'stops') return stops ? noWorker(obstacle.problem) : undefined;
    return obstacle !== undefined && isFull ? { cause: 'never-started', says: obstacle.says } : undefined;
  };

  return {
    async find(job, pods, isOwn) {
      return (await whyNoPods(job, pods)) ?? (isOwn ? await whyInVain(job, pods) : undefined) ?? whyNoneUp(job, pods);
    },
  };
}

const noWorker = (problem: Problem): Failure => ({ cause: 'no-worker', says: wordsOf(problem) });
const wordsOf = ({ code, says, try: out }: Problem): string => `[${code}] ${says}; try: ${out ?? ''}`;

/** Whether something has held for so long. */
function createSince(): { holds(what: string, is: boolean, ms: number): boolean } {
  const first = new Map<string, number>();
  return {
    holds(what, is, ms) {
      const began = is ? (first.get(what) ?? performance.now()) : undefined;
      if (began === undefined) first.delete(what);
      else first.set(what, began);
      return began !== undefined && performance.now() - began >= ms;
    },
  };
}
