import type { Cause, Failure } from './cause.ts';
import type { Problem } from './problem.ts';
import type { Reason } from './reason.ts';
import type { FailureRecord } from './record.ts';
import type { TargetId } from './target.ts';

/** All that can happen while building, as data; `report/` has the words. */
export type Event =
  | { readonly kind: 'recovered'; readonly target: TargetId; readonly by: 'rolled-forward' | 'rolled-back' | 'stuck' }
  /** What this build is expected to do, for a footer: targets by stage, and the time where earlier runs tell it. */
  | { readonly kind: 'planned'; readonly stages: Readonly<Record<string, number>>; readonly seconds: number | undefined }
  /** `adopted`: an attempt of an earlier builder that lives, or has ended, takes the place of a new one. */
  | {
      readonly kind: 'started';
      readonly target: TargetId;
      readonly stage: string;
      readonly reasons: readonly Reason[];
      readonly by: 'started' | 'adopted';
      readonly sinceMs: number;
      readonly expectedSeconds: number | undefined;
    }
  /** It found nothing to do. */
  | { readonly kind: 'fresh'; readonly target: TargetId; readonly stage: string }
  | {
      readonly kind: 'built';
      readonly target: TargetId;
      readonly stage: string;
      readonly reasons: readonly Reason[];
      readonly seconds: number;
      readonly caveats: readonly string[];
    }
  | { readonly kind: 'failed'; readonly target: TargetId; readonly failure: Failure; readonly older: 'kept' | 'none' }
  /** It failed, and is tried again. */
  | {
      readonly kind: 'again';
      readonly target: TargetId;
      readonly failure: Failure;
      readonly tries: number;
      readonly waitSeconds: number;
      readonly asks: string;
    }
  /** An attempt that goes on without a builder; the next one takes it over. */
  | { readonly kind: 'left-running'; readonly target: TargetId }
  /** So many targets in a row ended for one cause that nothing more of this stage is begun. */
  | { readonly kind: 'stopped'; readonly stage: string; readonly cause: Cause; readonly count: number; readonly says: string }
  | { readonly kind: 'failed-before'; readonly target: TargetId; readonly failure: FailureRecord }
  | { readonly kind: 'problem'; readonly target: TargetId; readonly problems: readonly Problem[] }
  | { readonly kind: 'held'; readonly target: TargetId; readonly problems: readonly Problem[] }
  | { readonly kind: 'blocked'; readonly target: TargetId; readonly by: readonly TargetId[] }
  | { readonly kind: 'retired'; readonly target: TargetId; readonly by: readonly TargetId[] }
  | { readonly kind: 'not-asked-for'; readonly target: TargetId }
  | { readonly kind: 'warnings'; readonly problems: readonly Problem[] };

export type Counts = {
  readonly built: number;
  readonly fresh: number;
  readonly failed: number;
  /** Not begun, because the build was stopped before. */
  readonly left: number;
  readonly held: number;
  readonly blocked: number;
  readonly retired: number;
};
