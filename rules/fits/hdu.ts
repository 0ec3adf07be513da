import type { FitsHeader } from './header.ts';

/** One header and its data. */
export type Hdu = {
  /** From 0. */
  readonly index: number;
  /** EXTNAME; '' where there is none. */
  readonly name: string;
  readonly kind: 'image' | 'table' | 'other';
  readonly header: FitsHeader;
  /** Rows of a table, else 0. */
  readonly rows: number;
};
