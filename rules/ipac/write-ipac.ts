/** A column of an IPAC table. */
export type IpacColumn = { readonly name: string; readonly type: 'char' | 'long' | 'double' };

/**
 * A table as astropy writes it: four head lines (names, types, units, what stands for nothing), then rows, every cell on the right of its
 * column. Source: https://irsa.ipac.caltech.edu/applications/DDGEN/Doc/ipac_tbl.html; astropy.io.ascii.ipac.
 */
export function writeIpac(columns: readonly IpacColumn[], rows: readonly (readonly (string | undefined)[])[]): string {
  const cells = rows.map((row) => columns.map((_, index) => clean(row[index])));
  const widths = columns.map(({ name, type }, index) =>
    cells.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), Math.max(name.length, type.length, NULL.length)),
  );
  const head = (texts: readonly string[]): string => `|${texts.map((text, index) => text.padStart(widths[index] ?? 0)).join('|')}|`;
  return [
    head(columns.map(({ name }) => name)),
    head(columns.map(({ type }) => type)),
    head(columns.map(() => '')),
    head(columns.map(() => NULL)),
    ...cells.map((row) => ` ${row.map((text, index) => text.padStart(widths[index] ?? 0)).join(' ')} `),
    '',
  ].join('\n');
}

const NULL = 'null';

/** A row is a line; of text that is empty nothing would be left to read. */
const clean = (cell: string | undefined): string => {
  const text = (cell ?? '').replaceAll(/[\r\n|]+/g, ' ').trim();
  return text === '' ? NULL : text;
};
