/** Counts targets of one stage that end in a row for one cause: enough of them, and nothing more of the stage is begun. Pure. */
import type { Failure } from '../model/cause.ts';
import { policyOf } from '../model/policy.ts';
import type { PolicyChanges } from '../model/policy.ts';

export type Breaker = {
  built(stage: string): void;
  /** How many in a row, when this one was the last that is borne. */
  failed(stage: string, failure: Failure, policy: PolicyChanges | undefined): number | undefined;
  isOpen(stage: string): boolean;
};

export function createBreaker(): Breaker {
  const rows = new Map<string, { readonly cause: string; readonly count: number }>();
  const open = new Set<string>();
  return {
    built: (stage) => void rows.delete(stage),
    failed(stage, { cause }, policy) {
      const before = rows.get(stage);
      const count = before?.cause === cause ? before.count + 1 : 1;
      rows.set(stage, { cause, count });
      if (open.has(stage) || count < policyOf(cause, policy).stopsAfter) return undefined;
      open.add(stage);
      return count;
    },
    isOpen: (stage) => open.has(stage),
  };
}
