import { failed } from 'adap';
import type { Failed } from 'adap';
import { linesOf, readConfig } from './config-obj.ts';
import type { Line, Section } from './config-obj.ts';
import { configSyntax, pypeitFrameTwice, pypeitNoTable, pypeitRow, pypeitWithout } from './problems.ts';

/** A row of the data block; one behind a `#` is there, but not used. */
export type Row = { readonly state: 'kept' | 'commented'; readonly cells: Readonly<Record<string, string>>; readonly line: number };

export type PypeitFile = {
  readonly kind: 'pypeit';
  readonly parameters: Section;
  /** Lines between `setup read` and `setup end`. */
  readonly setup: readonly string[];
  readonly paths: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
};

/** Reads a .pypeit file: parameters, setup block, data block. `file` is how the user writes its path. */
export function readPypeit(text: string, file: string): PypeitFile | Failed {
  const lines = linesOf(text);
  const find = (marker: string): number => lines.findIndex((line) => withoutRemark(line.text).trim().replace(/\s+/, ' ') === marker);
  const at = (line: number): { file: string; line: number; column: number } => ({ file, line: Math.max(1, line), column: 1 });
  const [setupFrom, setupTo, dataFrom, dataTo] = ['setup read', 'setup end', 'data read', 'data end'].map(find) as [
    number,
    number,
    number,
    number,
  ];
  if (setupFrom < 0) return failed(pypeitWithout(at(1), 'setup read'));
  if (setupTo < setupFrom) return failed(pypeitWithout(at(setupFrom + 1), 'setup end'));
  if (dataFrom < 0) return failed(pypeitWithout(at(lines.length), 'data read'));
  if (dataTo < dataFrom) return failed(pypeitWithout(at(dataFrom + 1), 'data end'));
  const inBlock = (number: number): boolean => (number >= setupFrom && number <= setupTo) || (number >= dataFrom && number <= dataTo);
  const config = readConfig(
    lines.map((line, index) => (inBlock(index) ? { ...line, text: '' } : line)),
    file,
  );
  if (config.kind === 'problem') return config;
  const table = readTable(lines.slice(dataFrom + 1, dataTo), file, dataFrom + 1);
  if (table.kind === 'problem') return table;
  const setup = lines.slice(setupFrom + 1, setupTo).filter((line) => withoutRemark(line.text).trim() !== '');
  if (setupName(setup.map((line) => line.text)) === undefined) return failed(pypeitWithout(at(setupFrom + 2), 'Setup A:'));
  const odd = setup.slice(1).find((line) => !/^\s*[^\s:][^:]*:/.test(line.text));
  if (odd !== undefined) return failed(configSyntax(at(odd.number), 'a line of the setup block is no name: value'));
  return { ...table, kind: 'pypeit', parameters: config.root, setup: setup.map((line) => line.text) };
}

/** In tables and setup blocks a `#` begins a remark wherever it stands. */
const withoutRemark = (text: string): string => text.replace(/#.*$/, '');

/**
 * `A` of `Setup A:`, the first line of a setup block: PypeIt puts it into the names of its calibrations. A colon that is
 * forgotten is added. Source: pypeit.inputfiles `InputFile.setup_name`, `_parse_setup_lines`.
 */
export const setupName = ([first = '']: readonly string[]): string | undefined =>
  /^\s*(['"]?)Setup\s+([^\s:'"]+)\1\s*(?::|$)/.exec(withoutRemark(first))?.[2];

type Table = { readonly kind: 'table' } & Pick<PypeitFile, 'paths' | 'columns' | 'rows'>;

function readTable(lines: readonly Line[], file: string, begin: number): Table | Failed {
  const paths: string[] = [];
  const rows: Row[] = [];
  let columns: readonly string[] | undefined;
  const names = new Set<string>();
  for (const line of lines) {
    const text = line.text.trim();
    if (text === '') continue;
    const path = /^path\s+(.*)$/.exec(text);
    if (path !== null && columns === undefined) {
      paths.push((path[1] ?? '').trim());
      continue;
    }
    if (columns === undefined) {
      if (text.startsWith('#')) continue;
      columns = cellsOf(withoutRemark(text).trim());
      if (!columns.includes('filename') || !columns.includes('frametype'))
        return failed(pypeitNoTable({ file, line: line.number, column: 1 }));
      continue;
    }
    const bare = text.replace(/^(\|?)\s*#[#\s]*/, '$1');
    const isCommented = bare !== text || (cellsOf(text)[columns.indexOf('filename')] ?? '').startsWith('#');
    const cells = cellsOf(withoutRemark(bare).trim());
    const name = cells[columns.indexOf('filename')] ?? '';
    if (cells.length !== columns.length) {
      // A remark between the rows is none of them.
      if (isCommented) continue;
      return failed(
        pypeitRow({ file, line: line.number, column: line.text.length - line.text.trimStart().length + 1 }, cells.length, columns.length),
      );
    }
    if (!isCommented && names.has(name)) return failed(pypeitFrameTwice({ file, line: line.number, column: 1 }, name));
    if (!isCommented) names.add(name);
    const byColumn = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
    rows.push({ state: isCommented ? 'commented' : 'kept', cells: byColumn, line: line.number });
  }
  return columns === undefined ? failed(pypeitNoTable({ file, line: begin, column: 1 })) : { kind: 'table', paths, columns, rows };
}

/** The old form has bars at both ends. */
const cellsOf = (text: string): string[] => {
  const inner = text.startsWith('|') ? text.replace(/^\|/, '').replace(/\|$/, '') : text;
  return inner.split('|').map((cell) => cell.trim());
};
