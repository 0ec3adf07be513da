/** Workers as pods: Jobs of what is lacking, and what the API server tells of them. It is asked again and again: a watch may stall unseen. */
import { setTimeout as wait } from 'node:timers/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Order } from '../../model/attempt.ts';
import type { Failure } from '../../model/cause.ts';
import { classOf } from '../queue-names.ts';
import type { Crew } from '../crew.ts';
import { problemIn } from './kube.ts';
import type { Kube } from './kube.ts';
import { isOf, nameOf, seatIn, seatsOf } from './job-seats.ts';
import { jobName, selectorOf, WORKERS } from './names.ts';
import { createObstacles } from './obstacles.ts';
import { whyGone } from './pod-causes.ts';
import { lackingSeats } from './seats.ts';
import { mostPods, workerJob } from './worker-job.ts';
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
  const obstacles = createObstacles({ kube, cluster, hasWorked: (pod) => seen.has(pod) });
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
    for (const { count, ...seat } of lackingSeats(wanted, seats, mostPods(cluster))) {
      if (isClosed) return;
      const name = `${jobName(named, seat)}-${Date.now().toString(36)}`;
      const job = workerJob(options, seat, { name, count });
      mine.add(name);
      await kube.create(options.adjust?.(job) ?? job);
    }
  };

  const findObstacles = async (jobs: readonly V1Job[], pods: readonly V1Pod[]): Promise<void> => {
    for (const job of jobs) {
      const own = pods.filter((pod) => isOf(pod, job));
      const failure = await obstacles.find(job, own, mine.has(nameOf(job)));
      if (failure === undefined) continue;
      const { memoryGiB } = seatIn(job);
      // Another try of theirs has another name, and a Job of its own.
      for (const { attempt, wants } of ordered()) if (classOf(wants) === memoryGiB) nobody.set(attempt, failure);
      mine.delete(nameOf(job));
      await kube.removeJob(nameOf(job));
    }
  };

  const run = async (): Promise<void> => {
    for (;;) {
      if (isClosed) return;
      try {
        await look();
        if (isAway) tell('the API server of Kubernetes answers again');
        isAway = false;
      } catch (error) {
        if (!isAway) tell(`${problemIn(error, kube).says}; what runs goes on`);
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
      for (const name of mine) await kube.removeJob(name).catch(() => undefined);
    },
  };
}
