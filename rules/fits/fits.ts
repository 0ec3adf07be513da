/** Reads FITS files: headers, the wanted columns of tables, small images. Source: FITS Standard 4.0. */
import { openBytes } from './bytes.ts';
import { readColumns } from './columns.ts';
import type { Column } from './column.ts';
import type { Hdu } from './hdu.ts';
import type { FitsHeader } from './header.ts';
import { readImage } from './image.ts';
import { walk } from './walk.ts';
import type { PlacedHdu } from './walk.ts';

export type { Column } from './column.ts';
export { fitsProblemOf } from './fault.ts';
export type { Hdu } from './hdu.ts';
export type { FitsHeader, FitsValue } from './header.ts';

export type Fits = {
  readonly path: string;
  readonly hdus: readonly Hdu[];
  hdu(name: string): Hdu | undefined;
  /** Nothing but these columns is read; one that is not there is undefined in the result. */
  columns<Name extends string>(hdu: Hdu, names: readonly Name[]): Promise<Readonly<Partial<Record<Name, Column>>>>;
  /** Pixels in order, first axis fastest, BSCALE and BZERO applied; an image of more than `most` pixels (a million) is refused. */
  image(hdu: Hdu, most?: number): Promise<Float64Array>;
};

/**
 * Opens a file, plain or gzip (told by its first bytes), hands it over, and closes it whatever happens. Headers are read at once, data when
 * asked for. No size that a header states is trusted: what does not fit into the file is thrown as a fault with a problem, which says where.
 */
export async function withFits<T>(path: string, use: (fits: Fits) => Promise<T>): Promise<T> {
  const bytes = await openBytes(path);
  try {
    const hdus = await walk(bytes, { path, most: Infinity });
    const placed = (hdu: Hdu): PlacedHdu => {
      const found = hdus[hdu.index];
      if (found === undefined || found.header !== hdu.header) throw new Error(`bug: this HDU is of another file than ${path}`);
      return found;
    };
    return await use({
      path,
      hdus,
      hdu: (name) => hdus.find((hdu) => hdu.name === name),
      columns: (hdu, names) => readColumns({ bytes, path }, placed(hdu), names),
      image: (hdu, most = 1e6) => readImage({ bytes, path }, placed(hdu), most),
    });
  } finally {
    await bytes.close();
  }
}

/** The first headers of a file, fewer where it has no more: of 320 MB some kilobytes are read. */
export async function fitsHeaders(path: string, count: number): Promise<readonly FitsHeader[]> {
  const bytes = await openBytes(path);
  try {
    return (await walk(bytes, { path, most: count })).map(({ header }) => header);
  } finally {
    await bytes.close();
  }
}
