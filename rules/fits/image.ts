import type { Bytes } from './bytes.ts';
import { fitsFault } from './fault.ts';
import { NUMBER_OF_BITPIX, scaling } from './numbers.ts';
import { fitsBadCard, fitsTooMuch } from './problems.ts';
import type { PlacedHdu } from './walk.ts';

/** All pixels of an image, first axis fastest, BSCALE and BZERO applied. More than `most` pixels are refused. */
export async function readImage(
  { bytes, path }: { readonly bytes: Bytes; readonly path: string },
  hdu: PlacedHdu,
  most: number,
): Promise<Float64Array> {
  if (hdu.kind !== 'image') throw fitsFault(fitsBadCard(path, hdu, { card: 'XTENSION', why: 'is no IMAGE: it has no pixels' }));
  if (hdu.elements > most) throw fitsFault(fitsTooMuch(path, hdu, `${hdu.elements} pixels, more than the ${most} that are read at once`));
  const kind = NUMBER_OF_BITPIX[hdu.bitpix];
  if (kind === undefined) throw new Error(`bug: BITPIX ${hdu.bitpix}`);
  const { scale, zero } = scaling(hdu, path, { scale: 'BSCALE', zero: 'BZERO' });
  const data = await bytes.read(hdu.from, hdu.elements * kind.bytes);
  const pixels = new Float64Array(hdu.elements);
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = kind.read(data, index * kind.bytes) * scale + zero;
  return pixels;
}
