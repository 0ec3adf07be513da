import { existsSync, readFileSync } from 'node:fs';
import type { Asked, Problem, Report, RuleCommand, StandingTarget } from 'adap';
import { readBadSlits, readScorecard } from '../scorecard/read-scorecard.ts';
import { scorecardCsv } from '../scorecard/scorecard-csv.ts';
import { scorecardTable } from '../scorecard/scorecard-table.ts';
import { judgedRows, worstFirst } from '../scorecard/verdict.ts';
import type { Judged } from '../scorecard/verdict.ts';
import { notBuilt } from './problems.ts';

/** The published scorecards, worst first. */
export const scorecardCommand = (): RuleCommand => ({
  name: 'scorecard',
  summary: 'how good the reductions are, the worst first',
  examples: ['adap scorecard', 'adap scorecard HDa06DB', 'adap scorecard --csv > scorecard.csv'],
  words: 'DATASET',
  options: { csv: { does: 'in the columns of the old scripts' } },
  run(asked) {
    const read = publishedScorecards(asked).map((target) => judgedOf(asked, target));
    const problems: Problem[] = read.flatMap((each) => ('code' in each ? [each] : []));
    const frames = read.flatMap((each) => ('code' in each ? [] : each)).toSorted(worstFirst);
    const none = asked.subjects
      .filter((subject) => !frames.some(({ row }) => isBelow(row.dataset, subject)))
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
      rule === 'scorecard' && record !== undefined && (subjects.length === 0 || subjects.some((wanted) => isBelow(subject, wanted))),
  );

const isBelow = (dataset: string, prefix: string): boolean =>
  dataset === prefix || dataset.startsWith(`${prefix}/`) || prefix.startsWith(`${dataset}/`);

/** The frames of one scorecard, judged again from its file. */
export function judgedOf({ facts }: Pick<Asked, 'facts'>, { record }: StandingTarget): readonly Judged[] | Problem {
  const path = (output: string): string => `${facts.home}/${record?.outputs.find(({ name }) => name === output)?.path ?? ''}`;
  const text = (output: string): string => (existsSync(path(output)) ? readFileSync(path(output), 'utf8') : '');
  const read = readScorecard(text('file'), path('file'));
  if (read.kind === 'problem') return read.problem;
  const slits = readBadSlits(text('badSlits'), path('badSlits'));
  return judgedRows(read.rows, slits.kind === 'problem' ? [] : slits.slits);
}
