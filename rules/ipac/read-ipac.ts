import { failed } from 'adap';
import type { Failed } from 'adap';
import { ipacDamaged } from './problems.ts';

export type IpacTable = {
  readonly kind: 'table';
  readonly columns: readonly string[];
  /** By column; a value that is null is not there. */ readonly rows: readonly Readonly<Record<string, string>>[];
};

/** Reads an IPAC table: a value stands below its head, between the places of two bars. */
export function readIpac(text: string, file: string): IpacTable | Failed {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith('|'));
  const head = lines[from];
  if (head === undefined) return failed(ipacDamaged({ file, line: 1 }, 'it has no head'));
  const bars = Array.from(head.matchAll(/\|/g), ({ index }) => index);
  const columns = bars.slice(0, -1).map((bar, index) => head.slice(bar + 1, bars[index + 1]).trim());
  const rows: Record<string, string>[] = [];
  for (const [index, line] of lines.entries()) {
    if (index <= from || line.trim() === '' || line.startsWith('|') || line.startsWith('\\')) continue;
    if (line.length < (bars.at(-2) ?? 0)) return failed(ipacDamaged({ file, line: index + 1 }, 'a row is shorter than its head'));
    const cells = columns.map((name, column) => [name, line.slice((bars[column] ?? 0) + 1, bars[column + 1]).trim()] as const);
    rows.push(Object.fromEntries(cells.filter(([, cell]) => cell !== 'null' && cell !== '')));
  }
  return { kind: 'table', columns, rows };
}
