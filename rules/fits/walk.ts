import type { Bytes } from './bytes.ts';
import { fitsFault } from './fault.ts';
import type { Hdu } from './hdu.ts';
import { CARD, headerOf } from './header.ts';
import type { FitsHeader } from './header.ts';
import { BLOCK, MOST_CARDS } from './primary-header.ts';
import { fitsBadCard, fitsHeaderDamaged, fitsTruncated, notFits } from './problems.ts';

/** An HDU whose data lie within the file. */
export type PlacedHdu = Hdu & {
  readonly bitpix: number;
  readonly axes: readonly number[];
  /** Where its data begin. */ readonly from: number;
  readonly bytes: number;
};

/** PypeIt writes 17 a detector, and one an object: a few thousand at most. */
const MOST_HDUS = 20_000;
const MOST_AXES = 999;

/** The HDUs of a file, up to `most`. Data are skipped by the sizes that headers state, after these were found to lie within the file. */
export async function walk(bytes: Bytes, { path, most }: { readonly path: string; readonly most: number }): Promise<readonly PlacedHdu[]> {
  const hdus: PlacedHdu[] = [];
  for (let at = 0; hdus.length < most;) {
    const index = hdus.length;
    if (at >= bytes.size && index > 0) break;
    const where = { index, name: '' };
    if (index >= MOST_HDUS) throw fitsFault(fitsHeaderDamaged(path, where, `would be one of more than ${MOST_HDUS}`));
    const start = (await bytes.read(at, Math.min(CARD, bytes.size - at))).toString('latin1');
    if (index === 0 && !start.startsWith('SIMPLE  =')) throw fitsFault(notFits(path, bytes.size));
    if (index > 0 && !start.startsWith('XTENSION=')) {
      // Some programs fill the end of a file with zeros.
      if (await isBlank(bytes, at)) break;
      throw fitsFault(fitsHeaderDamaged(path, where, 'does not begin with an XTENSION card'));
    }
    const { text, next } = await headerText(bytes, at, { path, index });
    const header = headerOf(text);
    const name = header.text('EXTNAME') ?? '';
    const sizes = sizesOf(header, { path, index, name });
    if (next + sizes.bytes > bytes.size)
      throw fitsFault(fitsTruncated(path, { index, name }, { ends: next + sizes.bytes, size: bytes.size }));
    const kind = kindOf(header, index);
    hdus.push({
      ...sizes,
      index,
      name,
      kind,
      header,
      rows: kind === 'table' && sizes.axes[0] !== 0 ? (sizes.axes[1] ?? 0) : 0,
      from: next,
    });
    at = next + Math.ceil(sizes.bytes / BLOCK) * BLOCK;
  }
  return hdus;
}

/** The cards before END, and where the block of END ends. */
async function headerText(
  bytes: Bytes,
  at: number,
  { path, index }: { readonly path: string; readonly index: number },
): Promise<{ text: string; next: number }> {
  let text = '';
  for (let size = 4 * BLOCK; ; size = Math.min(size * 4, MOST_CARDS * CARD)) {
    const length = Math.min(size, bytes.size - at);
    text += (await bytes.read(at + text.length, length - text.length)).toString('latin1');
    for (let card = 0; card + CARD <= text.length; card += CARD) {
      if (!text.startsWith('END     ', card)) continue;
      const next = at + Math.ceil((card + CARD) / BLOCK) * BLOCK;
      // The last block of a file may be short, where nothing follows.
      return { text: text.slice(0, card), next: Math.min(next, Math.max(bytes.size, at + card + CARD)) };
    }
    if (length < size)
      throw fitsFault(fitsHeaderDamaged(path, { index, name: '' }, `has no END card before the file ends, at byte ${bytes.size}`));
    if (size >= MOST_CARDS * CARD)
      throw fitsFault(fitsHeaderDamaged(path, { index, name: '' }, `has no END card among its first ${MOST_CARDS}`));
  }
}

type Sizes = Pick<PlacedHdu, 'bitpix' | 'axes' | 'bytes'>;

/** FITS Standard 4.0, sections 4.4.1.1 and 7: |BITPIX| × GCOUNT × (PCOUNT + NAXIS1 × … × NAXISm) bits. */
function sizesOf(
  header: FitsHeader,
  { path, index, name }: { readonly path: string; readonly index: number; readonly name: string },
): Sizes {
  const bad = (card: string, why: string): Error => fitsFault(fitsBadCard(path, { index, name }, { card, why }));
  const whole = (card: string, most: number, otherwise?: number): number => {
    const value = header.value(card) ?? otherwise;
    if (value === undefined) throw bad(card, 'is missing, or is no number');
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > most) throw bad(card, `is ${String(value)}`);
    return value;
  };
  const bitpix = header.value('BITPIX');
  if (typeof bitpix !== 'number' || ![8, 16, 32, 64, -32, -64].includes(bitpix))
    throw bad('BITPIX', `is ${bitpix === undefined ? 'missing' : String(bitpix)}`);
  const axes = Array.from({ length: whole('NAXIS', MOST_AXES) }, (_, axis) => whole(`NAXIS${axis + 1}`, Number.MAX_SAFE_INTEGER));
  if (axes.length > 0 && axes[0] === 0 && header.value('GROUPS') === true) throw bad('GROUPS', 'is T: random groups are not read');
  const pixels = axes.length === 0 ? 0 : axes.reduce((product, axis) => product * axis, 1);
  const bytes =
    (Math.abs(bitpix) / 8) * whole('GCOUNT', Number.MAX_SAFE_INTEGER, 1) * (whole('PCOUNT', Number.MAX_SAFE_INTEGER, 0) + pixels);
  if (!Number.isSafeInteger(bytes)) throw bad('NAXIS', `states ${bytes} bytes of data`);
  return { bitpix, axes, bytes };
}

function kindOf(header: FitsHeader, index: number): Hdu['kind'] {
  const extension = index === 0 ? 'IMAGE' : header.text('XTENSION');
  if (extension === 'BINTABLE') return 'table';
  return extension === 'IMAGE' ? 'image' : 'other';
}

async function isBlank(bytes: Bytes, at: number): Promise<boolean> {
  const rest = bytes.size - at;
  return rest <= 16 * BLOCK && (await bytes.read(at, rest)).every((byte) => byte === 0 || byte === 32);
}
