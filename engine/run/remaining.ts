import type { Expectation } from '../plan/expect.ts';
import type { Graph, Target, TargetId } from '../model/target.ts';

/** Of a stage that was never run, and of what is made in adap's own process. */
const UNKNOWN_SECONDS = 60;
const HERE_SECONDS = 0.01;

/** Seconds from the beginning of a target to the end of the longest path through it. */
export function remainingOf({ targets }: Graph, expected: Expectation): (target: Target) => number {
  const behind = new Map<TargetId, number>();
  const remaining = new Map<TargetId, number>();
  for (const target of targets.toReversed()) {
    const own = target.rule.kind === 'runs' ? (expected(target)?.seconds ?? UNKNOWN_SECONDS) : HERE_SECONDS;
    const all = own + (behind.get(target.id) ?? 0);
    remaining.set(target.id, all);
    for (const input of target.inputs) behind.set(input.id, Math.max(behind.get(input.id) ?? 0, all));
  }
  return (target) => remaining.get(target.id) ?? 0;
}
