import { fitsFault } from './fault.ts';
import { fitsBadCard } from './problems.ts';
import type { PlacedHdu } from './walk.ts';

/** How a number is kept in a file; big-endian, as everything in FITS. */
export type NumberKind = { readonly bytes: number; readonly read: (bytes: Buffer, at: number) => number };

const UNSIGNED_BYTE: NumberKind = { bytes: 1, read: (bytes, at) => bytes.readUInt8(at) };
const INT16: NumberKind = { bytes: 2, read: (bytes, at) => bytes.readInt16BE(at) };
const INT32: NumberKind = { bytes: 4, read: (bytes, at) => bytes.readInt32BE(at) };
/** Beyond 2^53 it is rounded. */
const INT64: NumberKind = { bytes: 8, read: (bytes, at) => Number(bytes.readBigInt64BE(at)) };
const FLOAT: NumberKind = { bytes: 4, read: (bytes, at) => bytes.readFloatBE(at) };
const DOUBLE: NumberKind = { bytes: 8, read: (bytes, at) => bytes.readDoubleBE(at) };

/** By the letter of TFORM. */
export const NUMBER_OF_LETTER: Readonly<Record<string, NumberKind>> = {
  B: UNSIGNED_BYTE,
  I: INT16,
  J: INT32,
  K: INT64,
  E: FLOAT,
  D: DOUBLE,
};

/** By BITPIX. */
export const NUMBER_OF_BITPIX: Readonly<Record<number, NumberKind>> = {
  8: UNSIGNED_BYTE,
  16: INT16,
  32: INT32,
  64: INT64,
  [-32]: FLOAT,
  [-64]: DOUBLE,
};

/** The factor and the offset that two cards state, or 1 and 0. */
export function scaling(
  hdu: PlacedHdu,
  path: string,
  cards: { readonly scale: string; readonly zero: string },
): { readonly scale: number; readonly zero: number } {
  const number = (card: string, otherwise: number): number => {
    const value = hdu.header.has(card) ? hdu.header.value(card) : otherwise;
    if (typeof value !== 'number') throw fitsFault(fitsBadCard(path, hdu, { card, why: 'is no number' }));
    return value;
  };
  return { scale: number(cards.scale, 1), zero: number(cards.zero, 0) };
}
