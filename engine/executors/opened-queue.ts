/** A queue of BullMQ as a builder sees it: what is told of jobs as they end, and what can be asked. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { cancelKey, prefixOf } from './queue-names.ts';
import type { Worked } from './queue-names.ts';
import { connect } from './redis.ts';

export type JobState =
  | { readonly is: 'waiting' | 'taken-out' | 'unknown' }
  /** By whom. */
  | { readonly is: 'held' | 'lost'; readonly worker: string }
  | { readonly is: 'ended'; readonly worked: Worked }
  | { readonly is: 'failed'; readonly says: string };

const CLOSES_WITHIN_MS = 1000;

export type OpenedQueue = {
  readonly asks: Redis;
  /** The home. */
  readonly named: string;
  readonly queue: Queue;
  /** From now on, what is told of this attempt is kept. */
  listen(attempt: string): void;
  /** What is told of it, once; undefined where nothing is told for so long. */
  told(attempt: string, ms: number): Promise<JobState | undefined>;
  close(): Promise<void>;
};

export async function openQueue(
  { address, named }: { readonly address: string; readonly named: string },
  name: string,
): Promise<OpenedQueue> {
  const { Queue: BullQueue, QueueEvents } = await import('bullmq');
  const prefix = prefixOf(named);
  const [asks, waits] = [await connect(address, 'asks'), await connect(address, 'waits')];
  const queue = new BullQueue(name, { connection: asks, prefix, skipVersionCheck: true });
  const events = new QueueEvents(name, { connection: waits, prefix, skipVersionCheck: true });
  queue.on('error', () => undefined);
  events.on('error', () => undefined);
  const inbox = new Map<string, PromiseWithResolvers<JobState>>();
  const hear = (attempt: string, state: JobState): void => inbox.get(attempt)?.resolve(state);
  // It is JSON in Redis, and read by BullMQ already.
  events.on('completed', ({ jobId, returnvalue }) => hear(jobId, { is: 'ended', worked: returnvalue as unknown as Worked }));
  events.on('failed', ({ jobId, failedReason }) => hear(jobId, { is: 'failed', says: failedReason }));
  return {
    asks,
    named,
    queue,
    listen: (attempt) => void inbox.set(attempt, Promise.withResolvers()),
    async told(attempt, ms) {
      const mine = inbox.get(attempt);
      let timer: NodeJS.Timeout | undefined;
      const over = new Promise<undefined>((done) => {
        timer = setTimeout(() => done(undefined), ms);
      });
      const state = await Promise.race([mine?.promise ?? over, over]);
      clearTimeout(timer);
      if (state !== undefined) inbox.delete(attempt);
      return state;
    },
    async close() {
      // They would wait for a Redis that is away, for as long as it takes.
      await Promise.race([Promise.allSettled([queue.close(), events.close()]), wait(CLOSES_WITHIN_MS)]);
      asks.disconnect();
      waits.disconnect();
    },
  };
}

/** As Redis has it now. */
export async function stateOf({ queue, asks, named }: OpenedQueue, attempt: string): Promise<JobState> {
  const job = await queue.getJob(attempt);
  if (job === undefined) return { is: (await asks.exists(cancelKey(named, attempt))) === 1 ? 'taken-out' : 'unknown' };
  const state = await job.getState();
  if (state === 'completed') return { is: 'ended', worked: ((await queue.getJob(attempt))?.returnvalue ?? job.returnvalue) as Worked };
  if (state === 'failed') return { is: 'failed', says: (await queue.getJob(attempt))?.failedReason ?? '' };
  if (state !== 'active') return { is: state === 'unknown' ? 'unknown' : 'waiting' };
  return { is: (await asks.exists(`${queue.toKey(attempt)}:lock`)) === 1 ? 'held' : 'lost', worker: job.processedBy ?? '' };
}
