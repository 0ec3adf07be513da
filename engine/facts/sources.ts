import type { Disk } from '../disk/disk.ts';
import { codeOf } from '../disk/node-disk.ts';
import type { Look } from '../disk/look.ts';
import { digest } from '../lib/digest.ts';
import type { Problem } from '../model/problem.ts';
import type { Entry, LeftOut, SourceIndex } from '../model/rule.ts';
import { believable, RACY_MS } from '../model/stamp.ts';
import type { Cache } from '../records/cache.ts';
import { fileUnreadable, rawMissing, rawUnreadable } from './problems.ts';
import { readHead } from './read-head.ts';
import { entryLine, isFileStamp } from './source-rows.ts';
import type { EntryLine, FileLine, FolderLine, FolderRow, Summary } from './source-rows.ts';

/**
 * The index of raw files: what stands in their heads, read once and kept by folder. A whole look asks every file for its
 * stamp; a look for one group asks every folder, and the files of that group only.
 */
export type Sources = {
  group(key: string): readonly Entry[];
  groups(): readonly string[];
  leftOut(): readonly LeftOut[];
  /** What keeps a plan from being made at all. */
  readonly stops: readonly Problem[];
  /** Heads that were read in this look. */
  readonly headsRead: () => number;
};

type Options = {
  readonly source: SourceIndex;
  readonly disk: Disk;
  readonly look: Look;
  readonly cache: Cache;
  readonly now: () => number;
  readonly extent: 'whole' | 'asked';
  readonly onProgress?: (headsRead: number) => void;
};

/** Folders are saved whenever this many heads were read, so that a first reading that is interrupted goes on where it was. */
const SAVE_EVERY = 2000;

type Folder = { readonly path: string; row: FolderRow; entries: readonly EntryLine[] | undefined; isNew: boolean };

