import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Asked, Report, RuleCommand, StandingTarget } from 'adap';
import { reportPage } from '../report/page.ts';
import type { ReportData } from '../report/page.ts';
import { readBadSlits } from '../scorecard/read-scorecard.ts';
import { worstFirst } from '../scorecard/verdict.ts';
import { noPermission } from './problems.ts';
import { judgedOf, publishedScorecards } from './scorecard.ts';

/** One page for those who were not there: states, scorecards, failures, times. */
export const reportCommand = (): RuleCommand => ({
  name: 'report',
  summary: 'one HTML page: states, scorecards, failures by kind, times and memory',
  examples: ['adap report', 'adap report HDa06DB --to HDa06DB.html'],
  words: 'DATASET',
  options: { to: { value: 'FILE', does: 'where it goes; default: adap-report.html' } },
  run(asked) {
    const file = asked.options['to'] ?? 'adap-report.html';
    const path = resolve(asked.cwd, file);
    try {
      writeFileSync(`${path}.adap-${process.pid}`, reportPage(dataOf(asked)));
      renameSync(`${path}.adap-${process.pid}`, path);
    } catch (error) {
      return { rows: [], lines: [], problems: [noPermission(file, error instanceof Error ? error.message : String(error))] };
    }
    return { rows: [{ wrote: path }], lines: [`wrote ${file}`], problems: [] } satisfies Report;
  },
});

function dataOf(asked: Asked): ReportData {
  const { facts, subjects } = asked;
  const targets = asked
    .targets()
    .filter(({ subject }) => subjects.length === 0 || subjects.some((wanted) => subject === wanted || subject.startsWith(`${wanted}/`)));
  const scorecards = publishedScorecards(asked);
  const frames = scorecards
    .flatMap((target) => {
      const judged = judgedOf(asked, target);
      return 'code' in judged ? [] : judged;
    })
    .toSorted(worstFirst);
  return {
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
    badSlits: scorecards.flatMap((target) => badSlitsOf(facts.home, target)),
    runs: targets.flatMap(({ id, rule, record }) => {
      const evidence = record?.evidence;
      return evidence === undefined
        ? []
        : [{ target: id, stage: rule, seconds: evidence.seconds, memoryGiB: evidence.peakMemoryBytes / 2 ** 30 }];
    }),
  };
}

function badSlitsOf(home: string, { record, subject }: StandingTarget): ReportData['badSlits'] {
  const path = `${home}/${record?.outputs.find(({ name }) => name === 'badSlits')?.path ?? ''}`;
  const read = readBadSlits(existsSync(path) ? readFileSync(path, 'utf8') : '', path);
  return read.kind === 'problem' ? [] : read.slits.map(({ slit_id: slit, spec2d }) => ({ slit, dataset: subject, frame: spec2d }));
}
