import type { Disk } from '../disk/disk.ts';
import { codeOf } from '../disk/node-disk.ts';
import type { Look } from '../disk/look.ts';
import { digest } from '../lib/digest.ts';
import type { SourceIndex } from '../model/rule.ts';
import { RACY_MS } from '../model/stamp.ts';
import type { Cache } from '../records/cache.ts';
import { fileUnreadable } from './problems.ts';
import { readHead } from './read-head.ts';
import { entryLine } from './source-rows.ts';
import type { EntriesRow, EntryLine, FileLine, FolderRow } from './source-rows.ts';

/** A folder of raw files: what lies in it, and what the heads of its files say, read when it is asked for. */
export type Folder = {
  readonly path: string;
  readonly row: FolderRow;
  entries: readonly EntryLine[] | undefined;
  readonly is: 'known' | 'renewed';
};

export type FolderReader = {
  /** As remembered. */
  remembered(path: string): Folder | undefined;
  entries(folder: Folder): readonly EntryLine[];
  /** Matching files and subfolders of a folder, as they are now; throws where it cannot be read. */
  list(path: string): Omit<FolderRow, 'takenAtMs'>;
  /** Keeps the entries of files that did not change, and reads the others. */
  renew(path: string, now: FolderRow): Folder;
  read(folder: string, file: FileLine): EntryLine;
  forget(path: string): void;
  readonly headsRead: () => number;
  save(): void;
};

/** Saved whenever this many heads were read, so that a first reading that is interrupted goes on where it was. */
const SAVE_EVERY = 2000;

type Options = {
  readonly source: SourceIndex;
  readonly disk: Disk;
  readonly look: Look;
  readonly cache: Cache;
  readonly extent: 'whole' | 'asked';
  readonly onProgress?: (headsRead: number) => void;
};

export function createFolderReader({ source, disk, look, cache, extent, onProgress }: Options): FolderReader {
  // A whole look reads rows all at once: asking for each costs more than they hold.
  const all = new Map<string, ReadonlyMap<string, string>>();
  // Another reader makes other entries of the same files.
  const kindOf = (kind: 'folder' | 'entries'): string => `${kind} ${source.revision}`;
  const cached = (kind: 'folder' | 'entries', path: string): string | undefined => {
    if (extent === 'asked') return cache.get(kindOf(kind), path);
    const rows = all.get(kind) ?? cache.all(kindOf(kind));
    all.set(kind, rows);
    return rows.get(path);
  };
  let heads = 0;
  let savedHeads = 0;
  let unsaved: [kind: string, name: string, text: string | undefined][] = [];

  const reader: FolderReader = {
    headsRead: () => heads,
    remembered(path) {
      const text = cached('folder', path);
      return text === undefined ? undefined : { path, row: JSON.parse(text) as FolderRow, entries: undefined, is: 'known' };
    },
    entries(folder) {
      if (folder.entries !== undefined) return folder.entries;
      const text = cached('entries', folder.path);
      const [takenAtMs, entries] = text === undefined ? [] : (JSON.parse(text) as EntriesRow);
      const isOfRow = takenAtMs === folder.row.takenAtMs && entries?.length === folder.row.files.length;
      folder.entries = isOfRow ? entries : folder.row.files.map((file) => reader.read(folder.path, file));
      return folder.entries;
    },
    list(path) {
      const files: FileLine[] = [];
      const folders: string[] = [];
      let isUnsure = false;
      for (const name of disk.names(path) ?? []) {
        const own = look.stamp(`${path}/${name}`);
        const real = own?.kind === 'link' && source.matches(name) ? disk.realPath(`${path}/${name}`) : undefined;
        const stamp = real === undefined ? own : look.stamp(real);
        if (own?.kind === 'link' && source.matches(name) && stamp?.kind !== 'file') isUnsure = true;
        if (own?.kind === 'folder') folders.push(name);
        else if (stamp?.kind === 'file' && source.matches(name))
          files.push([name, stamp.size, stamp.mtimeMs, stamp.inode, ...(real === undefined ? ([] as const) : ([real] as const))]);
      }
      return { files, folders, isUnsure };
    },
    renew(path, now) {
      const before = reader.remembered(path);
      const old = new Map(before?.row.files.map((file, index) => [file[0], { file, entry: reader.entries(before)[index] }]));
      const entries = now.files.map((file) => {
        const known = old.get(file[0]);
        const stands =
          known?.entry !== undefined &&
          !isUnread(known.entry) &&
          before !== undefined &&
          sameFile(known.file, file) &&
          file[2] < before.row.takenAtMs - RACY_MS;
        return stands && known.entry !== undefined ? known.entry : reader.read(path, file);
      });
      const row: FolderRow = { ...now, isUnsure: now.isUnsure || entries.some(isUnread) };
      unsaved.push(
        [kindOf('folder'), path, JSON.stringify(row)],
        [kindOf('entries'), path, JSON.stringify([now.takenAtMs, entries] satisfies EntriesRow)],
      );
      if (heads - savedHeads >= SAVE_EVERY) reader.save();
      return { path, row, entries, is: 'renewed' };
    },
    read(folder, file) {
      const path = `${folder}/${file[0]}`;
      heads += 1;
      if (heads % 100 === 0) onProgress?.(heads);
      try {
        return entryLine(
          source.read(path, (bytes) => readHead(disk, path, bytes)),
          digest,
        );
      } catch (error) {
        return { problem: fileUnreadable(path, codeOf(error) || String(error)) };
      }
    },
    forget: (path) => void unsaved.push([kindOf('folder'), path, undefined], [kindOf('entries'), path, undefined]),
    save() {
      if (unsaved.length > 0) cache.put(unsaved);
      unsaved = [];
      savedHeads = heads;
    },
  };
  return reader;
}

/** The file system refused it: that may pass, and leaves no trace in a stamp. */
const isUnread = (entry: EntryLine): boolean => 'problem' in entry && entry.problem.code === 'file-unreadable';

const sameFile = (a: FileLine, b: FileLine): boolean => a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4];