export function openSources({ source, disk, look, cache, now, extent, onProgress }: Options): Sources {
  const known = readSummary(cache, source);
  const knownLines = new Map(known?.folders.map((line, index) => [line[0], { line, index }]));
  const rows = extent === 'whole' ? cache.all('folder') : undefined;
  const stops: Problem[] = [];
  const lines: FolderLine[] = [];
  const opened = new Map<string, Folder>();
  const unchanged: number[] = [];
  const visited = new Set<string>();
  let heads = 0;
  let unsaved: [string, string, string | undefined][] = [];

  const rowOf = (path: string): FolderRow | undefined => {
    const text = rows === undefined ? cache.get('folder', path) : rows.get(path);
    return text === undefined ? undefined : (JSON.parse(text) as FolderRow);
  };
  const entriesOf = (folder: Folder): readonly EntryLine[] => {
    if (folder.entries !== undefined) return folder.entries;
    const text = cache.get('entries', folder.path);
    const entries = text === undefined ? undefined : (JSON.parse(text) as readonly EntryLine[]);
    folder.entries = entries?.length === folder.row.files.length ? entries : readAll(folder.path, folder.row.files);
    return folder.entries;
  };
  const readOne = (folder: string, file: FileLine): EntryLine => {
    const path = `${folder}/${file[0]}`;
    heads += 1;
    if (heads % 100 === 0) onProgress?.(heads);
    try {
      return entryLine(source.read(path, (bytes) => readHead(disk, path, bytes)), digest);
    } catch (error) {
      return { problem: fileUnreadable(path, codeOf(error) || String(error)) };
    }
  };
  const readAll = (path: string, files: readonly FileLine[]): EntryLine[] => files.map((file) => readOne(path, file));
  const save = (folder: Folder): void => {
    unsaved.push(['folder', folder.path, JSON.stringify(folder.row)], ['entries', folder.path, JSON.stringify(folder.entries)]);
  };
  const flush = (): void => {
    if (unsaved.length > 0) cache.put(unsaved);
    unsaved = [];
  };

  /** The files of a folder whose entries stand, and those whose head must be read. */
  const renew = (path: string, before: FolderRow | undefined, files: readonly FileLine[], folders: readonly string[], takenAtMs: number): Folder => {
    const byName = new Map(before?.files.map((file, index) => [file[0], index]));
    const old = before === undefined ? undefined : entriesOf({ path, row: before, entries: undefined, isNew: false });
    const entries = files.map((file) => {
      const index = byName.get(file[0]);
      const line = index === undefined ? undefined : before?.files[index];
      const entry = index === undefined ? undefined : old?.[index];
      const stands = line !== undefined && entry !== undefined && before !== undefined && sameLine(line, file) && file[2] < before.takenAtMs - RACY_MS;
      return stands ? entry : readOne(path, file);
    });
    const folder: Folder = { path, row: { takenAtMs, folders, files }, entries, isNew: true };
    save(folder);
    if (heads % SAVE_EVERY < files.length) flush();
    return folder;
  };

  const visit = (path: string): void => {
    const stamp = look.stamp(path);
    if (stamp === undefined || stamp.kind !== 'folder') return;
    if (visited.has(path)) return;
    visited.add(path);
    const takenAtMs = now();
    const line = knownLines.get(path);
    const listStands = line !== undefined && line.line[1] === stamp.mtimeMs && line.line[2] === stamp.inode && believable(stamp, line.line[3]);
    if (listStands && extent === 'asked') {
      unchanged.push(line.index);
      lines.push(line.line);
      return;
    }
    const row = rowOf(path);
    if (listStands && row !== undefined && row.files.every((file) => isFileStamp(file, look.stamp(file[4] ?? `${path}/${file[0]}`)) && file[2] < row.takenAtMs - RACY_MS)) {
      lines.push(line.line);
      unchanged.push(line.index);
      opened.set(path, { path, row, entries: undefined, isNew: false });
      for (const name of row.folders) visit(`${path}/${name}`);
      return;
    }
    const listed = list(path);
    if (listed === undefined) return;
    lines.push([path, stamp.mtimeMs, stamp.inode, takenAtMs]);
    opened.set(path, renew(path, row, listed.files, listed.folders, takenAtMs));
    for (const name of listed.folders) visit(`${path}/${name}`);
  };

  const list = (path: string): { files: FileLine[]; folders: string[] } | undefined => {
    const files: FileLine[] = [];
    const folders: string[] = [];
    try {
      for (const name of disk.names(path) ?? []) {
        const at = `${path}/${name}`;
        const own = look.stamp(at);
        const link = own?.kind === 'link' && source.matches(name) ? disk.realPath(at) : undefined;
        const stamp = link === undefined ? own : look.stamp(link);
        if (own?.kind === 'folder') folders.push(name);
        else if (stamp?.kind === 'file' && source.matches(name)) {
          files.push(link === undefined ? [name, stamp.size, stamp.mtimeMs, stamp.inode] : [name, stamp.size, stamp.mtimeMs, stamp.inode, link]);
        }
      }
      return { files, folders };
    } catch (error) {
      stops.push(rawUnreadable(path, codeOf(error)));
      return undefined;
    }
  };

  for (const root of source.roots) {
    if (look.stamp(disk.realPath(root) ?? root)?.kind === 'folder') visit(disk.realPath(root) ?? root);
    else stops.push(rawMissing(root));
  }
  if (extent === 'asked' && known !== undefined) visitKnown();

  /** Unchanged folders do not tell their subfolders without their row: all known folders are asked, which is as good. */
  function visitKnown(): void {
    for (const [path] of knownLines) if (!visited.has(path)) visit(path);
  }

  const groups = summaryGroups();
  const changed = [...opened.values()].some((folder) => folder.isNew) || lines.length !== known?.folders.length;
  if (changed && stops.length === 0) {
    const present = new Set(lines.map((line) => line[0]));
    for (const path of [...knownLines.keys()].filter((each) => !present.has(each))) unsaved.push(['folder', path, undefined], ['entries', path, undefined]);
    const summary: Summary = { revision: source.revision, roots: source.roots, folders: lines, groups: Object.fromEntries(groups) };
    unsaved.push(['sources', 'summary', JSON.stringify(summary)]);
  }
  flush();

  function summaryGroups(): Map<string, number[]> {
    const renumbered = new Map<number, number>();
    const found = new Map<string, number[]>();
    const numbers = new Map(lines.map((line, index) => [line[0], index]));
    for (const index of unchanged) {
      const path = known?.folders[index]?.[0];
      const number = path === undefined ? undefined : numbers.get(path);
      if (number !== undefined) renumbered.set(index, number);
    }
    for (const [key, folders] of Object.entries(known?.groups ?? {})) {
      const kept = folders.flatMap((index) => renumbered.get(index) ?? []);
      if (kept.length > 0) found.set(key, kept);
    }
    for (const folder of opened.values()) {
      if (!folder.isNew) continue;
      const number = numbers.get(folder.path);
      const keys = new Set(entriesOf(folder).flatMap((entry) => ('group' in entry ? entry.group : [])));
      for (const key of keys) if (number !== undefined) found.set(key, [...(found.get(key) ?? []), number]);
    }
    return found;
  }

  const open = (number: number): Folder | undefined => {
    const path = lines[number]?.[0];
    if (path === undefined) return undefined;
    const already = opened.get(path);
    if (already !== undefined) return already;
    const row = rowOf(path);
    const listed = row === undefined ? list(path) : undefined;
    const folder: Folder =
      row !== undefined ? { path, row, entries: undefined, isNew: false } : renew(path, undefined, listed?.files ?? [], listed?.folders ?? [], now());
    opened.set(path, folder);
    return folder;
  };

  /** Where only one group is looked at, its files are asked for their stamps now. */
  const fresh = (folder: Folder, index: number, file: FileLine, entry: EntryLine): EntryLine => {
    if (extent === 'whole' || folder.isNew) return entry;
    const stamp = look.stamp(file[4] ?? `${folder.path}/${file[0]}`);
    if (isFileStamp(file, stamp) && file[2] < folder.row.takenAtMs - RACY_MS) return entry;
    const again = readOne(folder.path, file);
    folder.entries = entriesOf(folder).with(index, again);
    return again;
  };

  const cachedGroups = new Map<string, readonly Entry[]>();
  return {
    stops,
    headsRead: () => heads,
    groups: () => [...groups.keys()].toSorted(),
    group(key) {
      const already = cachedGroups.get(key);
      if (already !== undefined) return already;
      const found: Entry[] = [];
      for (const number of groups.get(key) ?? []) {
        const folder = open(number);
        if (folder === undefined) continue;
        for (const [index, entry] of entriesOf(folder).entries()) {
          const file = folder.row.files[index];
          if (file === undefined || !('group' in entry) || entry.group !== key) continue;
          const now = fresh(folder, index, file, entry);
          if ('group' in now && now.group === key) {
            found.push({ path: `${folder.path}/${file[0]}`, size: file[1], digest: now.digest, about: now.about });
          }
        }
      }
      cachedGroups.set(key, found);
      return found;
    },
    leftOut() {
      const found: LeftOut[] = [];
      for (const number of lines.keys()) {
        const folder = open(number);
        if (folder === undefined) continue;
        for (const [index, entry] of entriesOf(folder).entries()) {
          const file = folder.row.files[index];
          if (file !== undefined && 'problem' in entry) found.push({ path: `${folder.path}/${file[0]}`, problem: entry.problem });
        }
      }
      return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}

const sameLine = (a: FileLine, b: FileLine): boolean => a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4];

function readSummary(cache: Cache, source: SourceIndex): Summary | undefined {
  const text = cache.get('sources', 'summary');
  const summary = text === undefined ? undefined : (JSON.parse(text) as Summary);
  return summary?.revision === source.revision && JSON.stringify(summary.roots) === JSON.stringify(source.roots) ? summary : undefined;
}
