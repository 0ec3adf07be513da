import type { KeyParts } from './key.ts';
import type { Problem } from './problem.ts';
import type { Reason } from './reason.ts';
import type { FailureRecord, TargetRecord } from './record.ts';
import type { Flat } from './rule.ts';
import type { HomePath, TargetId } from './target.ts';

/**
 * One published output as it lies in the home now, compared with its record. Edited: somebody wrote there; damaged: nobody
 * did, by its stamp, and yet the bytes are others.
 */
export type Observed = { readonly path: HomePath; readonly is: 'as-recorded' | 'missing' | 'edited' | 'damaged' };

/** All that a verdict depends on. */
export type Snapshot = {
  /** Undefined while an input has yet to be made. */
  readonly parts: KeyParts | undefined;
  readonly record: TargetRecord | undefined;
  /** Of the record's outputs, in their order. */
  readonly observed: readonly Observed[];
  readonly failure: FailureRecord | undefined;
  /** Key of `parts`, or undefined with them. */
  readonly key: string | undefined;
  readonly problems: readonly Problem[];
  readonly held: readonly Problem[];
  /** Inputs that cannot be had: their targets failed, are held or blocked. */
  readonly blockedBy: readonly TargetId[];
  /** Inputs that will run first; what they make may turn out the same. */
  readonly remade: readonly TargetId[];
  /** What the recorded needs say now: a failure does not hold in another environment. */
  readonly environment: Flat;
  /** `force`: run in any case; `retry`: a failure does not hold; `named`: not even where it failed too often. */
  readonly wish: 'none' | 'retry' | 'named' | 'force';
};

/** `fresh`, or `stale` with reasons; and what stands in the way of running it. */
export type State = {
  readonly verdict: 'fresh' | 'stale';
  readonly reasons: readonly Reason[];
  readonly next:
    | { readonly kind: 'nothing' }
    | { readonly kind: 'run' }
    /** It may run: an input is being remade, and may come out as it was. */
    | { readonly kind: 'wait'; readonly for: readonly TargetId[] }
    | { readonly kind: 'problem'; readonly problems: readonly Problem[] }
    | { readonly kind: 'held'; readonly problems: readonly Problem[] }
    | { readonly kind: 'blocked'; readonly by: readonly TargetId[] }
    | { readonly kind: 'failed-before'; readonly failure: FailureRecord };
  /** An older result lies in the home. */
  readonly older: 'kept' | 'none';
  /** The last attempt for this key failed; it does not hold, and the next build tries again. */
  readonly failedLast?: FailureRecord;
};
