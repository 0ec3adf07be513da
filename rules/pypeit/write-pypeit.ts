import { writeConfig } from './config-obj.ts';
import type { PypeitFile } from './pypeit-file.ts';

/** A .pypeit file in PypeIt's own layout. No time and no version: the same facts give the same bytes. */
export function writePypeit(file: Omit<PypeitFile, 'kind'>, head: readonly string[]): string {
  const cells = file.rows.map((row) =>
    file.columns.map((column) =>
      column === 'filename' ? `${row.state === 'commented' ? '#' : ''}${row.cells[column] ?? ''}` : (row.cells[column] ?? ''),
    ),
  );
  const widths = file.columns.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join(' | ');
  return [
    ...head.map((text) => `# ${text}`),
    '',
    '# User-defined execution parameters',
    writeConfig(file.parameters),
    '',
    '# Setup',
    'setup read',
    ...file.setup,
    'setup end',
    '',
    '# Data block',
    'data read',
    ...file.paths.map((path) => ` path ${path}`),
    line(file.columns),
    ...cells.map(line),
    'data end',
    '',
  ].join('\n');
}
