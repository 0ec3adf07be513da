import { CAUSES } from './cause.ts';
import type { Cause, Failure } from './cause.ts';

/** Causes that a recipe may know better than the evidence does. */
export type SaidCause =
  | 'exited'
  | 'incomplete'
  | 'bad-input'
  | 'out-of-memory'
  | 'disk-full'
  | 'store-unavailable'
  | 'credentials'
  | 'quota';

/** What a recipe throws when it knows the cause: `throw failing('bad-input', 'PARAM of FILE is no number')`. */
export const failing = (cause: SaidCause, says: string): Error => Object.assign(new Error(says), { failing: cause });

export function failingOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('failing' in error)) return undefined;
  const cause = CAUSES.find((each: Cause) => each === error.failing);
  return cause === undefined ? undefined : { cause, says: error.message };
}
