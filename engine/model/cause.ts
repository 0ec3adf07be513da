/**
 * Why an attempt ended without a result: a closed list. Which one it is, is decided from evidence in one place
 * (`attempt/cause-of.ts`); what is done about it stands in `model/policy.ts`.
 */
export const CAUSES = [
  /** A command ended with an exit code, or by a signal of its own doing (SIGSEGV). */
  'exited',
  /** It ended well, and an output is missing, empty or not whole. */
  'incomplete',
  /** What it needs is wrong in a way that only a person can mend. */
  'bad-input',
  /** An input changed while it ran: what it made is of neither state. */
  'input-changed',
  'out-of-memory',
  'disk-full',
  'evicted-for-disk',
  /** Killed from outside: neither by adap, nor by its own doing. */
  'preempted',
  /** The machine that it ran on is gone, or was started anew. */
  'node-lost',
  /** It never came to run. */
  'never-started',
  /** A cluster can have no workers for it, and only a person can mend that: an image, a secret, a policy. */
  'no-worker',
  'timed-out',
  'cancelled',
  'lease-lost',
  'store-unavailable',
  'credentials',
  'quota',
  /** It failed too often: set aside until it is named, or its key changes. */
  'poisoned',
  /** A mistake in adap. */
  'bug',
] as const;

export type Cause = (typeof CAUSES)[number];

/** One cause, in words. */
export type Failure = {
  readonly cause: Cause;
  /** One line. */
  readonly says: string;
};
