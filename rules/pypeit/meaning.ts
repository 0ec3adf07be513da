import type { Flat } from 'adap';
import { canonicalLiteral } from '../python/literal.ts';
import { flatten } from './flatten.ts';
import { readPypeit } from './pypeit-file.ts';
import type { PypeitFile, Row } from './pypeit-file.ts';

/**
 * The columns that PypeIt takes from the table; everything else it reads again from the headers. A value that is what
 * PypeIt assumes without the column means nothing.
 * Source: pypeit.metadata `PypeItMetaData.set_user_added_columns`, `get_frame_types`, `set_calibration_groups`.
 */
const TAKEN: Readonly<Record<string, string>> = {
  frametype: '',
  calib: '0',
  comb_id: '-1',
  bkg_id: '-1',
  dithoff: '0.0',
  manual: '',
  shift: '0',
};

/** What a kept row says to PypeIt: `science calib 0`, `science calib 0 bkg_id 2`. */
export function rowMeaning(row: Row): string {
  const said = Object.entries(TAKEN).flatMap(([column, unsaid]) => {
    const cell = row.cells[column]?.replace(/^"(.*)"$/, '$1');
    if (column === 'frametype') return [cell ?? 'None'];
    if (cell === undefined) return column === 'calib' ? ['calib 0'] : [];
    const value = column === 'dithoff' ? asFloat(cell) : canonicalLiteral(cell);
    return value === unsaid && column !== 'calib' ? [] : [`${column} ${value}`];
  });
  return said.join(' ');
}

const asFloat = (cell: string): string => canonicalLiteral(/^[+-]?\d+$/.test(cell) ? `${cell}.0` : cell);

/** Name -> what counts, of the kept frames. */
export const keptFrames = (file: Pick<PypeitFile, 'rows'>): Flat =>
  Object.fromEntries(file.rows.filter((row) => row.state === 'kept').map((row) => [row.cells['filename'] ?? '', rowMeaning(row)]));

/**
 * What a .pypeit file says to PypeIt, whatever its layout: parameters, and kept frames. The setup block only names the
 * configuration, which PypeIt takes from the headers of the frames.
 */
export function pypeitMeaning(bytes: Uint8Array): Flat {
  const file = readPypeit(Buffer.from(bytes).toString('utf8'), 'a .pypeit file');
  if (file.kind === 'problem') return { unreadable: file.problem.says };
  const frames = Object.entries(keptFrames(file)).map(([name, counts]) => [`frame ${name}`, counts]);
  return { ...flatten(file.parameters), ...Object.fromEntries(frames) };
}
