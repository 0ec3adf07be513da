import { NUMBERS } from './columns.ts';
import type { From } from './columns.ts';
import { fitsFault } from './fault.ts';
import { fitsBadCard, fitsTooMuch } from './problems.ts';
import type { PlacedHdu } from './walk.ts';

const LETTERS: Readonly<Record<number, string>> = { 8: 'B', 16: 'I', 32: 'J', 64: 'K', [-32]: 'E', [-64]: 'D' };

/** All pixels of an image, first axis fastest, BSCALE and BZERO applied. */
export async function readImage({ bytes, path }: From, hdu: PlacedHdu, most: number): Promise<Float64Array> {
  if (hdu.kind !== 'image') throw fitsFault(fitsBadCard(path, hdu, { card: 'XTENSION', why: 'is no IMAGE' }));
  const size = Math.abs(hdu.bitpix) / 8;
  const count = hdu.bytes / size;
  if (count > most) throw fitsFault(fitsTooMuch(path, hdu, `${count} pixels`));
  const data = await bytes.read(hdu.from, hdu.bytes);
  const [scale, zero] = [hdu.header.number('BSCALE') ?? 1, hdu.header.number('BZERO') ?? 0];
  const read = NUMBERS[LETTERS[hdu.bitpix] ?? ''];
  if (read === undefined) throw new Error(`bug: BITPIX ${hdu.bitpix}`);
  return Float64Array.from({ length: count }, (_, index) => read(data, index * size) * scale + zero);
}
