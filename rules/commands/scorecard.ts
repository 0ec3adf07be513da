import { existsSync, readFileSync } from 'node:fs';
import type { Asked, Facts, Problem, Report, RuleCommand, StandingTarget } from 'adap';
import { readBadSlits, readScorecard } from '../scorecard/read-scorecard.ts';
import { scorecardCsv } from '../scorecard/scorecard-csv.ts';
import { scorecardTable } from '../scorecard/scorecard-table.ts';
import { judgedRows, worstFirst } from '../scorecard/verdict.ts';
import type { Judged } from '../scorecard/verdict.ts';
import { isAskedFor } from './dataset-names.ts';
import { notBuilt } from './problems.ts';

/** The published scorecards, worst first. */
export const scorecardCommand = (): RuleCommand => ({
  name: 'scorecard',
  summary: 'how good the reductions are, the worst first',
  examples: ['adap scorecard', 'adap scorecard HDa06DB', 'adap scorecard --csv > scorecard.csv'],
  words: 'DATASET',
  options: { csv: { does: 'in the columns of the old scripts' } },
  async run(asked) {
    await asked.fetch(filesOf(publishedScorecards(asked)));
    const read = publishedScorecards(asked).map((target) => judgedOf(asked, target));
    const problems: Problem[] = read.flatMap((each) => ('code' in each ? [each] : []));
    const frames = read.flatMap((each) => ('code' in each ? [] : each)).toSorted(worstFirst);
    const none = asked.subjects
      .filter((subject) => !frames.some(({ row }) => isAskedFor(row.dataset, subject)))
      .map((subject) => notBuilt(subject, 'scorecard'));
    const lines =
      asked.options['csv'] === undefined
        ? scorecardTable(frames)
        : scorecardCsv(frames.map(({ row }) => row))
            .trimEnd()
            .split('\n');
    return {
      rows: frames.map(({ row, verdict }) => ({ verdict: verdict.word, why: verdict.reasons.join('; '), ...row })),
      lines: frames.length === 0 && none.length > 0 ? [] : lines,
      problems: [...problems, ...none],
    } satisfies Report;
  },
});

/** Those that lie in the home, fresh or not; of the datasets that were asked for. */
export const publishedScorecards = ({ targets, subjects }: Asked): readonly StandingTarget[] =>
  targets().filter(
    ({ rule, record, subject }) =>
      rule === 'scorecard' && record !== undefined && (subjects.length === 0 || subjects.some((wanted) => isAskedFor(subject, wanted))),
  );

/** All that was published of some targets. */
export const filesOf = (targets: readonly StandingTarget[]): readonly string[] =>
  targets.flatMap(({ record }) => (record?.outputs ?? []).map(({ path }) => path));

/** The frames of one scorecard, judged again from its file. */
export function judgedOf({ facts }: Pick<Asked, 'facts'>, target: StandingTarget): readonly Judged[] | Problem {
  const scorecard = publishedFile(facts, target, 'file');
  const read = readScorecard(scorecard.text, scorecard.path);
  if (read.kind === 'problem') return read.problem;
  const badSlits = publishedFile(facts, target, 'badSlits');
  const slits = readBadSlits(badSlits.text, badSlits.path);
  return judgedRows(read.rows, slits.kind === 'problem' ? [] : slits.slits);
}

/** An output as it lies in the home; one that is gone is empty. */
export function publishedFile(
  { here }: Pick<Facts, 'here'>,
  { record }: StandingTarget,
  output: string,
): { readonly path: string; readonly text: string } {
  const path = `${here}/${record?.outputs.find(({ name }) => name === output)?.path ?? ''}`;
  return { path, text: existsSync(path) ? readFileSync(path, 'utf8') : '' };
}
