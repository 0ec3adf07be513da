import { failed } from 'adap';
import type { Failed, Flat, Problem } from 'adap';
import { linesOf } from '../pypeit/config-obj.ts';
import { thresholdsHead, thresholdsLine, thresholdsUnused } from './problems.ts';

/** Beyond which a slit or an object is counted. Field names are those of scorecard_config.txt. */
export type Thresholds = {
  /** Pixels; above it. */
  readonly rms_thresh: number;
  /** Pixels; slits at or above it, objects above it, whatever the sign. */
  readonly flex_shift_thresh: number;
  /** Percent of the detector that arc lines cover; below it. */
  readonly wave_cov_thresh: number;
  /** Of the chis of a slit; below it. */
  readonly lower_std_chi: number;
  /** Above it. */
  readonly upper_std_chi: number;
};

export const DEFAULT_THRESHOLDS: Thresholds = {
  rms_thresh: 0.4,
  flex_shift_thresh: 10,
  wave_cov_thresh: 60,
  lower_std_chi: 0.6,
  upper_std_chi: 1.6,
};

const NAMES = ['rms_thresh', 'flex_shift_thresh', 'wave_cov_thresh', 'lower_std_chi', 'upper_std_chi'] as const;

type Read = { readonly kind: 'thresholds'; readonly thresholds: Thresholds };

/**
 * What scorecard_config.txt says of one dataset: a table with bars, blank cells are the default, `#` begins a remark. Lines of other datasets
 * may say what they will. `file` is how the user writes its path.
 */
export function thresholdsOf(text: string, dataset: string, file: string): Read | Failed {
  const table = tableOf(text, file);
  if (table.kind === 'problem') return table;
  const [line, again] = table.lines.filter((each) => each.dataset === dataset);
  if (line === undefined) return { kind: 'thresholds', thresholds: DEFAULT_THRESHOLDS };
  if (again !== undefined) return failed(thresholdsLine({ file, line: again.line }, `${dataset} stands in line ${line.line} already`));
  if (line.cells.length > table.columns.length && table.columns.at(-1) !== 'notes')
    return failed(thresholdsLine({ file, line: line.line }, `${line.cells.length} cells of ${dataset} in ${table.columns.length} columns`));
  const thresholds = { ...DEFAULT_THRESHOLDS };
  for (const name of NAMES) {
    const cell = line.cells[table.columns.indexOf(name)] ?? '';
    if (cell === '') continue;
    if (!NUMBER.test(cell))
      return failed(thresholdsLine({ file, line: line.line }, `${name} of ${dataset} is ${JSON.stringify(cell)}, no number`));
    thresholds[name] = Number(cell);
  }
  if (thresholds.lower_std_chi > thresholds.upper_std_chi)
    return failed(
      thresholdsLine(
        { file, line: line.line },
        `lower_std_chi of ${dataset} (${thresholds.lower_std_chi}) is above upper_std_chi (${thresholds.upper_std_chi})`,
      ),
    );
  return { kind: 'thresholds', thresholds };
}

/** Lines that concern no dataset, of all `mask/setup/dates` there are. */
export function unusedThresholds(text: string, datasets: readonly string[], file: string): readonly Problem[] {
  const table = tableOf(text, file);
  const there = new Set(datasets);
  return table.kind === 'problem'
    ? []
    : table.lines.filter(({ dataset }) => !there.has(dataset)).map(({ dataset, line }) => thresholdsUnused({ file, line }, dataset));
}

/** For `adap why`: `scorecard.rms_thresh: 0.4 -> 0.3`. */
export const thresholdsFlat = (thresholds: Thresholds): Flat =>
  Object.fromEntries(NAMES.map((name) => [`scorecard.${name}`, String(thresholds[name])]));

/** The way back. */
export const thresholdsOfFlat = (flat: Flat): Thresholds => {
  const of = (name: keyof Thresholds): number => Number(flat[`scorecard.${name}`] ?? DEFAULT_THRESHOLDS[name]);
  return {
    rms_thresh: of('rms_thresh'),
    flex_shift_thresh: of('flex_shift_thresh'),
    wave_cov_thresh: of('wave_cov_thresh'),
    lower_std_chi: of('lower_std_chi'),
    upper_std_chi: of('upper_std_chi'),
  };
};

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

type Table = {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly lines: readonly { readonly dataset: string; readonly cells: readonly string[]; readonly line: number }[];
};

/** Cells are told by their bars: the old script cut every line where the head has its bars. */
function tableOf(text: string, file: string): Table | Failed {
  const [head, ...rest] = linesOf(text)
    .map((line) => ({ line: line.number, text: line.text.replace(/(^|\s)#.*$/, '').trim() }))
    .filter((line) => line.text !== '');
  if (head === undefined) return { kind: 'table', columns: [], lines: [] };
  const columns = cellsOf(head.text);
  const place = { file, line: head.line };
  if (!columns.includes('dataset')) return failed(thresholdsHead(place, `the head of ${file} names no column dataset`));
  const odd = columns.find((column, index) => !KNOWN.includes(column) || columns.indexOf(column) !== index);
  if (odd !== undefined) return failed(thresholdsHead(place, `${JSON.stringify(odd)} is no column of ${file}, or stands there twice`));
  const at = columns.indexOf('dataset');
  return {
    kind: 'table',
    columns,
    lines: rest.map((line) => {
      const cells = cellsOf(line.text);
      return { cells, line: line.line, dataset: (cells[at] ?? '').replace(/\/$/, '') };
    }),
  };
}

const KNOWN: readonly string[] = ['dataset', ...NAMES, 'notes'];

/** Bars may stand at both ends. */
const cellsOf = (text: string): readonly string[] =>
  (text.startsWith('|') ? text.slice(1).replace(/\|$/, '') : text).split('|').map((cell) => cell.trim());
