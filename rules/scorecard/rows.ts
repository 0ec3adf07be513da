/** scorecard.csv and scorecard_bad_slits.csv, in the form of the old scripts. */
import { failed } from 'adap';
import type { Failed } from 'adap';
import { readCsv } from '../csv/read-csv.ts';
import { writeCsv } from '../csv/write-csv.ts';
import { scorecardDamaged } from './problems.ts';
import { COUNTS } from './score.ts';
import type { Counts } from './score.ts';

export type Row = Counts & {
  readonly dataset: string;
  readonly science_file: string;
  /** Of the reduction, `2026-11-22`. */
  readonly date: string;
  readonly status: 'COMPLETE' | 'FAILED';
  /** Why it failed, in words; not in the file. */
  readonly why: string;
  /** Of the run of PypeIt, seconds. */
  readonly exec_time: number;
  /** Peak of the reduction, kB. */
  readonly mem_usage: number;
  /** Version of PypeIt that was asked for. */
  readonly git_commit: string;
  readonly reduce_dir: string;
};

export const COLUMNS = [
  'dataset',
  'science_file',
  'date',
  'status',
  ...COUNTS,
  'exec_time',
  'mem_usage',
  'git_commit',
  'reduce_dir',
] as const;

export const writeRows = (rows: readonly Row[]): string =>
  writeCsv(
    COLUMNS,
    rows
      .toSorted((a, b) => compare(a.status, b.status) || compare(a.dataset, b.dataset) || compare(a.science_file, b.science_file))
      .map((row) => COLUMNS.map((column) => row[column])),
  );

/** One line for each bad slit of each frame. */
export const writeBadSlits = (bad: readonly { readonly slitId: string; readonly frame: string }[]): string =>
  writeCsv(
    ['slit_id', 'spec2d'],
    bad.toSorted((a, b) => compare(a.frame, b.frame) || compare(a.slitId, b.slitId)).map(({ slitId, frame }) => [slitId, frame]),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function readRows(text: string, file: string): { readonly kind: 'rows'; readonly rows: readonly Row[] } | Failed {
  const rows: Row[] = [];
  for (const cells of readCsv(text)) {
    const missing = COLUMNS.find((column) => cells[column] === undefined);
    if (missing !== undefined) return failed(scorecardDamaged(file, `it has no ${missing}`));
    const cell = (name: string): string => cells[name] ?? '';
    const bad = [...COUNTS, 'exec_time', 'mem_usage'].find((name) => !/^\d+$/.test(cell(name)));
    if (bad !== undefined) return failed(scorecardDamaged(file, `${bad} is ${cell(bad)}`));
    rows.push({
      ...(Object.fromEntries(COUNTS.map((name) => [name, Number(cell(name))])) as Counts),
      dataset: cell('dataset'),
      science_file: cell('science_file'),
      date: cell('date'),
      status: cell('status') === 'COMPLETE' ? 'COMPLETE' : 'FAILED',
      why: '',
      exec_time: Number(cell('exec_time')),
      mem_usage: Number(cell('mem_usage')),
      git_commit: cell('git_commit'),
      reduce_dir: cell('reduce_dir'),
    });
  }
  return { kind: 'rows', rows };
}
