/** Workers as pods: Jobs of what is lacking, and what the API server tells of them. It is asked again and again: a watch may stall unseen. */
import { setTimeout as wait } from 'node:timers/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Order } from '../../model/attempt.ts';
import type { Failure } from '../../model/cause.ts';
import type { Problem } from '../../model/problem.ts';
import { classOf } from '../queue-names.ts';
import type { Crew } from '../crew.ts';
import { wordsIn } from './kube.ts';
import type { Kube } from './kube.ts';
import { homeTag, SEAT_ANNOTATION, selectorOf, WORKERS } from './names.ts';
import { isSitting, whyGone, whyNotUp } from './pod-causes.ts';
import { quotaUsedUp, clusterRefuses, workersFail } from './problems.ts';
import { lackingSeats } from './seats.ts';
import type { Seat } from './seats.ts';
import { workerJob } from './worker-job.ts';
import type { JobOf } from './worker-job.ts';

export type CrewOptions = JobOf & {
  readonly kube: Kube;
  /** One line for the user. */
  readonly tell: (line: string) => void;
  /** Changes a Job before it is created; for tests whose pods are processes. */
  readonly adjust?: (job: V1Job) => V1Job;
};

const LOOK_MS = 2000;
/** Where something was ordered: after so long, so that what is ordered together is covered together. */
const SOON_MS = 500;
const DEFAULT_MOST = 10;
const DEFAULT_PATIENCE_SECONDS = 600;
/** A registry, or the maker of a secret, may be late. */
const HITCH_MS = 20_000;
/** So many workers that came up and ended without having done anything are no accident. */
const IN_VAIN = 4;
/** After a worker was lost, its pod tells within this. */
const TOLD_WITHIN_MS = 8000;

export type ClusterCrew = Crew & {
  /** Of a build that has ended: pods of its own that still sit there are sent home. */
  dismiss(): Promise<void>;
};

export function createCrew(options: CrewOptions): ClusterCrew {
  const { kube, cluster, named, tell } = options;
  const seen = new Set<string>();
  const known = new Set<string>();
  /** Of this builder: only their ends are its matter. */
  const mine = new Set<string>();
  const since = createSince();
  /** By attempt. */
  const nobody = new Map<string, Failure>();
  let ordered: () => readonly Order[] = () => [];
  let isClosed = false;
  let isAway = false;
  let looking: Promise<void> | undefined;

  /** Those who wait to be covered: by the next look that begins. */
  let uncovered: PromiseWithResolvers<undefined> | undefined;
  let wake = Promise.withResolvers<undefined>();

  const look = async (): Promise<void> => {
    const orders = ordered();
    const covering = uncovered;
    uncovered = undefined;
    try {
      if (orders.length > 0) await bring(orders);
      covering?.resolve(undefined);
    } catch (error) {
      const next = (uncovered ??= Promise.withResolvers<undefined>());
      void next.promise.then(() => covering?.resolve(undefined));
      throw error;
    }
  };

  const bring = async (orders: readonly Order[]): Promise<void> => {
    const selector = selectorOf(named, WORKERS);
    const [jobs, pods] = await Promise.all([kube.jobs(selector), kube.pods(selector)]);
    for (const pod of pods) known.add(nameOf(pod));
    await findObstacles(jobs, pods);
    const seats = jobs.flatMap((job) => seatsOf(job, pods));
    const wanted = orders.filter(({ attempt }) => !nobody.has(attempt)).map(({ wants }) => wants);
    for (const { count, ...seat } of lackingSeats(wanted, seats, cluster.maxPods ?? DEFAULT_MOST)) {
      if (isClosed) return;
      const name = `adap-${homeTag(named)}-m${seat.memoryGiB}-${Date.now().toString(36)}`;
      const job = workerJob(options, seat, { name, count });
      mine.add(name);
      await kube.create(options.adjust?.(job) ?? job);
    }
  };

  const findObstacles = async (jobs: readonly V1Job[], pods: readonly V1Pod[]): Promise<void> => {
    for (const job of jobs.filter((each) => mine.has(nameOf(each)))) {
      const { memoryGiB } = seatIn(job);
      const own = pods.filter((pod) => isOf(pod, job));
      const failure = (await whyNoPods(job, own)) ?? (await whyInVain(job, own)) ?? whyNoneUp(own);
      if (failure === undefined) continue;
      // Another try of theirs has another name, and a Job of its own.
      for (const { attempt, wants } of ordered()) if (classOf(wants) === memoryGiB) nobody.set(attempt, failure);
      mine.delete(nameOf(job));
      await kube.remove({ apiVersion: 'batch/v1', kind: 'Job', metadata: job.metadata ?? {} });
    }
  };

  /** The API server creates none: a quota, a policy of the namespace. */
  const whyNoPods = async (job: V1Job, pods: readonly V1Pod[]): Promise<Failure | undefined> => {
    const isWithout = pods.length === 0 && isOpen(job);
    if (!since.holds(`pods ${nameOf(job)}`, isWithout, HITCH_MS / 2)) return undefined;
    const events = await kube.events('Job', nameOf(job)).catch(() => []);
    const said = events.findLast(({ reason }) => reason === 'FailedCreate')?.message;
    if (said === undefined) return undefined;
    return /exceeded quota/i.test(said)
      ? { cause: 'quota', says: wordsOf(quotaUsedUp(kube.namespace, said)) }
      : noWorker(clusterRefuses(kube.namespace, said));
  };

  /** They end as soon as they have come up. */
  const whyInVain = async (job: V1Job, pods: readonly V1Pod[]): Promise<Failure | undefined> => {
    const isWrong = job.status?.conditions?.some(({ type, reason }) => type === 'Failed' && reason === 'PodFailurePolicy') === true;
    const inVain = pods.filter((pod) => pod.status?.phase === 'Failed' && !seen.has(nameOf(pod)) && whyGone(pod)?.cause === 'bug');
    for (const pod of inVain) endedInVain.add(nameOf(pod));
    const last = inVain.at(-1);
    if (last === undefined || (!isWrong && endedInVain.size < IN_VAIN)) return undefined;
    const log = await kube.log(nameOf(last), 5).catch(() => '');
    return noWorker(workersFail(log.trim().split('\n').slice(-2).join(' ') || `pod ${nameOf(last)} says nothing`));
  };
  const endedInVain = new Set<string>();

  /** None of its pods is up, and one tells why. */
  const whyNoneUp = (pods: readonly V1Pod[]): Failure | undefined => {
    const sitting = pods.filter(isSitting);
    const obstacle = sitting.map(whyNotUp).find((each) => each !== undefined);
    const isUp = sitting.some((pod) => pod.status?.phase === 'Running');
    const job = pods[0]?.metadata?.labels?.['job-name'] ?? '';
    const patience = (cluster.patienceSeconds ?? DEFAULT_PATIENCE_SECONDS) * 1000;
    const stops = since.holds(`stops ${job}`, !isUp && obstacle?.is === 'stops', HITCH_MS);
    const noRoom = since.holds(`room ${job}`, !isUp && obstacle?.is === 'no-room', patience);
    if (obstacle?.is === 'stops' && stops) return noWorker(obstacle.problem);
    return obstacle?.is === 'no-room' && noRoom ? { cause: 'never-started', says: obstacle.says } : undefined;
  };

  const run = async (): Promise<void> => {
    for (;;) {
      if (isClosed) return;
      try {
        await look();
        if (isAway) tell(`the API server of Kubernetes answers again`);
        isAway = false;
      } catch (error) {
        if (!isAway) tell(`the API server of Kubernetes does not answer: ${wordsIn(error)}; what runs goes on`);
        isAway = true;
      }
      await wait(SOON_MS, undefined, { ref: false });
      await Promise.race([wait(LOOK_MS - SOON_MS, undefined, { ref: false }), wake.promise]);
      wake = Promise.withResolvers<undefined>();
    }
  };

  return {
    attend(more) {
      ordered = more;
      looking ??= run();
    },
    covers() {
      uncovered ??= Promise.withResolvers<undefined>();
      wake.resolve(undefined);
      return uncovered.promise;
    },
    saw: (worker) => void seen.add(worker),
    whyNobody: ({ attempt }) => nobody.get(attempt),
    async whyGone(worker) {
      const begun = performance.now();
      while (performance.now() - begun < TOLD_WITHIN_MS) {
        const pod = await kube.pod(worker).catch(() => 'away' as const);
        if (pod === undefined) return known.has(worker) ? { cause: 'preempted', says: `pod ${worker} was deleted` } : undefined;
        const why = pod === 'away' ? undefined : whyGone(pod);
        if (why !== undefined) return why;
        await wait(LOOK_MS / 2);
      }
      return undefined;
    },
    close() {
      isClosed = true;
    },
    async dismiss() {
      isClosed = true;
      // What goes on without its builder needs its workers.
      if (ordered().length > 0) return;
      for (const name of mine)
        await kube.remove({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: kube.namespace } }).catch(() => undefined);
    },
  };
}

