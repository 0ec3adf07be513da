import { STATE_WORDS, wordOf } from '../model/state-word.ts';
import type { TargetId } from '../model/target.ts';
import type { Inspected } from '../plan/inspector.ts';
import type { Orphan } from '../plan/orphans.ts';
import { duration } from './durations.ts';
import { stateWords } from './plan-table.ts';
import { table } from './table.ts';

/** Of a target that runs now. */
export type RunningNow = {
  readonly seconds: number;
  readonly expectedSeconds: number | undefined;
  /** Where, if not on this machine. */
  readonly host: string | undefined;
};

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
    return [stage, ...STATE_WORDS.map((word) => String(own.filter((each) => each === word).length))];
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
  const found = plan.filter(({ record, state }) => record?.finding !== undefined && (state.verdict === 'fresh' || state.older === 'kept'));
  return [
    ...table([['', ...STATE_WORDS], ...counts]),
    ...(found.length === 0 ? [] : spaced(findingCounts(found))),
    ...spaced(detail === 'all' ? bySubject(plan, stages) : []),
    ...spaced(table(Array.from(running, ([target, now]) => ['running', target, runningWords(now)]))),
    ...spaced(
      table([
        ...person.map((each) => [wordOf(each.state), each.target.id, stateWords(each)]),
        ...again,
        ...caveats,
        ...findingRows(found),
        ...kept,
      ]),
    ),
  ];
}

/** `scorecard  12 good, 3 poor, 1 failed` */
function findingCounts(found: readonly Inspected[]): string[] {
  const byStage = new Map<string, Map<string, number>>();
  for (const { target, record } of found) {
    const counts = byStage.get(target.rule.name) ?? new Map<string, number>();
    const word = record?.finding?.word ?? '';
    counts.set(word, (counts.get(word) ?? 0) + 1);
    byStage.set(target.rule.name, counts);
  }
  return table(Array.from(byStage, ([stage, counts]) => [stage, Array.from(counts, ([word, count]) => `${count} ${word}`).join(', ')]));
}

/** Of what is not fine, why. */
const findingRows = (found: readonly Inspected[]): string[][] =>
  found.flatMap(({ target, record }) => {
    const finding = record?.finding;
    return finding === undefined || finding.weight === 'fine' ? [] : [[finding.word, target.id, finding.says.join('; ')]];
  });

/** `for 41 min of about 2 h 10 min` */
const runningWords = ({ seconds, expectedSeconds, host }: RunningNow): string =>
  `for ${duration(seconds)}${expectedSeconds === undefined ? '' : ` of about ${duration(expectedSeconds)}`}${host === undefined ? '' : ` on ${host}`}`;

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
