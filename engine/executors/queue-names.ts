/** What builders and workers of one home agree on: where its queues lie in Redis, and what stands in a job. */
import { digest } from '../lib/digest.ts';
import type { Order } from '../model/attempt.ts';
import type { Wants } from '../model/wants.ts';
import type { Ended } from './executor.ts';

/** One attempt that waits for a worker, or is at work. Its id is that of the attempt. */
export type QueuedAttempt = {
  readonly order: Order;
  /** The attempt's folder on the builder's machine. */
  readonly folder: string;
  /** Of a home in a bucket: what of the project is needed besides it. */
  readonly kit?: string;
  /** Of the builder's adap. */
  readonly version: string;
};

/** What a worker leaves when it has done a job. */
export type Worked = { readonly ended: Ended; readonly worker: string };

/** Keys in Redis begin so: of one home, whatever machine asks. */
export const prefixOf = (named: string): string => `adap:${digest(named).slice(0, 16)}`;

/** GiB; one queue each, for workers of at least that size. What is given half as much again is in the next class, or the one after it. */
const CLASSES_GIB = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024] as const;

const nameOf = (gib: number): string => `m${gib}`;

/** GiB of a worker that can do what wants so much memory. */
export const classOf = ({ memoryGiB = 0 }: Pick<Wants, 'memoryGiB'>): number =>
  CLASSES_GIB.find((each) => memoryGiB <= each) ?? LARGEST_CLASS_GIB;

export const LARGEST_CLASS_GIB = Math.max(...CLASSES_GIB);

/** The queue of what wants so much memory. */
export const queueFor = (wants: Pick<Wants, 'memoryGiB'>): string => nameOf(classOf(wants));

/** Those that a worker with so much memory may take from, the largest first: small jobs fit anywhere. */
export const queuesWithin = (gib: number): readonly string[] =>
  CLASSES_GIB.filter((each) => each <= Math.max(1, gib))
    .toReversed()
    .map(nameOf);

export const allQueues = (): readonly string[] => CLASSES_GIB.map(nameOf);

/** Its presence says that an attempt is to be ended. */
export const cancelKey = (named: string, attempt: string): string => `${prefixOf(named)}:cancel:${attempt}`;

/** A job that fails with these words first cannot be done by any worker. */
export const BAD_INPUT = 'bad-input: ';

/** A job that fails with these words was handed back. */
export const toldToEnd = (worker: string): string => `preempted: ${worker} was told to end`;

/** By which worker; undefined where it failed otherwise. */
export const handedBackBy = (says: string): string | undefined => /^preempted: (\S+) was told to end$/.exec(says)?.[1];

/** A worker that was not heard of for so long has lost its job. */
export const LEASE_MS = Number(process.env['ADAP_WORKER_LEASE_SECONDS'] ?? 60) * 1000;
