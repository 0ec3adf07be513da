import { failed } from 'adap';
import type { Failed, Flat } from 'adap';
import { linesOf, readConfig, writeConfig } from '../pypeit/config-obj.ts';
import type { Line, Section } from '../pypeit/config-obj.ts';
import { flatten } from '../pypeit/flatten.ts';
import { coadd2dIncomplete } from './problems.ts';

/** A spec2d that is named; one behind a `#` is there, but not used. */
export type Spec2d = { readonly state: 'kept' | 'commented'; readonly name: string; readonly line: number };

export type Path = { readonly path: string; readonly line: number };

/** What pypeit_coadd_2dspec is told. */
export type Coadd2dFile = {
  readonly kind: 'coadd2d';
  readonly parameters: Section;
  /** Folders in which the spec2d are looked for: the first that holds one of the name is taken. */
  readonly paths: readonly Path[];
  readonly spec2ds: readonly Spec2d[];
};

/**
 * Reads a .coadd2d file: parameters all around one block `spec2d read … spec2d end`, in which stand `path` lines, the line `filename`
 * and one name a line. `file` is how the user writes its path. Source: pypeit.inputfiles `InputFile.from_file`, `Coadd2DFile`.
 */
export function readCoadd2d(text: string, file: string): Coadd2dFile | Failed {
  const lines = linesOf(text);
  const find = (marker: string): number => lines.findIndex((line) => withoutRemark(line.text).trim().replace(/\s+/, ' ') === marker);
  const [from, to] = [find('spec2d read'), find('spec2d end')];
  const at = (line: number): { file: string; line: number; column: number } => ({ file, line, column: 1 });
  if (from < 0) return failed(coadd2dIncomplete(at(lines.length), 'spec2d read'));
  if (to < from) return failed(coadd2dIncomplete(at(from + 1), 'spec2d end'));
  const config = readConfig(
    lines.map((line, index) => (index >= from && index <= to ? { ...line, text: '' } : line)),
    file,
  );
  if (config.kind === 'problem') return config;
  const block = readBlock(lines.slice(from + 1, to));
  return block === undefined ? failed(coadd2dIncomplete(at(from + 1), 'filename')) : { kind: 'coadd2d', parameters: config.root, ...block };
}

function readBlock(lines: readonly Line[]): Pick<Coadd2dFile, 'paths' | 'spec2ds'> | undefined {
  const paths: Path[] = [];
  const spec2ds: Spec2d[] = [];
  let column: number | undefined;
  for (const { text, number } of lines) {
    const bare = text.trim();
    const path = /^path\s+(.*)$/.exec(withoutRemark(bare).trim());
    if (column === undefined && path !== null) paths.push({ path: path[1] ?? '', line: number });
    else if (column === undefined) {
      if (withoutRemark(bare).trim() === '') continue;
      column = cellsOf(withoutRemark(bare)).indexOf('filename');
      if (column < 0) return undefined;
    } else {
      const isCommented = bare.startsWith('#');
      // PypeIt looks at no other column.
      const name = cellsOf(withoutRemark(bare.replace(/^[#\s]+/, '')))[column] ?? '';
      // Behind a `#` there may be any remark.
      if (name !== '' && (!isCommented || /^spec2d_\S+$/.test(name)))
        spec2ds.push({ state: isCommented ? 'commented' : 'kept', name, line: number });
    }
  }
  return column === undefined ? undefined : { paths, spec2ds };
}

/** A `#` begins a remark wherever it stands in the block. */
const withoutRemark = (text: string): string => text.replace(/#.*$/, '');

const cellsOf = (text: string): readonly string[] => text.split('|').map((cell) => cell.trim());

/** In PypeIt's own layout. No time and no version: the same facts give the same bytes. */
export function writeCoadd2d(file: Omit<Coadd2dFile, 'kind'>, head: readonly string[]): string {
  const names = file.spec2ds.map(({ state, name }) => `${state === 'commented' ? '#' : ''}${name}`);
  const width = Math.max('filename'.length, ...names.map((name) => name.length));
  return [
    ...head.map((line) => `# ${line}`),
    '',
    '# User-defined execution parameters',
    writeConfig(file.parameters),
    '',
    '# Data block',
    'spec2d read',
    ...file.paths.map(({ path }) => ` path ${path}`),
    'filename'.padStart(width),
    ...names.map((name) => name.padStart(width)),
    'spec2d end',
    '',
  ].join('\n');
}

/**
 * What a .coadd2d file says to PypeIt, wherever its folders lie: parameters, the spec2d that are used, and of which reductions they are
 * (`2010-03-17/reduce`) in the order in which these are searched.
 */
export function coadd2dMeaning(bytes: Uint8Array): Flat {
  const file = readCoadd2d(Buffer.from(bytes).toString('utf8'), 'a .coadd2d file');
  if (file.kind === 'problem') return { unreadable: file.problem.says };
  const { 'rdx.redux_path': _, ...parameters } = flatten(file.parameters);
  const kept = file.spec2ds.filter(({ state }) => state === 'kept').map(({ name }) => name);
  const isSorted = kept.every((name, index) => index === 0 || (kept[index - 1] ?? '') <= name);
  return {
    ...parameters,
    ...Object.fromEntries(file.paths.map(({ path }, index) => [`path ${index + 1}`, reductionOf(path)])),
    ...Object.fromEntries(kept.map((name) => [name, 'used'])),
    // The first is what the others are shifted to, and first and last name the products.
    ...(isSorted ? {} : { order: kept.join(' ') }),
  };
}

/** `2010-03-17/reduce` of `/…/2010-03-17/complete/reduce/keck_deimos_A/Science`; its last part where it is no such folder. */
export function reductionOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const [dates, complete, reduce] = parts.slice(-5);
  return parts.length >= 5 && complete === 'complete' && parts.at(-1) === 'Science'
    ? `${dates ?? ''}/${reduce ?? ''}`
    : (parts.at(-1) ?? '');
}