const nameOf = ({ metadata }: V1Job | V1Pod): string => metadata?.name ?? '';
const isOf = (pod: V1Pod, job: V1Job): boolean => pod.metadata?.labels?.['job-name'] === nameOf(job);
const isOpen = (job: V1Job): boolean =>
  job.metadata?.deletionTimestamp === undefined &&
  job.status?.conditions?.some(
    ({ type, status }) => /^(Complete|Failed|FailureTarget|SuccessCriteriaMet)$/.test(type) && status === 'True',
  ) !== true;

const noWorker = (problem: Problem): Failure => ({ cause: 'no-worker', says: wordsOf(problem) });
const wordsOf = ({ code, says, try: out }: Problem): string => `[${code}] ${says}; try: ${out ?? ''}`;

const seatIn = ({ metadata }: V1Job): Seat => {
  const empty: Seat = { memoryGiB: 0, scratchGiB: 0, cpus: 0 };
  return { ...empty, ...(JSON.parse(metadata?.annotations?.[SEAT_ANNOTATION] ?? '{}') as Partial<Seat>) };
};

/** Places of a Job that are taken, or will be: neither ended, nor lost with a node that nobody hears of. */
function seatsOf(job: V1Job, pods: readonly V1Pod[]): readonly Seat[] {
  if (!isOpen(job)) return [];
  const stuck = pods.filter((pod) => isOf(pod, job) && !isSitting(pod) && pod.metadata?.deletionTimestamp !== undefined).length;
  const left = (job.spec?.completions ?? 0) - indexesIn(job) - stuck;
  return Array.from({ length: Math.max(0, left) }, () => seatIn(job));
}

/** How many places have ended: `0-2,5`. */
function indexesIn({ status }: V1Job): number {
  const count = (ranges: string | undefined): number =>
    (ranges ?? '')
      .split(',')
      .filter((range) => range !== '')
      .map((range) => range.split('-').map(Number))
      .reduce((sum, [from = 0, to = from]) => sum + to - from + 1, 0);
  return count(status?.completedIndexes) + count(status?.failedIndexes);
}

/** Since when something holds. */
function createSince(): { holds(what: string, is: boolean, ms: number): boolean } {
  const first = new Map<string, number>();
  return {
    holds(what, is, ms) {
      if (!is) first.delete(what);
      if (!is) return false;
      const began = first.get(what) ?? performance.now();
      first.set(what, began);
      return performance.now() - began >= ms;
    },
  };
}
