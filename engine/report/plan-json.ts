import type { Inspected } from '../plan/inspector.ts';
import type { Orphan } from '../plan/orphans.ts';

/** The dry run as NDJSON: one object per stale target, one per target that is retired, and a summary. */
export function planJson(plan: readonly Inspected[], orphans: readonly Orphan[], besides = 0): string[] {
  const stale = plan.filter(({ state }) => state.verdict === 'stale');
  const count = (kinds: readonly string[]): number => plan.filter(({ state }) => kinds.includes(state.next.kind)).length;
  return [
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
    {
      kind: 'summary',
      stale: stale.length,
      run: count(['run']),
      wait: count(['wait']),
      failed: count(['problem', 'failed-before']),
      held: count(['held']),
      blocked: count(['blocked']),
      retire: orphans.filter(({ successors }) => successors.length > 0).length,
      fresh: count(['nothing']) + besides,
    },
  ].map((each) => JSON.stringify(each));
}
