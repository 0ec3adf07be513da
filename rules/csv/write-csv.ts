/** CSV as Python's csv and astropy write it: comma, a quote only where it is needed, `\n`. */
export const writeCsv = (columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [columns, ...rows].map((row) => `${row.map((cell) => quoted(String(cell))).join(',')}\n`).join('');

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
