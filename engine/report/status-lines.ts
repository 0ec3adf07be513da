import type { State } from '../model/state.ts';
import type { TargetId } from '../model/target.ts';
import type { Inspected } from '../plan/inspector.ts';
import type { Orphan } from '../plan/orphans.ts';
import { duration } from './durations.ts';
import { stateWords } from './plan-table.ts';
import { table } from './table.ts';

const COLUMNS = ['fresh', 'stale', 'failed', 'held', 'blocked'] as const;

/** Of a target that runs now. */
export type RunningNow = { readonly seconds: number; readonly expectedSeconds: number | undefined };

export type StatusOf = {
  readonly plan: readonly Inspected[];
  readonly orphans: readonly Orphan[];
  readonly running: ReadonlyMap<TargetId, RunningNow>;
};

/** Counts by stage; what runs; then what needs a person, with its cause; with `all`, every dataset's stages. */
export function statusLines({ plan, orphans, running }: StatusOf, detail: 'counts' | 'all'): string[] {
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
  // They are tried again by the next build; why it came to that is worth knowing all the same.
  const again = plan.flatMap(({ target, state: { failedLast } }) =>
    failedLast === undefined || running.has(target.id)
      ? []
      : [['stale', target.id, `last attempt: ${failedLast.cause}: ${failedLast.says}`]],
  );
  const caveats = plan.flatMap(({ target, record, state }) =>
    state.verdict === 'fresh' ? (record?.evidence?.caveats ?? []).map((caveat) => ['caveat', target.id, caveat]) : [],
  );
  return [
    ...table([['', ...COLUMNS], ...counts]),
    ...spaced(detail === 'all' ? bySubject(plan, stages) : []),
    ...spaced(table(Array.from(running, ([target, now]) => ['running', target, runningWords(now)]))),
    ...spaced(table([...person.map((each) => [wordOf(each.state), each.target.id, stateWords(each)]), ...again, ...caveats, ...kept])),
  ];
}

/** `for 41 min of about 2 h 10 min` */
const runningWords = ({ seconds, expectedSeconds }: RunningNow): string =>
  `for ${duration(seconds)}${expectedSeconds === undefined ? '' : ` of about ${duration(expectedSeconds)}`}`;

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
