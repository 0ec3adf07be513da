import { createHash } from 'node:crypto';
import { writeIpac } from '../ipac/write-ipac.ts';
import type { IpacColumn } from '../ipac/write-ipac.ts';
import { COADDED, REDUCED } from './columns.ts';
import type { MaskPart, TableRow } from './mask-part.ts';
import { README } from './readme.ts';

export type MaskOf = { readonly mask: string; readonly part: MaskPart };

/** The files at the top of the archive, made of the parts of its masks; the same parts give the same bytes. */
export function tables(parts: readonly MaskOf[]): Readonly<Record<'reduced' | 'coadded' | 'readme' | 'checksums' | 'report', string>> {
  const all = parts.toSorted((a, b) => (a.mask < b.mask ? -1 : 1));
  const reduced = table(
    REDUCED,
    all.flatMap(({ part }) => part.reduced),
    ['spec1d_file'],
  );
  const coadded = table(
    COADDED,
    all.flatMap(({ part }) => part.coadded),
    ['coadd1d_filename', 'spec1d_filename', 'pypeit_name'],
  );
  const report = reportOf(all);
  const own = { 'reduced_files_meta.dat': reduced, 'coadded_files_meta.dat': coadded, README, 'report.txt': report };
  const digests = [
    ...all.flatMap(({ part }) => Object.entries(part.digests)),
    ...Object.entries(own).map(([name, text]) => [name, sha256(text)] as const),
  ];
  return {
    reduced,
    coadded,
    readme: README,
    checksums: digests
      .map(([path, digest]) => `${digest}  ${path}\n`)
      .toSorted(byPath)
      .join(''),
    report,
  };
}

/** Rows in the order of these columns. */
function table(columns: readonly IpacColumn[], rows: readonly TableRow[], order: readonly string[]): string {
  const key = (row: TableRow): string => order.map((name) => row[name] ?? '').join('\n');
  const sorted = rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  return writeIpac(
    columns,
    sorted.map((row) => columns.map(({ name }) => row[name])),
  );
}

/** `<sha256>  <path>`, as `sha256sum -c` reads it. */
const byPath = (a: string, b: string): number => (a.slice(66) < b.slice(66) ? -1 : 1);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function reportOf(parts: readonly MaskOf[]): string {
  const said = parts.flatMap(({ mask, part }) =>
    part.missing.length + part.unrecognised.length === 0
      ? []
      : [
          mask,
          ...part.missing.map((line) => `  missing: ${line}`),
          ...part.unrecognised.map((path) => `  no place in the archive: ${path}`),
        ],
  );
  const files = parts.reduce((sum, { part }) => sum + Object.keys(part.digests).length, 0);
  return [`${parts.length} masks, ${files} files`, ...said, ''].join('\n');
}
