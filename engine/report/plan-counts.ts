import type { Inspected } from '../plan/inspector.ts';
import { retiring } from '../plan/orphans.ts';
import type { Orphan } from '../plan/orphans.ts';

/** How many targets a plan found in which state. */
export type PlanCounts = {
  readonly run: number;
  readonly wait: number;
  readonly failed: number;
  readonly held: number;
  readonly blocked: number;
  readonly retire: number;
  readonly fresh: number;
};

export const ALL_FRESH: Omit<PlanCounts, 'fresh'> = { run: 0, wait: 0, failed: 0, held: 0, blocked: 0, retire: 0 };

export function countPlan(plan: readonly Inspected[], orphans: readonly Orphan[]): PlanCounts {
  const count = (kinds: readonly string[]): number => plan.filter(({ state }) => kinds.includes(state.next.kind)).length;
  return {
    run: count(['run']),
    wait: count(['wait']),
    failed: count(['problem', 'failed-before']),
    held: count(['held']),
    blocked: count(['blocked']),
    retire: retiring(orphans, plan).length,
    fresh: count(['nothing']),
  };
}

/** `1 to build, 7 fresh` */
export function planSum(counts: PlanCounts): string {
  const parts: [number, string][] = [
    [counts.run, 'to build'],
    [counts.wait, 'may be rebuilt'],
    [counts.failed, 'failed'],
    [counts.held, 'held'],
    [counts.blocked, 'blocked'],
    [counts.retire, 'to retire'],
    [counts.fresh, 'fresh'],
  ];
  const said = parts.filter(([number, word]) => number > 0 || word === 'to build' || word === 'fresh');
  return said.map(([number, word]) => `${number} ${word}`).join(', ');
}

export const planSummary = (counts: PlanCounts): string =>
  JSON.stringify({ kind: 'summary', stale: counts.run + counts.wait + counts.failed + counts.held + counts.blocked, ...counts });
