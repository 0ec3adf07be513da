/**
 * A worker: takes attempts from the queues of one home, brings what they read, runs each in a process of its own, and tells how it ended. It
 * holds a lease on what it does, renewed beside the process; one that it cannot renew ends its attempt, and tells nothing.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job, JobJson, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Executor } from '../executors/executor.ts';
import { cancelKey, LEASE_MS, prefixOf, queuesWithin, toldToEnd } from '../executors/queue-names.ts';
import type { QueuedAttempt, Worked } from '../executors/queue-names.ts';
import { connect } from '../executors/redis.ts';
import type { Bucket } from '../stores/bucket.ts';
import { workPlace } from './work-place.ts';

export type WorkerOptions = {
  /** Of Redis. */
  readonly address: string;
  /** The home, as all machines know it. */
  readonly named: string;
  /** Of a home in a bucket, with a folder of this worker's own. */
  readonly bucket: Bucket | undefined;
  readonly local: Executor;
  readonly memoryGiB: number;
  readonly freeGiB: () => number;
  /** Ends when there was nothing to do for so long. */
  readonly idleSeconds: number;
  readonly version: string;
  /** Host and number: what `adap queue show` says. */
  readonly name: string;
  readonly tell: (line: string) => void;
  /** It was told to end. */
  readonly isOver: () => boolean;
};

export type WorkerEnd = { readonly kind: 'idle' | 'told'; readonly done: number } | { readonly kind: 'version'; readonly other: string };

const LOOK_MS = 250;
const LOG_MS = 3000;
const RENEWALS = 6;
/** Redis may be away: whoever was told to end does not wait for it, and what was sealed is found where it lies. */
const ANSWER_MS = 5000;
const TOLD_MS = 20_000;
/** Of its lease: it is over before others may think so. */
const BELIEVED = 0.8;

type Held = {
  readonly job: Job<QueuedAttempt>;
  readonly token: string;
  readonly client: Redis;
  /** Its queue's next job may be taken by the request that ends it: what Redis says of that one, read. */
  readonly after: ((json: JobJson, id: string) => Job<QueuedAttempt>) | undefined;
};

export async function work(options: WorkerOptions): Promise<WorkerEnd> {
  const { address, named, memoryGiB, idleSeconds, tell, isOver } = options;
  const { Worker: BullWorker, Job: BullJob } = await import('bullmq');
  const [client, connection] = [await connect(address, 'asks'), await connect(address, 'waits')];
  const open = (name: string): Worker<QueuedAttempt> =>
    new BullWorker<QueuedAttempt>(name, undefined, {
      connection,
      prefix: prefixOf(named),
      autorun: false,
      // Builders look after their own jobs.
      skipStalledCheck: true,
      lockDuration: LEASE_MS,
      skipVersionCheck: true,
      name: options.name,
    });
  const queues = queuesWithin(memoryGiB).map(open);
  for (const each of queues) each.on('error', () => undefined);
  const [largest] = queues;
  const token = randomUUID();
  let done = 0;
  let idleSince = performance.now();
  let following: Job<QueuedAttempt> | undefined;
  try {
    while (!isOver()) {
      const job = following ?? (await next(queues, token));
      following = undefined;
      if (job !== undefined && job.data.version !== options.version) {
        await within(ANSWER_MS, job.moveToWait(token));
        return { kind: 'version', other: job.data.version };
      }
      const { scratchGiB = 0 } = job?.data.order.wants ?? {};
      const isTooLarge = options.freeGiB() < scratchGiB;
      if (job === undefined || isTooLarge) {
        if (job !== undefined)
          tell(`${job.data.order.target}: left to others: it wants ${scratchGiB} GiB of disk, there are ${options.freeGiB().toFixed(1)}`);
        await within(ANSWER_MS, job?.moveToWait(token));
        // What others must do keeps nobody.
        if (performance.now() - idleSince > idleSeconds * 1000) return { kind: 'idle', done };
        await wait(isTooLarge ? LOOK_MS * 20 : LOOK_MS);
        continue;
      }
      // Of the largest class, the next one comes with the end of the last.
      following = await workOn(options, {
        job,
        token,
        client,
        after: largest?.name === job.queueName ? (json, id) => BullJob.fromJSON(largest, json, id) : undefined,
      });
      done += 1;
      idleSince = performance.now();
    }
    return { kind: 'told', done };
  } finally {
    await Promise.race([Promise.allSettled(queues.map((each) => each.close(true))), wait(2000)]);
    client.disconnect();
    connection.disconnect();
  }
}

