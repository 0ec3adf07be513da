import type { Bytes } from './bytes.ts';
import { fitsFault } from './fault.ts';
import type { Hdu } from './hdu.ts';
import { headerOf } from './header.ts';
import { readHeader } from './read-header.ts';
import { BLOCK } from './primary-header.ts';
import { fitsBadHeader, fitsTooMuch, fitsTruncated } from './problems.ts';
import { sizesOf } from './sizes.ts';
import type { Sizes } from './sizes.ts';

/** An HDU whose data lie within the file. */
export type PlacedHdu = Hdu & Sizes & { /** Where its data begin. */ readonly from: number };

/** PypeIt writes 17 HDUs a detector, and one an object: a thousand, in 10 MB of headers, are many. */
const MOST_HDUS = 20_000;
const MOST_HEADER_BYTES = 64 * 2 ** 20;

/** The HDUs of a file, up to `most`. Data are skipped by the sizes that headers state, after these were found to lie within the file. */
export async function walk(bytes: Bytes, { path, most }: { readonly path: string; readonly most: number }): Promise<readonly PlacedHdu[]> {
  const hdus: PlacedHdu[] = [];
  let headerBytes = 0;
  for (let at = 0; hdus.length < most && (at < bytes.size || at === 0);) {
    const index = hdus.length;
    if (index >= MOST_HDUS || headerBytes > MOST_HEADER_BYTES) {
      throw fitsFault(
        fitsTooMuch(path, { index, name: '' }, `${index} HDUs and ${headerBytes} bytes of headers before it: more than is read`),
      );
    }
    const { text, from } = await readHeader(bytes, at, { path, index });
    headerBytes += from - at;
    const header = headerOf(text);
    const name = header.text('EXTNAME') ?? '';
    const kind = kindOf(index === 0 ? 'IMAGE' : header.text('XTENSION'));
    if (kind === undefined)
      throw fitsFault(fitsBadHeader(path, { index, name }, { card: 'XTENSION', why: 'has an XTENSION card without a name' }));
    const sizes = sizesOf({ index, name, kind, header }, path);
    // FITS Standard 4.0, section 3.3.2: data fill their last block. A file that lacks its last zeros was cut off too.
    const next = from + Math.ceil(sizes.bytes / BLOCK) * BLOCK;
    if (next > bytes.size) throw fitsFault(fitsTruncated(path, { index, name }, { what: 'data', ends: next, size: bytes.size }));
    hdus.push({ ...sizes, index, name, kind, header, from, rows: kind === 'table' && sizes.axes[0] !== 0 ? (sizes.axes[1] ?? 0) : 0 });
    at = next;
  }
  return hdus;
}

function kindOf(extension: string | undefined): Hdu['kind'] | undefined {
  if (extension === 'BINTABLE') return 'table';
  if (extension === 'IMAGE') return 'image';
  return extension === undefined ? undefined : 'other';
}
