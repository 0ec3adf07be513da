import { resolve } from 'node:path';
import type { Asked, Problem, Report, RuleCommand, StandingTarget } from 'adap';
import { reportPage } from '../report/page.ts';
import type { ReportData } from '../report/page.ts';
import { readBadSlits } from '../scorecard/read-scorecard.ts';
import { worstFirst } from '../scorecard/verdict.ts';
import { isAskedFor } from './dataset-names.ts';
import { noDataset } from './problems.ts';
import { filesOf, judgedOf, publishedFile, publishedScorecards } from './scorecard.ts';
import { writeWhole } from './write-whole.ts';

/** One page for those who were not there: states, scorecards, failures, times. */
export const reportCommand = (): RuleCommand => ({
  name: 'report',
  summary: 'one HTML page: states, scorecards, failures by kind, times and memory',
  examples: ['adap report', 'adap report HDa06DB --to HDa06DB.html'],
  words: 'DATASET',
  options: { to: { value: 'FILE', does: 'where it goes; default: adap-report.html' } },
  async run(asked) {
    const file = asked.options['to'] ?? 'adap-report.html';
    const path = resolve(asked.cwd, file);
    const all = asked.targets();
    const unknown = asked.subjects.filter((wanted) => !all.some(({ subject }) => isAskedFor(subject, wanted))).map(noDataset);
    if (unknown.length > 0) return { rows: [], lines: [], problems: unknown };
    const isWanted = ({ subject }: StandingTarget): boolean =>
      asked.subjects.length === 0 || asked.subjects.some((wanted) => isAskedFor(subject, wanted));
    await asked.fetch(filesOf(publishedScorecards(asked)));
    const { data, problems } = dataOf(asked, all.filter(isWanted));
    const refused = writeWhole(path, file, reportPage(data));
    if (refused !== undefined) return { rows: [], lines: [], problems: [...problems, refused] };
    return { rows: [{ wrote: path }], lines: [`wrote ${file}`], problems } satisfies Report;
  },
});

/** A scorecard that cannot be read is missing on the page: that is said. */
function dataOf(asked: Asked, targets: readonly StandingTarget[]): { readonly data: ReportData; readonly problems: readonly Problem[] } {
  const { facts, subjects } = asked;
  const scorecards = publishedScorecards(asked);
  const judged = scorecards.map((target) => judgedOf(asked, target));
  const slits = scorecards.map((target) => badSlitsOf(asked, target));
  const problems = [...judged, ...slits].flatMap((each) => ('code' in each ? [each] : []));
  const frames = judged.flatMap((each) => ('code' in each ? [] : each)).toSorted(worstFirst);
  const data: ReportData = {
    title: subjects.length === 0 ? 'adap' : `adap: ${subjects.join(', ')}`,
    made: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC · ${facts.home}`,
    targets: targets.map(({ subject, rule, state, says }) => ({ subject, stage: rule, state, says })),
    failures: targets.flatMap(({ id, rule, state, says, failure }) => {
      if (state !== 'failed') return [];
      return [{ rule, target: id, cause: failure?.cause ?? 'problem', says: failure?.says ?? says, lastLines: failure?.lastLines ?? [] }];
    }),
    frames: frames.map(({ row, verdict }) => ({
      dataset: row.dataset,
      frame: row.science_file,
      verdict: verdict.word,
      reasons: verdict.reasons,
      slits: row.slit_count,
      badSlits: row.bad_slit_count,
      objects: row.object_count,
      faults: {
        coverage: row.slit_wv_cov_under_thresh,
        RMS: row.slit_rms_over_thresh,
        chi: row.slit_std_chi_out_of_range,
        flexure: row.slit_spec_flex_over_thresh,
        waves: row.bad_wv_count,
        tilts: row.bad_tilt_count,
        flat: row.bad_flat_count,
        sky: row.bad_skysub_count,
        extract: row.bad_extract_count,
      },
    })),
    badSlits: slits.flatMap((each) => ('code' in each ? [] : each)),
    runs: targets.flatMap(({ id, rule, record }) => {
      const evidence = record?.evidence;
      return evidence === undefined
        ? []
        : [{ target: id, stage: rule, seconds: evidence.seconds, memoryGiB: evidence.peakMemoryBytes / 2 ** 30 }];
    }),
  };
  return { data, problems };
}

function badSlitsOf({ facts }: Asked, target: StandingTarget): ReportData['badSlits'] | Problem {
  const { path, text } = publishedFile(facts, target, 'badSlits');
  const read = readBadSlits(text, path);
  return read.kind === 'problem'
    ? read.problem
    : read.slits.map(({ slit_id: slit, spec2d }) => ({ slit, dataset: target.subject, frame: spec2d }));
}
