import type { Facts } from '../model/rule.ts';
import type { TargetRecord } from '../model/record.ts';
import { idOf } from '../model/target.ts';
import type { Graph, TargetId } from '../model/target.ts';
import type { Records } from '../records/records.ts';
import type { Shape } from './graph.ts';
import type { Inspected } from './inspector.ts';

/** A published target that no fact asks for any more. */
export type Orphan = {
  readonly target: TargetId;
  readonly record: TargetRecord;
  /** The targets that replace it: once they are published, it is retired. None: it is kept, and said. */
  readonly successors: readonly TargetId[];
};

/** Of a whole plan, all; of a part, those whose place one of its targets takes. */
export function findOrphans(from: {
  readonly shapes: readonly Shape[];
  readonly facts: Facts;
  readonly graph: Graph;
  readonly records: Records;
  readonly extent: 'whole' | 'asked';
}): Orphan[] {
  const { shapes, facts, graph, records, extent } = from;
  const rules = new Map(shapes.map(({ rule }) => [rule.name, rule]));
  const near = new Set(graph.targets.map(({ id }) => nearness(id)));
  const orphans: Orphan[] = [];
  for (const target of records.targets(extent === 'whole' ? undefined : [...near])) {
    if (graph.byId.has(target) || (extent === 'asked' && !near.has(nearness(target)))) continue;
    const record = records.get(target);
    if (record === undefined) continue;
    const rule = rules.get(record.rule);
    if (rule !== undefined && extent === 'asked' && rule.each(facts, record.at).some((at) => idOf(rule, at) === target)) continue;
    const successors = (rule?.successors?.(record.at, facts) ?? []).flatMap((next) => {
      const successor = rules.get(next.rule);
      return successor === undefined ? [] : [idOf(successor, next.at)];
    });
    if (extent === 'whole' || successors.some((id) => graph.byId.has(id))) orphans.push({ target, record, successors });
  }
  return orphans.toSorted((a, b) => (a.target < b.target ? -1 : 1));
}

/** Those that the run of this plan would retire: nothing stands in the way of what replaces them. */
export function retiring(orphans: readonly Orphan[], plan: readonly Inspected[]): readonly Orphan[] {
  const coming = new Set(plan.flatMap(({ target, state }) => (['nothing', 'run', 'wait'].includes(state.next.kind) ? [target.id] : [])));
  return orphans.filter(({ successors }) => successors.length > 0 && successors.every((id) => coming.has(id)));
}

/** The first part of the title, which a successor shares with the one that it replaces. */
const nearness = (target: TargetId): string => target.slice(target.indexOf(' ') + 1).split('/')[0] ?? '';
