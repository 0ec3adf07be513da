import type { Problem } from './problem.ts';
import type { Reason } from './reason.ts';
import type { FailureRecord } from './record.ts';
import type { TargetId } from './target.ts';

/** All that can happen while building, as data; `report/` has the words. */
export type Event =
  | { readonly kind: 'recovered'; readonly target: TargetId; readonly by: 'rolled-forward' | 'rolled-back' | 'stuck' }
  | { readonly kind: 'started'; readonly target: TargetId; readonly reasons: readonly Reason[] }
  | { readonly kind: 'built'; readonly target: TargetId; readonly reasons: readonly Reason[]; readonly seconds: number }
  | { readonly kind: 'failed'; readonly target: TargetId; readonly failure: Failure }
  | { readonly kind: 'failed-before'; readonly target: TargetId; readonly failure: FailureRecord }
  | { readonly kind: 'problem'; readonly target: TargetId; readonly problems: readonly Problem[] }
  | { readonly kind: 'held'; readonly target: TargetId; readonly problems: readonly Problem[] }
  | { readonly kind: 'blocked'; readonly target: TargetId; readonly by: readonly TargetId[] }
  | { readonly kind: 'retired'; readonly target: TargetId; readonly by: readonly TargetId[] }
  | { readonly kind: 'not-asked-for'; readonly target: TargetId }
  | { readonly kind: 'warnings'; readonly problems: readonly Problem[] };

/** Why an attempt ended without a result. */
export type Failure = {
  readonly cause: 'exited' | 'bad-input' | 'input-changed' | 'store-unavailable' | 'disk-full';
  readonly says: string;
};

export type Counts = {
  readonly built: number;
  readonly fresh: number;
  readonly failed: number;
  readonly held: number;
  readonly blocked: number;
  readonly retired: number;
};
