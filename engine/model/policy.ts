import type { Cause } from './cause.ts';

/** What is done about a failure. */
export type Policy = {
  /** How often it is tried again within one build. */
  readonly retries: number;
  /** Asks for half as much again at each retry, up to what the machine has. */
  readonly grows?: 'memory' | 'scratch';
  /** Before the first retry; doubled at each further one. */
  readonly waitSeconds: number;
  /** Once the retries are used up: does the failure hold for this key until something changes, or does the next build try again? */
  readonly after: 'holds' | 'next-build';
  /** So many targets in a row that end so: nothing more is begun. */
  readonly stopsAfter: number;
  /** The target's own doing: it counts towards quarantine. */
  readonly isOwn: boolean;
};

export type PolicyChanges = Readonly<Partial<Record<Cause, Partial<Policy>>>>;

const own = { retries: 0, waitSeconds: 0, after: 'holds', stopsAfter: 20, isOwn: true } as const;
const outside = { retries: 3, waitSeconds: 1, after: 'next-build', stopsAfter: 8, isOwn: true } as const;
const world = { retries: 3, waitSeconds: 2, after: 'next-build', stopsAfter: 5, isOwn: false } as const;

/** By cause; a rule may change parts of it. */
export const POLICIES: Readonly<Record<Cause, Policy>> = {
  exited: own,
  incomplete: own,
  'bad-input': own,
  'timed-out': own,
  bug: { ...own, after: 'next-build' },
  'out-of-memory': { ...own, retries: 3, grows: 'memory' },
  'disk-full': { ...world, retries: 2, grows: 'scratch' },
  'evicted-for-disk': { ...outside, grows: 'scratch' },
  preempted: outside,
  'node-lost': outside,
  'never-started': outside,
  'no-worker': { ...world, retries: 0, stopsAfter: 1 },
  'lease-lost': { ...outside, isOwn: false },
  'input-changed': { ...outside, retries: 2, waitSeconds: 0, isOwn: false },
  'store-unavailable': world,
  credentials: { ...world, retries: 0, stopsAfter: 1 },
  quota: { ...world, waitSeconds: 60 },
  cancelled: { retries: 0, waitSeconds: 0, after: 'next-build', stopsAfter: Infinity, isOwn: false },
  poisoned: { ...own, stopsAfter: Infinity },
};

/** A target that failed so often in a row, by its own doing and for one key, is set aside. */
export const POISONED_AFTER = 5;

export const policyOf = (cause: Cause, changes: PolicyChanges | undefined): Policy => ({ ...POLICIES[cause], ...changes?.[cause] });
