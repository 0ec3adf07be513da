import { detectorArgument } from '../coadds/detectors.ts';
import { flatten } from '../pypeit/flatten.ts';
import type { PypeitFile } from '../pypeit/pypeit-file.ts';
import { isSequence, printLiteral, readLiteral } from '../python/literal.ts';
import type { Literal } from '../python/literal.ts';

/**
 * Names of the detectors and mosaics that a .pypeit file asks for, as products name them: `DET03`, `MSC03`. What DEIMOS does not have stays
 * as it is written: it is never among the products. Source: pypeit.spectrographs.keck_deimos `default_pypeit_par`, `config_specific_par`;
 * pypeit.pypeit `select_detectors`.
 */
export function expectedDetectors(file: Pick<PypeitFile, 'parameters' | 'setup' | 'rows'>): readonly string[] {
  const wanted = flatten(file.parameters);
  const slits = wanted['rdx.slitspatnum'];
  // `slitspatnum = MSC02:100, MSC02:200`: it wins over detnum.
  if (slits !== undefined && slits !== 'None') return [...new Set(slits.match(/\b(?:DET|MSC)\d\d/g) ?? [slits])];
  const detnum = wanted['rdx.detnum'];
  if (detnum === undefined || detnum === 'None') return isOneMosaic(file) ? ['MSC03'] : MOSAICS;
  const literal = readLiteral(detnum);
  if (literal === undefined) return [detnum];
  return [...new Set(literal.kind === 'list' ? literal.items.map(nameOf) : [nameOf(literal)])];
}

const MOSAICS = ['MSC01', 'MSC02', 'MSC03', 'MSC04'];
const NAMES = [...Array.from({ length: 8 }, (_, index) => `DET0${index + 1}`), ...MOSAICS];

function nameOf(literal: Literal): string {
  const argument = isSequence(literal) ? literal.items.map(printLiteral).join(',') : printLiteral(literal);
  return NAMES.find((name) => detectorArgument(name) === argument) ?? argument;
}

/** PypeIt reads both from the header of the first science frame, of which table and setup block are copies. */
function isOneMosaic({ setup, rows }: Pick<PypeitFile, 'setup' | 'rows'>): boolean {
  const science = rows.find(({ state, cells }) => state === 'kept' && /\bscience\b/.test(cells['frametype'] ?? ''));
  const of = (name: string): string => science?.cells[name] ?? setup.find((line) => line.trim().startsWith(`${name}:`)) ?? '';
  return of('decker').includes('LVMslit') || of('amp').includes('SINGLE:A');
}
