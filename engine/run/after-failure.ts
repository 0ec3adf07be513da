/** What follows a failure: another try, bigger or later; or the end, for now or until something changes. Pure. */
import type { Capacity } from '../executors/executor.ts';
import type { Failure } from '../model/cause.ts';
import { POISONED_AFTER, policyOf } from '../model/policy.ts';
import type { PolicyChanges } from '../model/policy.ts';
import type { Wants } from '../model/wants.ts';

export type Tried = {
  readonly failure: Failure;
  /** Failures of this target in this build, this one included, by this cause. */
  readonly count: number;
  /** Failures in a row by the target's own doing and for this key, of earlier builds too; without this one. */
  readonly ownBefore: number;
  readonly wants: Wants;
  readonly policy: PolicyChanges | undefined;
  readonly capacity: Capacity;
};

export type Next =
  | { readonly kind: 'again'; readonly wants: Wants; readonly waitSeconds: number; readonly ownFailures: number }
  | { readonly kind: 'end'; readonly failure: Failure; readonly after: 'holds' | 'next-build'; readonly ownFailures: number };

export function afterFailure({ failure, count, ownBefore, wants, policy: changes, capacity }: Tried): Next {
  const policy = policyOf(failure.cause, changes);
  const ownFailures = ownBefore + (policy.isOwn ? 1 : 0);
  const end = (after: 'holds' | 'next-build', of: Failure = failure): Next => ({ kind: 'end', failure: of, after, ownFailures });
  if (policy.isOwn && ownFailures >= POISONED_AFTER)
    return end('holds', { cause: 'poisoned', says: `it failed ${ownFailures} times in a row, at last: ${failure.cause}: ${failure.says}` });
  if (count > policy.retries) return end(policy.after);
  const bigger = policy.grows === undefined ? wants : grown(wants, policy.grows, capacity);
  // As big as it can be already: the same again would end the same way.
  if (bigger === undefined) return end(policy.after);
  return { kind: 'again', wants: bigger, waitSeconds: policy.waitSeconds * 2 ** (count - 1), ownFailures };
}

const FACTOR = 1.5;

function grown(wants: Wants, what: 'memory' | 'scratch', capacity: Capacity): Wants | undefined {
  const name = what === 'memory' ? 'memoryGiB' : 'scratchGiB';
  const had = wants[name];
  // What was never limited here cannot be given more of: it is tried again as it is.
  if (had === undefined) return wants;
  const next = Math.min(had * FACTOR, capacity[name]);
  return next > had ? { ...wants, [name]: next } : undefined;
}
