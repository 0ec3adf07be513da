import { failed } from 'adap';
import type { Failed, Problem } from 'adap';

export type CsvRow = { readonly cells: readonly string[]; /** Where it begins, from 1. */ readonly line: number };
type Csv = { readonly kind: 'csv'; readonly rows: readonly CsvRow[] };

const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** All rows, the head among them; empty lines are none. `file` is how the user writes its path. Source: RFC 4180. */
export function readCsv(text: string, file: string): Csv | Failed {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let [at, line, rowLine] = [text.startsWith('\uFEFF') ? 1 : 0, 1, 1];
  for (let end = ''; at < text.length || end === ',';) {
    CELL.lastIndex = at;
    const found = CELL.exec(text);
    if (found === null) return failed(csvSyntax(file, { line, column: at - text.lastIndexOf('\n', at - 1) }));
    const [all, quoted, bare = ''] = found;
    end = found[3] ?? '';
    cells.push(quoted?.replaceAll('""', '"') ?? bare);
    at += all.length;
    line += all.split('\n').length - 1;
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ cells, line: rowLine });
    cells = [];
    rowLine = line;
  }
  return { kind: 'csv', rows };
}

const csvSyntax = (file: string, place: { readonly line: number; readonly column: number }): Problem => ({
  code: 'csv-syntax',
  says: `the quotes of a cell of ${file} do not fit`,
  file,
  ...place,
  try: `edit ${file}`,
});
