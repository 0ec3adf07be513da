import type { State } from '../model/state.ts';
import type { Inspected } from '../plan/inspector.ts';
import type { Orphan } from '../plan/orphans.ts';
import { stateWords } from './plan-table.ts';
import { table } from './table.ts';

const COLUMNS = ['fresh', 'stale', 'failed', 'held', 'blocked'] as const;

/** Counts by stage; then what needs a person, with its cause; with `all`, every dataset's stages. */
export function statusLines(plan: readonly Inspected[], orphans: readonly Orphan[], detail: 'counts' | 'all'): string[] {
  const stages = [...new Set(plan.map(({ target }) => target.rule.name))];
  const counts = stages.map((stage) => {
    const own = plan.filter(({ target }) => target.rule.name === stage).map(({ state }) => wordOf(state));
    return [stage, ...COLUMNS.map((word) => String(own.filter((each) => each === word).length))];
  });
  const person = plan.filter(({ state }) => ['failed', 'held'].includes(wordOf(state)));
  const kept = orphans.map(({ target, successors }) => [
    successors.length === 0 ? 'not asked for' : 'to retire',
    target,
    successors.length === 0 ? 'kept' : `replaced by ${successors.join(', ')}`,
  ]);
  const causes = table([...person.map((each) => [wordOf(each.state), each.target.id, stateWords(each)]), ...kept]);
  return [...table([['', ...COLUMNS], ...counts]), ...spaced(detail === 'all' ? bySubject(plan, stages) : []), ...spaced(causes)];
}

export function wordOf(state: State): (typeof COLUMNS)[number] {
  if (state.verdict === 'fresh') return 'fresh';
  switch (state.next.kind) {
    case 'problem':
    case 'failed-before':
      return 'failed';
    case 'held':
    case 'blocked':
      return state.next.kind;
    case 'run':
    case 'wait':
    case 'nothing':
      return 'stale';
  }
}

function bySubject(plan: readonly Inspected[], stages: readonly string[]): string[] {
  const rows = new Map<string, Map<string, string>>();
  for (const { target, state } of plan) {
    const cells = rows.get(target.subject) ?? new Map<string, string>();
    cells.set(target.rule.name, cells.has(target.rule.name) ? `${cells.get(target.rule.name)}, ${wordOf(state)}` : wordOf(state));
    rows.set(target.subject, cells);
  }
  const lines = [...rows]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([subject, cells]) => [subject, ...stages.map((stage) => cells.get(stage) ?? '-')]);
  return table([['', ...stages], ...lines]);
}

const spaced = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', ...lines]);
