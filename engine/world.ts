import type { Disk } from './disk/disk.ts';
import type { Bucket } from './stores/bucket.ts';

/** Everything outside, as one type: the tests' world is this, with another clock or a disk that fails. */
export type World = {
  readonly disk: Disk;
  /** Where the home lies in one: then `disk` reads and writes it there. */
  readonly bucket?: Bucket;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly host: string;
  readonly pid: number;
  /** Called at each numbered step from dispatch to record, and before each rename of a publication; see run/steps.ts. */
  readonly step: (name: Step) => void;
};

/** The steps of one target's way from dispatch to record, in their order; those of the attempt are taken by its own process. */
export const STEPS = [
  'dispatched',
  'ordered',
  'started',
  'claimed',
  'recipe-begun',
  'recipe-ended',
  'checked',
  'digested',
  'uploaded',
  'manifest-written',
  'ended',
  'attempt-emptied',
  'output-written',
  'sealed',
  'intent-written',
  'record-placed',
  'old-moved',
  'new-moved',
  'record-written',
  'attempt-removed',
  'intent-closed',
] as const;

export type Step = (typeof STEPS)[number];
