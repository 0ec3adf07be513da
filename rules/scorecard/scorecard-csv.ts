import { writeCsv } from '../csv/write-csv.ts';
import { COLUMNS } from './scorecard-row.ts';
import type { BadSlit, ScorecardRow } from './scorecard-row.ts';

/** scorecard.csv: by status, then dataset and frame, as the old scripts sorted. */
export const scorecardCsv = (rows: readonly ScorecardRow[]): string =>
  writeCsv(
    COLUMNS,
    rows.toSorted(inOrder).map((row) => COLUMNS.map((column) => row[column])),
  );

/** scorecard_bad_slits.csv: by frame, then detector and spat_id. */
export const badSlitsCsv = (slits: readonly BadSlit[]): string =>
  writeCsv(
    ['slit_id', 'spec2d'],
    slits.toSorted(slitsInOrder).map(({ slit_id: slit, spec2d }) => [slit, spec2d]),
  );

export const inOrder = (a: ScorecardRow, b: ScorecardRow): number =>
  compared(a.status, b.status) || compared(a.dataset, b.dataset) || compared(a.science_file, b.science_file);

export function slitsInOrder(a: BadSlit, b: BadSlit): number {
  const [[detectorA = '', slitA], [detectorB = '', slitB]] = [a.slit_id.split(':'), b.slit_id.split(':')];
  return compared(a.spec2d, b.spec2d) || compared(detectorA, detectorB) || Number(slitA) - Number(slitB);
}

/** By code, whatever the language of the user. */
const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
