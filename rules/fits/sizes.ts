import { fitsFault } from './fault.ts';
import type { Hdu } from './hdu.ts';
import { fitsBadCard } from './problems.ts';

/** What a header states of its data. */
export type Sizes = {
  /** Bits of a pixel, negative where it is a float. */
  readonly bitpix: number;
  /** NAXIS1, NAXIS2, …; the first is the fastest. Of a table: bytes of a row, and rows. */
  readonly axes: readonly number[];
  /** Pixels of an image; of a table, its bytes without the heap. */
  readonly elements: number;
  /** All its bytes, without those that fill the last block. */
  readonly bytes: number;
};

/** FITS Standard 4.0, section 4.4.1.1. */
const BITPIXES = [8, 16, 32, 64, -32, -64];
const MOST_AXES = 999;

/** Sizes that can be, or a fault; whether the file holds so much is not asked here. FITS Standard 4.0, sections 4.4.1 and 7.3.1. */
export function sizesOf(hdu: Pick<Hdu, 'index' | 'name' | 'kind' | 'header'>, path: string): Sizes {
  const { header, kind } = hdu;
  const bad = (card: string, why: string): Error => fitsFault(fitsBadCard(path, hdu, { card, why }));
  const whole = (card: string, otherwise?: number): number => {
    const value = header.has(card) ? header.value(card) : otherwise;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      throw bad(card, header.has(card) ? `is ${saidOf(value)}: no whole number` : 'is missing');
    return value;
  };
  const bitpix = header.number('BITPIX') ?? 0;
  if (!BITPIXES.includes(bitpix)) throw bad('BITPIX', `is ${saidOf(header.value('BITPIX'))}, none of ${BITPIXES.join(', ')}`);
  const naxis = whole('NAXIS');
  if (naxis > MOST_AXES) throw bad('NAXIS', `is ${naxis}, more than ${MOST_AXES}`);
  const axes = Array.from({ length: naxis }, (_, axis) => whole(`NAXIS${axis + 1}`));
  if (header.value('GROUPS') === true && axes[0] === 0) throw bad('GROUPS', 'is T: random groups are not read');
  const [pcount, gcount] = [whole('PCOUNT', 0), whole('GCOUNT', 1)];
  if (gcount !== 1) throw bad('GCOUNT', `is ${gcount}, and not 1`);
  if (kind === 'table' && bitpix !== 8) throw bad('BITPIX', `is ${bitpix}, and not the 8 of a table`);
  if (kind === 'table' && naxis !== 2) throw bad('NAXIS', `is ${naxis}, and not the 2 of a table`);
  const elements = naxis === 0 ? 0 : axes.reduce((product, axis) => product * axis, 1);
  const bytes = (Math.abs(bitpix) / 8) * (pcount + elements);
  if (!Number.isSafeInteger(bytes)) throw bad('NAXIS', `and the cards after it state ${bytes} bytes of data`);
  return { bitpix, axes, elements, bytes };
}

const saidOf = (value: string | number | boolean | undefined): string => (value === undefined ? 'unreadable' : JSON.stringify(value));