async function next(queues: readonly Worker<QueuedAttempt>[], token: string): Promise<Job<QueuedAttempt> | undefined> {
  for (const queue of queues) {
    // Redis may be away for a while.
    const job = await within(ANSWER_MS, queue.getNextJob(token, { block: false }));
    if (job !== undefined) return job;
  }
  return undefined;
}

/** Undefined where it fails, or takes longer. */
async function within<T>(ms: number, asked: Promise<T> | undefined): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  const found = await Promise.race([asked?.catch(() => undefined), late.promise]);
  clearTimeout(timer);
  return found;
}

/** Gives the next job, where it was taken by the request that ended this one. */
async function workOn(options: WorkerOptions, held: Held): Promise<Job<QueuedAttempt> | undefined> {
  const { job, token, client } = held;
  const { local, named, tell, isOver, name } = options;
  const { order } = job.data;
  tell(`${order.target}: begun`);
  let renewed = performance.now();
  let running: ReturnType<Executor['start']> | undefined;
  let why: 'nothing' | 'cancel' | 'told' | 'lost' = 'nothing';
  const end = (because: typeof why): void => {
    if (why !== 'nothing') return;
    why = because;
    running?.cancel();
  };
  const look = async (): Promise<void> => {
    if (isOver()) end('told');
    // Behind a cut wire no answer comes at all.
    const isStale = (): boolean => performance.now() - renewed > LEASE_MS * BELIEVED;
    if (isStale()) end('lost');
    const [isHeld, cancelled] = await Promise.all([
      job.extendLock(token, LEASE_MS).catch(() => undefined),
      client.exists(cancelKey(named, order.attempt)).catch(() => 0),
    ]);
    if (isHeld === 1) renewed = performance.now();
    if (cancelled === 1) end('cancel');
    if (isHeld === 0 || isStale()) end('lost');
  };
  const looking = setInterval(() => void look(), Math.min(1000, LEASE_MS / RENEWALS));
  try {
    const place = await workPlace(options, job.data);
    const logs = place.upload === undefined ? undefined : setInterval(() => void place.upload?.(), LOG_MS);
    try {
      if (why === 'nothing') running = local.start(place.folder, place.order);
      const ended = running === undefined ? undefined : await running.ended;
      clearInterval(logs);
      await place.upload?.();
      // Set by the timer.
      const because = why as 'nothing' | 'cancel' | 'told' | 'lost';
      const isWhole = ended?.kind === 'manifest' && ended.manifest.kind === 'sealed';
      tell(
        `${order.target}: ${because === 'lost' ? 'its lease was lost, and it was ended' : ended === undefined ? 'not begun' : isWhole ? 'done' : 'ended without a result'}`,
      );
      if (because === 'lost') return undefined;
      if (ended === undefined || (because === 'told' && !isWhole)) {
        await within(ANSWER_MS, job.moveToFailed(new Error(toldToEnd(name)), token, false));
        return undefined;
      }
      clearInterval(looking);
      return await complete(held, { ended, worker: name }, isOver());
    } finally {
      clearInterval(logs);
      place.clear();
    }
  } catch (error) {
    await within(ANSWER_MS, job.moveToFailed(error instanceof Error ? error : new Error(String(error)), token, false));
    return undefined;
  } finally {
    clearInterval(looking);
  }
}

async function complete({ job, token, after }: Held, worked: Worked, isOver: boolean): Promise<Job<QueuedAttempt> | undefined> {
  const [json, id] = (await within(TOLD_MS, job.moveToCompleted(worked, token, after !== undefined && !isOver))) ?? [];
  return typeof id === 'string' && id !== '' ? after?.(json as JobJson, id) : undefined;
}
