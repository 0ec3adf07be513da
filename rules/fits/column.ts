import { fitsFault } from './fault.ts';
import { NUMBER_OF_LETTER, scaling } from './numbers.ts';
import { fitsBadCard, fitsTooMuch } from './problems.ts';
import type { Field } from './table-fields.ts';
import type { PlacedHdu } from './walk.ts';

/** A column of a binary table: `repeat` values a row. */
export type Column = { readonly repeat: number } & (
  | {
      /** B, I, J, K, E and D; rows × repeat. Of K, what lies beyond 2^53 is rounded. */ readonly kind: 'numbers';
      readonly values: Float64Array;
    }
  | { /** One a row, without blanks at its end. */ readonly kind: 'text'; readonly values: readonly string[] }
  | { /** rows × repeat. */ readonly kind: 'truths'; readonly values: readonly boolean[] }
);

/** Takes a column in, row after row. */
export type ColumnReader = { /** `at` is where the field begins in `bytes`. */ take(bytes: Buffer, at: number): void; column(): Column };

/** 32 MiB of numbers. The longest column of PypeIt, in Tilts, has 0.6 million. */
export const MOST_VALUES = 2 ** 22;

export function columnReader(field: Field, hdu: PlacedHdu, path: string): ColumnReader {
  const { letter, repeat, number } = field;
  if (hdu.rows * Math.max(1, repeat) > MOST_VALUES)
    throw fitsFault(
      fitsTooMuch(path, hdu, `${hdu.rows} rows of ${repeat} values in ${field.name}, more than the ${MOST_VALUES} that are read at once`),
    );
  if (letter === 'A') return texts(field);
  if (letter === 'L') return truths(field);
  const kind = NUMBER_OF_LETTER[letter];
  if (kind === undefined)
    throw fitsFault(fitsBadCard(path, hdu, { card: `TFORM${number}`, why: `is ${field.form}, a format that is not read` }));
  const { scale, zero } = scaling(hdu, path, { scale: `TSCAL${number}`, zero: `TZERO${number}` });
  const values = new Float64Array(hdu.rows * repeat);
  let taken = 0;
  return {
    take(bytes, at) {
      for (let index = 0; index < repeat; index += 1) values[taken + index] = kind.read(bytes, at + index * kind.bytes) * scale + zero;
      taken += repeat;
    },
    column: () => ({ kind: 'numbers', repeat, values }),
  };
}

function texts({ repeat }: Field): ColumnReader {
  const values: string[] = [];
  return {
    take: (bytes, at) => void values.push(endedText(bytes.toString('latin1', at, at + repeat))),
    column: () => ({ kind: 'text', repeat, values }),
  };
}

/** FITS Standard 4.0, section 7.3.3.1: text may end early, with a zero. */
const endedText = (text: string): string => (text.split('\0', 1)[0] ?? '').trimEnd();

/** FITS Standard 4.0, section 7.3.3.1: `T`, `F`, or a zero where nothing is known. */
function truths({ repeat }: Field): ColumnReader {
  const values: boolean[] = [];
  return {
    take(bytes, at) {
      for (let index = 0; index < repeat; index += 1) values.push(bytes[at + index] === 0x54);
    },
    column: () => ({ kind: 'truths', repeat, values }),
  };
}
