import type { Bytes } from './bytes.ts';
import { fitsFault } from './fault.ts';
import { fitsBadCard, fitsTooMuch } from './problems.ts';
import type { PlacedHdu } from './walk.ts';

/** A column of a binary table: `repeat` values a row. */
export type Column = { readonly repeat: number } & (
  | { /** B, I, J, K, E and D; of K, what lies beyond 2^53 is rounded. */ readonly kind: 'numbers'; readonly values: Float64Array }
  | { /** One a row, without blanks at its end. */ readonly kind: 'text'; readonly values: readonly string[] }
  | { readonly kind: 'truths'; readonly values: readonly boolean[] }
);

export type From = { readonly bytes: Bytes; readonly path: string };

/** Bytes of one element by the letter of TFORM. FITS Standard 4.0, table 18. */
const WIDTHS: Readonly<Record<string, number>> = { L: 1, X: 0.125, B: 1, I: 2, J: 4, K: 8, A: 1, E: 4, D: 8, C: 8, M: 16, P: 8, Q: 16 };

/** A row that is longer is not read as a whole: of SLITS of a spec2d it has 196 kB, of which 12 bytes are wanted. */
const LONG_ROW = 16 * 1024;
const PIECE = 2 ** 20;
/** No table of PypeIt comes near it; it bounds what a hostile header can ask for. */
const MOST_VALUES = 20_000_000;

type Field = {
  readonly name: string;
  readonly form: string;
  readonly letter: string;
  readonly repeat: number;
  readonly offset: number;
  readonly width: number;
  readonly number: number;
};

export async function readColumns<Name extends string>(
  from: From,
  hdu: PlacedHdu,
  names: readonly Name[],
): Promise<Readonly<Partial<Record<Name, Column>>>> {
  const fields = fieldsOf(from, hdu);
  const wanted = names.flatMap((name) => {
    const field = fields.find((each) => each.name === name) ?? fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
    return field === undefined ? [] : [{ name, field, reader: readerOf(from, hdu, field) }];
  });
  const rowBytes = hdu.axes[0] ?? 0;
  if (rowBytes > LONG_ROW) {
    for (let row = 0; row < hdu.rows; row += 1)
      for (const { field, reader } of wanted)
        reader.take(await from.bytes.read(hdu.from + row * rowBytes + field.offset, field.width), 0, row);
  } else {
    const rowsAPiece = Math.max(1, Math.floor(PIECE / Math.max(1, rowBytes)));
    for (let first = 0; first < hdu.rows && wanted.length > 0; first += rowsAPiece) {
      const count = Math.min(rowsAPiece, hdu.rows - first);
      const piece = await from.bytes.read(hdu.from + first * rowBytes, count * rowBytes);
      for (let row = 0; row < count; row += 1)
        for (const { field, reader } of wanted) reader.take(piece, row * rowBytes + field.offset, first + row);
    }
  }
  return Object.fromEntries(wanted.map(({ name, reader }) => [name, reader.column()])) as Partial<Record<Name, Column>>;
}

function fieldsOf({ path }: From, hdu: PlacedHdu): readonly Field[] {
  const { header } = hdu;
  const bad = (card: string, why: string): Error => fitsFault(fitsBadCard(path, hdu, { card, why }));
  if (hdu.kind !== 'table') throw bad('XTENSION', 'is no BINTABLE');
  const count = header.number('TFIELDS') ?? 0;
  if (!Number.isInteger(count) || count < 0 || count > 999) throw bad('TFIELDS', `is ${count}`);
  const fields: Field[] = [];
  let offset = 0;
  for (let number = 1; number <= count; number += 1) {
    const form = header.text(`TFORM${number}`);
    const [, repeatText = '', letter = ''] = /^(\d*)([LXBIJKAEDCMPQ])/.exec(form ?? '') ?? [];
    if (form === undefined || letter === '')
      throw bad(`TFORM${number}`, form === undefined ? 'is missing' : `is ${form}, which is no format of a column`);
    const repeat = repeatText === '' ? 1 : Number(repeatText);
    const width = Math.ceil(repeat * (WIDTHS[letter] ?? 0));
    if (!Number.isSafeInteger(repeat) || offset + width > (hdu.axes[0] ?? 0))
      throw bad(`TFORM${number}`, `is ${form}, which goes beyond a row of ${hdu.axes[0] ?? 0} bytes`);
    fields.push({ name: header.text(`TTYPE${number}`) ?? '', form, letter, repeat, offset, width, number });
    offset += width;
  }
  return fields;
}

type Reader = { take(bytes: Buffer, at: number, row: number): void; column(): Column };

function readerOf({ path }: From, hdu: PlacedHdu, field: Field): Reader {
  const { letter, repeat, width, number } = field;
  if (hdu.rows * Math.max(1, repeat) > MOST_VALUES)
    throw fitsFault(fitsTooMuch(path, hdu, `${hdu.rows} rows of ${repeat} values in ${field.name}`));
  if (letter === 'A') {
    const values: string[] = [];
    return {
      take: (bytes, at) => void values.push(endedText(bytes.toString('latin1', at, at + width))),
      column: () => ({ kind: 'text', repeat, values }),
    };
  }
  if (letter === 'L') {
    const values: boolean[] = [];
    return {
      take(bytes, at) {
        for (let index = 0; index < repeat; index += 1) values.push(bytes[at + index] === 0x54);
      },
      column: () => ({ kind: 'truths', repeat, values }),
    };
  }
  const read = NUMBERS[letter];
  if (read === undefined)
    throw fitsFault(fitsBadCard(path, hdu, { card: `TFORM${number}`, why: `is ${field.form}, a format that is not read` }));
  const [scale, zero] = [hdu.header.number(`TSCAL${number}`) ?? 1, hdu.header.number(`TZERO${number}`) ?? 0];
  const values = new Float64Array(hdu.rows * repeat);
  const size = width / Math.max(1, repeat);
  return {
    take(bytes, at, row) {
      for (let index = 0; index < repeat; index += 1) values[row * repeat + index] = read(bytes, at + index * size) * scale + zero;
    },
    column: () => ({ kind: 'numbers', repeat, values }),
  };
}

/** Big-endian, as everything in FITS. */
export const NUMBERS: Readonly<Record<string, (bytes: Buffer, at: number) => number>> = {
  B: (bytes, at) => bytes.readUInt8(at),
  I: (bytes, at) => bytes.readInt16BE(at),
  J: (bytes, at) => bytes.readInt32BE(at),
  K: (bytes, at) => Number(bytes.readBigInt64BE(at)),
  E: (bytes, at) => bytes.readFloatBE(at),
  D: (bytes, at) => bytes.readDoubleBE(at),
};

/** FITS Standard 4.0, section 7.3.3.1: text may end early with a zero. */
const endedText = (text: string): string => {
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trimEnd();
};
