import type { Flat } from 'adap';
import { pythonRepr } from '../python/repr.ts';
import { flatten } from './flatten.ts';
import { readPypeit, setupName } from './pypeit-file.ts';
import type { PypeitFile, Row } from './pypeit-file.ts';

const asInteger = (cell: string): string => (/^[+-]?\d+(\.0*)?$/.test(cell) ? String(Number(cell)) : cell);
const asFloat = (cell: string): string => (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) ? pythonRepr(Number(cell)) : cell);
const asList = (cell: string): string => cell.replaceAll(/\s*,\s*/g, ',');

/**
 * What the table adds to the headers, and the cell that says as little as no column. A shift of 0 and a dithoff of 0 do
 * say something: PypeIt then takes them in place of measuring.
 * Source: pypeit.metadata `_impose_types`, `set_user_added_columns`, `set_combination_groups`, `set_calibration_groups`;
 * pypeit.pypeit `reduce_exposure`, `objfind_one`.
 */
const TAKEN: readonly { readonly column: string; readonly normal: (cell: string) => string; readonly unsaid: string | undefined }[] = [
  { column: 'comb_id', normal: asInteger, unsaid: '-1' },
  { column: 'bkg_id', normal: asInteger, unsaid: '-1' },
  { column: 'dithoff', normal: asFloat, unsaid: 'None' },
  { column: 'manual', normal: (cell) => cell, unsaid: '' },
  { column: 'shift', normal: asFloat, unsaid: undefined },
];

/** What a kept row says to PypeIt: `science calib 0`, `science calib 0 bkg_id 2`. */
export function rowMeaning({ cells }: Row): string {
  const cellOf = (column: string): string | undefined => cells[column]?.replace(/^(["'])(.*)\1$/, '$2');
  const added = TAKEN.flatMap(({ column, normal, unsaid }) => {
    const cell = cellOf(column);
    const value = cell === undefined ? unsaid : normal(cell);
    return value === undefined || value === unsaid ? [] : [`${column} ${value}`];
  });
  return [asList(cellOf('frametype') ?? 'None'), `calib ${asList(cellOf('calib') ?? '0')}`, ...added].join(' ');
}

/** Name -> what counts, of the kept frames. */
export const keptFrames = (file: Pick<PypeitFile, 'rows'>): Flat =>
  Object.fromEntries(file.rows.filter((row) => row.state === 'kept').map((row) => [row.cells['filename'] ?? '', rowMeaning(row)]));

/** Parameters, and the setup's name where it is not that of all generated files: it stands in the names of calibrations. */
export function parametersOf({ parameters, setup }: Pick<PypeitFile, 'parameters' | 'setup'>): Flat {
  const name = setupName(setup) ?? 'A';
  return { ...flatten(parameters), ...(name === 'A' ? {} : { setup: name }) };
}

/**
 * What a .pypeit file says to PypeIt, whatever its layout: parameters, setup name and kept frames. The other values of
 * the setup block are not read by a reduction. The other cells of the table are copies of the headers; a copy that was
 * edited by hand would win over its header (`PypeItMetaData.merge`), and is not seen here: see docs/differences.md.
 */
export function pypeitMeaning(bytes: Uint8Array): Flat {
  const file = readPypeit(Buffer.from(bytes).toString('utf8'), 'a .pypeit file');
  if (file.kind === 'problem') return { unreadable: file.problem.says };
  const frames = Object.entries(keptFrames(file)).map(([name, counts]) => [`frame ${name}`, counts]);
  return { ...parametersOf(file), ...Object.fromEntries(frames) };
}
