import { fitsFault } from './fault.ts';
import { fitsBadCard } from './problems.ts';
import type { PlacedHdu } from './walk.ts';

/** Where a column of a binary table lies in each of its rows. */
export type Field = {
  /** TTYPE. */
  readonly name: string;
  /** From 1, as in TFORM1. */
  readonly number: number;
  /** TFORM as it stands: `4096D`. */
  readonly form: string;
  readonly letter: string;
  readonly repeat: number;
  /** Bytes from the begin of a row, and how many they are. */
  readonly offset: number;
  readonly width: number;
};

/** Bytes of one element by the letter of TFORM. FITS Standard 4.0, table 18. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  L: 1,
  X: 1 / 8,
  B: 1,
  I: 2,
  J: 4,
  K: 8,
  A: 1,
  E: 4,
  D: 8,
  C: 8,
  M: 16,
  P: 8,
  Q: 16,
};
const FORM = /^(\d*)([LXBIJKAEDCMPQ])/;

/** FITS Standard 4.0, section 7.3.1. */
const MOST_FIELDS = 999;

/** The columns of a table, all of which lie within a row of NAXIS1 bytes. */
export function tableFields(hdu: PlacedHdu, path: string): readonly Field[] {
  const { header } = hdu;
  const bad = (card: string, why: string): Error => fitsFault(fitsBadCard(path, hdu, { card, why }));
  if (hdu.kind !== 'table') throw bad('XTENSION', 'is no BINTABLE: it has no columns');
  const count = header.number('TFIELDS') ?? -1;
  if (!Number.isInteger(count) || count < 0 || count > MOST_FIELDS) throw bad('TFIELDS', `is no number from 0 to ${MOST_FIELDS}`);
  const rowBytes = hdu.axes[0] ?? 0;
  const fields: Field[] = [];
  let offset = 0;
  for (let number = 1; number <= count; number += 1) {
    const card = `TFORM${number}`;
    const form = header.text(card);
    if (form === undefined) throw bad(card, 'is missing, or is no text');
    const [, digits = '', letter = ''] = FORM.exec(form) ?? [];
    if (letter === '') throw bad(card, `is ${form}, which is no format of a column`);
    const repeat = digits === '' ? 1 : Number(digits);
    const width = Math.ceil(repeat * (ELEMENT_BYTES[letter] ?? 0));
    if (!(offset + width <= rowBytes)) throw bad(card, `is ${form}, which goes beyond the ${rowBytes} bytes of a row`);
    fields.push({ name: header.text(`TTYPE${number}`) ?? '', number, form, letter, repeat, offset, width });
    offset += width;
  }
  return fields;
}
