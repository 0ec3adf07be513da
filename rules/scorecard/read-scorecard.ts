import { failed } from 'adap';
import type { Failed } from 'adap';
import { readCsv } from '../csv/read-csv.ts';
import type { CsvRow } from '../csv/read-csv.ts';
import { scorecardDamaged } from './problems.ts';
import { COLUMNS, isText } from './scorecard-row.ts';
import type { BadSlit, ScorecardRow } from './scorecard-row.ts';

/** Reads a scorecard.csv, ours or one of the old scripts. `file` is how the user writes its path. */
export function readScorecard(text: string, file: string): { readonly kind: 'scorecard'; readonly rows: readonly ScorecardRow[] } | Failed {
  const table = tableOf(text, file, COLUMNS);
  if (table.kind === 'problem') return table;
  for (const { line, cells } of table.rows) {
    const odd = COLUMNS.find((column) => !isText(column) && !/^\d{1,15}$/.test(cells[column]));
    if (odd !== undefined) return failed(scorecardDamaged({ file, line }, `${odd} is ${JSON.stringify(cells[odd])}, no count`));
    if (cells.status !== 'COMPLETE' && cells.status !== 'FAILED')
      return failed(scorecardDamaged({ file, line }, `status is ${JSON.stringify(cells.status)}, neither COMPLETE nor FAILED`));
  }
  return {
    kind: 'scorecard',
    rows: table.rows.map(
      ({ cells }) =>
        Object.fromEntries(COLUMNS.map((column) => [column, isText(column) ? cells[column] : Number(cells[column])])) as ScorecardRow,
    ),
  };
}

/** Reads a scorecard_bad_slits.csv; why a slit is bad does not stand there. */
export function readBadSlits(text: string, file: string): { readonly kind: 'bad-slits'; readonly slits: readonly BadSlit[] } | Failed {
  const table = tableOf(text, file, ['slit_id', 'spec2d']);
  if (table.kind === 'problem') return table;
  const odd = table.rows.find(({ cells }) => !/^\w+:\d+$/.test(cells.slit_id));
  if (odd !== undefined)
    return failed(scorecardDamaged({ file, line: odd.line }, `slit_id is ${JSON.stringify(odd.cells.slit_id)}, not like DET03:1152`));
  return { kind: 'bad-slits', slits: table.rows.map(({ cells }) => ({ ...cells, faults: [] })) };
}

type Table<Name extends string> = {
  readonly kind: 'table';
  readonly rows: readonly { readonly line: number; readonly cells: Readonly<Record<Name, string>> }[];
};

function tableOf<Name extends string>(text: string, file: string, columns: readonly Name[]): Table<Name> | Failed {
  const csv = readCsv(text, file);
  if (csv.kind === 'problem') return csv;
  const [head, ...rows] = csv.rows;
  if (head === undefined) return failed(scorecardDamaged({ file, line: 1 }, `${file} is empty`));
  const missing = columns.find((column) => !head.cells.includes(column));
  if (missing !== undefined) return failed(scorecardDamaged({ file, line: head.line }, `${file} has no column ${missing}`));
  const odd = rows.find(({ cells }) => cells.length !== head.cells.length);
  if (odd !== undefined)
    return failed(scorecardDamaged({ file, line: odd.line }, `a row of ${odd.cells.length} cells, where ${head.cells.length} belong`));
  const cellsOf = ({ cells }: CsvRow): Record<Name, string> =>
    Object.fromEntries(columns.map((column) => [column, cells[head.cells.indexOf(column)] ?? ''])) as Record<Name, string>;
  return { kind: 'table', rows: rows.map((row) => ({ line: row.line, cells: cellsOf(row) })) };
}
