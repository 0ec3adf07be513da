import type { Price } from '../plan/forecast.ts';
import type { Inspected } from '../plan/inspector.ts';
import type { Orphan } from '../plan/orphans.ts';
import { countPlan, planSummary } from './plan-counts.ts';

/** The dry run as NDJSON: one object per stale target, one per target that is retired, and a summary. */
export function planJson(plan: readonly Inspected[], orphans: readonly Orphan[], price: Price): string[] {
  const stale = plan.filter(({ state }) => state.verdict === 'stale');
  const lines = [
    ...stale.map(({ target, state }) => ({
      kind: 'target',
      state: 'stale',
      target: target.id,
      rule: target.rule.name,
      outputs: target.outputs.map((output) => output.path),
      reasons: state.reasons,
      next: state.next,
      older: state.older,
    })),
    ...orphans.map(({ target, record, successors }) => ({
      kind: successors.length === 0 ? 'kept' : 'retire',
      target,
      rule: record.rule,
      outputs: record.outputs.map((output) => output.path),
      by: successors,
    })),
  ];
  return [...lines.map((each) => JSON.stringify(each)), planSummary(countPlan(plan, orphans), price)];
}
