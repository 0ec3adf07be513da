import type { Bytes } from './bytes.ts';
import { columnReader } from './column.ts';
import type { Column, ColumnReader } from './column.ts';
import { tableFields } from './table-fields.ts';
import type { Field } from './table-fields.ts';
import type { PlacedHdu } from './walk.ts';

/** A longer row is not read as a whole: in SLITS of a spec2d it has 196 kB, of which 10 are wanted. */
const LONG_ROW = 16 * 1024;
/** Shorter rows are read so many bytes at once. */
const PIECE = 2 ** 20;
/** In a long row, bytes between two wanted columns that are read along: a read costs as much as some kilobytes. */
const GAP = 4096;

/** The wanted columns of a table. A name is looked for as it is, then without regard to case; one that is not there is left out. */
export async function readColumns<Name extends string>(
  { bytes, path }: { readonly bytes: Bytes; readonly path: string },
  hdu: PlacedHdu,
  names: readonly Name[],
): Promise<Readonly<Partial<Record<Name, Column>>>> {
  const fields = tableFields(hdu, path);
  const wanted = names.flatMap((name) => {
    const field = fields.find((each) => each.name === name) ?? fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
    return field === undefined ? [] : [{ name, field, reader: columnReader(field, hdu, path) }];
  });
  const rowBytes = hdu.axes[0] ?? 0;
  const isLong = rowBytes > LONG_ROW;
  const spans = spansOf(wanted, isLong ? GAP : rowBytes);
  const rowsAtOnce = isLong ? 1 : Math.max(1, Math.floor(PIECE / Math.max(1, rowBytes)));
  for (let first = 0; first < hdu.rows; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, hdu.rows - first);
    for (const { from, to, holds } of spans) {
      const piece = await bytes.read(hdu.from + first * rowBytes + from, (rows - 1) * rowBytes + to - from);
      for (let row = 0; row < rows; row += 1)
        for (const { field, reader } of holds) reader.take(piece, row * rowBytes + field.offset - from);
    }
  }
  return Object.fromEntries(wanted.map(({ name, reader }) => [name, reader.column()])) as Partial<Record<Name, Column>>;
}

type Wanted = { readonly field: Field; readonly reader: ColumnReader };
/** What is read of a row at once, in bytes from its begin. */
type Span = { readonly from: number; readonly to: number; readonly holds: readonly Wanted[] };

/** Columns with at most `gap` bytes between them lie in one span. */
function spansOf(wanted: readonly Wanted[], gap: number): readonly Span[] {
  const spans: Span[] = [];
  for (const each of wanted.toSorted((a, b) => a.field.offset - b.field.offset)) {
    const { offset, width } = each.field;
    const last = spans.at(-1);
    if (last !== undefined && offset - last.to <= gap)
      spans.splice(-1, 1, { from: last.from, to: Math.max(last.to, offset + width), holds: [...last.holds, each] });
    else spans.push({ from: offset, to: offset + width, holds: [each] });
  }
  return spans;
}
