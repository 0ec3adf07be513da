/** A small writer of FITS files, in the manner of PypeIt's: what tests and benches read. */

export type MadeValue = string | number | boolean | { /** As it stands, without quotes. */ readonly bare: string };
export type MadeCards = Readonly<Record<string, MadeValue>>;

/** `values` has one entry a row; an array where the repeat count is not 1. */
export type MadeColumn = { readonly name: string; readonly form: string; readonly values: readonly MadeCell[] };
type MadeCell = string | number | bigint | boolean | readonly (number | boolean)[];

const BLOCK = 2880;

/** Fills the last block. */
export function padded(bytes: Buffer, fill: number): Buffer {
  const rest = bytes.length % BLOCK;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(BLOCK - rest, fill)]);
}

/** A header of these cards, 80 letters each at most, and END. */
export const headerBytes = (cards: readonly string[]): Buffer =>
  padded(Buffer.from([...cards, 'END'].map((card) => card.padEnd(80)).join(''), 'latin1'), 0x20);

/** HIERARCH where the name has more than eight letters, or small ones; text that is too long goes on in CONTINUE cards. */
export function cardsOf(keyword: string, value: MadeValue): string[] {
  const start = /^[A-Z0-9_-]{1,8}$/.test(keyword) ? `${keyword.padEnd(8)}= ` : `HIERARCH ${keyword} = `;
  if (typeof value !== 'string') return [`${start}${bareOf(value).padStart(20)}`];
  const quoted = `'${value.replaceAll("'", "''").padEnd(8)}'`;
  if (start.length + quoted.length <= 80) return [`${start}${quoted}`];
  const pieces = value.match(/.{1,40}/gs) ?? [];
  return pieces.map((piece, index) => {
    const text = `'${piece.replaceAll("'", "''")}${index + 1 < pieces.length ? '&' : ''}'`;
    return index === 0 ? `${start}${text}` : `CONTINUE  ${text}`;
  });
}

function bareOf(value: Exclude<MadeValue, string>): string {
  if (typeof value === 'object') return value.bare;
  return typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value).toUpperCase();
}

const cardsIn = (cards: MadeCards): string[] => Object.entries(cards).flatMap(([keyword, value]) => cardsOf(keyword, value));

/** A primary HDU without data. */
export const primaryHdu = (cards: MadeCards = {}, history: readonly string[] = []): Buffer =>
  headerBytes([...cardsIn({ SIMPLE: true, BITPIX: 8, NAXIS: 0, EXTEND: true, ...cards }), ...history.map((line) => `HISTORY ${line}`)]);

export type MadeImage = {
  readonly name: string;
  readonly bitpix: 8 | 16 | 32 | 64 | -32 | -64;
  /** First the fastest. */
  readonly axes: readonly number[];
  /** As they are kept: BSCALE and BZERO are not applied. */
  readonly pixels: readonly (number | bigint)[];
  readonly cards?: MadeCards;
};

export const imageHdu = (image: MadeImage): Buffer =>
  Buffer.concat([
    imageHeader(image),
    padded(Buffer.concat(image.pixels.map((pixel) => numberBytes(LETTERS[image.bitpix] ?? '', pixel))), 0),
  ]);

const LETTERS: Readonly<Record<number, string>> = { 8: 'B', 16: 'I', 32: 'J', 64: 'K', [-32]: 'E', [-64]: 'D' };

export const imageHeader = ({ name, bitpix, axes, cards = {} }: Omit<MadeImage, 'pixels'>): Buffer =>
  headerBytes(
    cardsIn({
      XTENSION: 'IMAGE',
      BITPIX: bitpix,
      NAXIS: axes.length,
      ...Object.fromEntries(axes.map((axis, index) => [`NAXIS${index + 1}`, axis])),
      PCOUNT: 0,
      GCOUNT: 1,
      EXTNAME: name,
      ...cards,
    }),
  );

export type MadeTable = { readonly name: string; readonly columns: readonly MadeColumn[]; readonly cards?: MadeCards };

export function tableHdu({ name, columns, cards }: MadeTable): Buffer {
  const rows = columns[0]?.values.length ?? 0;
  const data = Array.from({ length: rows }, (_, row) => Buffer.concat(columns.map(({ form, values }) => cellBytes(form, values[row]!))));
  return Buffer.concat([tableHeader({ name, columns, cards: cards ?? {}, rows }), padded(Buffer.concat(data), 0)]);
}

export const tableHeader = (table: {
  readonly name: string;
  readonly columns: readonly Pick<MadeColumn, 'name' | 'form'>[];
  readonly cards?: MadeCards;
  readonly rows: number;
}): Buffer =>
  headerBytes(
    cardsIn({
      XTENSION: 'BINTABLE',
      BITPIX: 8,
      NAXIS: 2,
      NAXIS1: rowBytes(table.columns),
      NAXIS2: table.rows,
      PCOUNT: 0,
      GCOUNT: 1,
      TFIELDS: table.columns.length,
      ...Object.fromEntries(
        table.columns.flatMap((column, index) => [
          [`TTYPE${index + 1}`, column.name],
          [`TFORM${index + 1}`, column.form],
        ]),
      ),
      EXTNAME: table.name,
      ...table.cards,
    }),
  );

const ELEMENT_BYTES: Readonly<Record<string, number>> = { L: 1, B: 1, I: 2, J: 4, K: 8, A: 1, E: 4, D: 8, P: 8 };

function formOf(form: string): { readonly repeat: number; readonly letter: string } {
  const [, digits = '', letter = ''] = /^(\d*)([A-Z])/.exec(form) ?? [];
  return { repeat: digits === '' ? 1 : Number(digits), letter };
}

export const rowBytes = (columns: readonly { readonly form: string }[]): number =>
  columns.reduce((sum, { form }) => sum + formOf(form).repeat * (ELEMENT_BYTES[formOf(form).letter] ?? 0), 0);

function cellBytes(form: string, cell: MadeCell): Buffer {
  const { repeat, letter } = formOf(form);
  if (typeof cell === 'string') return Buffer.from(cell.padEnd(repeat).slice(0, repeat), 'latin1');
  const cells = typeof cell === 'object' ? cell : [cell];
  if (cells.length !== repeat) throw new Error(`${form} is not ${cells.length} values`);
  return Buffer.concat(cells.map((each) => (typeof each === 'boolean' ? Buffer.from(each ? 'T' : 'F') : numberBytes(letter, each))));
}

function numberBytes(letter: string, value: number | bigint): Buffer {
  const bytes = Buffer.alloc(ELEMENT_BYTES[letter] ?? 0);
  if (letter === 'B') bytes.writeUInt8(Number(value));
  else if (letter === 'I') bytes.writeInt16BE(Number(value));
  else if (letter === 'J') bytes.writeInt32BE(Number(value));
  else if (letter === 'K') bytes.writeBigInt64BE(BigInt(value));
  else if (letter === 'E') bytes.writeFloatBE(Number(value));
  else if (letter === 'D') bytes.writeDoubleBE(Number(value));
  else if (letter === 'P') bytes.fill(0);
  else throw new Error(`${letter} is not written here`);
  return bytes;
}
