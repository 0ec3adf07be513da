import type { Disk } from '../disk/disk.ts';
import type { Look } from '../disk/look.ts';
import type { Problem } from '../model/problem.ts';
import type { Entry, LeftOut, SourceIndex } from '../model/rule.ts';
import { RACY_MS } from '../model/stamp.ts';
import type { Cache } from '../records/cache.ts';
import { createFolderReader } from './folder-reader.ts';
import type { Folder, FolderReader } from './folder-reader.ts';
import { scanFolders } from './scan.ts';
import type { Scan } from './scan.ts';
import { isFileStamp, NEVER_MS } from './source-rows.ts';
import type { EntryLine, FileLine, Summary } from './source-rows.ts';

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
  /** Nothing was met that may change without a trace in a stamp. */
  readonly isSure: boolean;
  /** Heads that were read in this look. */
  readonly headsRead: () => number;
};

export type SourceOptions = {
  readonly source: SourceIndex;
  readonly disk: Disk;
  readonly look: Look;
  readonly cache: Cache;
  readonly now: () => number;
  readonly extent: 'whole' | 'asked';
  /** Absolute; what lies in it is never a source, unless the home lies in a bucket and the index says so. */
  readonly home: string;
  readonly isBucket?: boolean;
  readonly onProgress?: (headsRead: number) => void;
};

export function openSources(options: SourceOptions): Sources {
  const { source, disk, look, cache, now, extent } = options;
  const reader = createFolderReader(options);
  const known = readSummary(cache, source);
  const inHome = options.isBucket === true ? source.inHome : undefined;
  const scan = scanFolders({ ...options, roots: source.roots, known, reader, inHome });
  const groups = groupFolders(scan, known, reader);
  if (scan.stops.length === 0) remember({ scan, groups, known, source, cache, reader });

  const open = (number: number): Folder | undefined => {
    const path = scan.lines[number]?.[0];
    if (path === undefined) return undefined;
    const line = scan.lines[number];
    const remembered = scan.opened.get(path) ?? reader.remembered(path);
    const isCurrent = remembered !== undefined && (remembered.is === 'renewed' || remembered.row.takenAtMs === line?.[3]);
    const folder = isCurrent ? remembered : reader.renew(path, { takenAtMs: now(), ...reader.list(path) });
    scan.opened.set(path, folder);
    return folder;
  };
  /** Where only one group is looked at, its files are asked for their stamps now. */
  const current = (folder: Folder, file: FileLine, entry: EntryLine): EntryLine => {
    if (extent === 'whole' || folder.is === 'renewed') return entry;
    const stamp = look.stamp(file[4] ?? `${folder.path}/${file[0]}`);
    const leadsElsewhere = file[4] !== undefined && disk.realPath(`${folder.path}/${file[0]}`) !== file[4];
    return isFileStamp(file, stamp) && !leadsElsewhere && file[2] < folder.row.takenAtMs - RACY_MS ? entry : reader.read(folder.path, file);
  };
  /** Group to places in a folder's list: a folder holds files of many groups, and is asked for each of them. */
  const places = new Map<Folder, ReadonlyMap<string, readonly number[]>>();
  const placesOf = (folder: Folder): ReadonlyMap<string, readonly number[]> => {
    const already = places.get(folder);
    if (already !== undefined) return already;
    const byGroup = new Map<string, number[]>();
    for (const [place, entry] of reader.entries(folder).entries()) {
      if (!('group' in entry)) continue;
      const own = byGroup.get(entry.group);
      if (own === undefined) byGroup.set(entry.group, [place]);
      else own.push(place);
    }
    places.set(folder, byGroup);
    return byGroup;
  };

  const found = new Map<string, readonly Entry[]>();
  return {
    stops: scan.stops,
    isSure: scan.lines.every((line) => line[1] !== NEVER_MS),
    headsRead: reader.headsRead,
    groups: () => [...groups.keys()].toSorted(),
    group(key) {
      const before = found.get(key);
      if (before !== undefined) return before;
      const entries: Entry[] = [];
      for (const number of groups.get(key) ?? []) {
        const folder = open(number);
        if (folder === undefined) continue;
        for (const place of placesOf(folder).get(key) ?? []) {
          const file = folder.row.files[place];
          const entry = reader.entries(folder)[place];
          if (file === undefined || entry === undefined) continue;
          const is = current(folder, file, entry);
          if ('group' in is && is.group === key)
            entries.push({
              path: `${folder.path}/${file[0]}`,
              size: file[1],
              stamp: `${file[1]} ${file[2]} ${file[3]}`,
              digest: is.digest,
              about: is.about,
            });
        }
      }
      found.set(key, entries);
      return entries;
    },
    leftOut() {
      const left = [...scan.lines.keys()].flatMap((number): LeftOut[] => {
        const folder = open(number);
        if (folder === undefined) return [];
        return reader.entries(folder).flatMap((entry, place) => {
          return 'problem' in entry ? [{ path: `${folder.path}/${folder.row.files[place]?.[0] ?? ''}`, problem: entry.problem }] : [];
        });
      });
      return left.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}

/** Group to the folders, as numbers, that hold files of it: as remembered for folders that stand, anew for the others. */
function groupFolders(scan: Scan, known: Summary | undefined, reader: FolderReader): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map(scan.lines.map((line, index) => [line[0], index]));
  const isRenewed = (path: string): boolean => scan.opened.get(path)?.is === 'renewed';
  const groups = new Map<string, number[]>();
  for (const [key, folders] of Object.entries(known?.groups ?? {})) {
    const kept = folders.flatMap((index) => {
      const path = known?.folders[index]?.[0] ?? '';
      const number = numbers.get(path);
      return number === undefined || isRenewed(path) ? [] : [number];
    });
    if (kept.length > 0) groups.set(key, kept);
  }
  for (const folder of scan.opened.values()) {
    const number = numbers.get(folder.path);
    if (folder.is === 'known' || number === undefined) continue;
    const keys = new Set(reader.entries(folder).flatMap((entry) => ('group' in entry ? entry.group : [])));
    for (const key of keys) groups.set(key, [...(groups.get(key) ?? []), number]);
  }
  return groups;
}

type Remembered = {
  readonly scan: Scan;
  readonly groups: ReadonlyMap<string, readonly number[]>;
  readonly known: Summary | undefined;
  readonly source: SourceIndex;
  readonly cache: Cache;
  readonly reader: FolderReader;
};

function remember({ scan, groups, known, source, cache, reader }: Remembered): void {
  const isRenewed = [...scan.opened.values()].some((folder) => folder.is === 'renewed');
  if (isRenewed || scan.lines.length !== known?.folders.length) {
    const present = new Set(scan.lines.map((line) => line[0]));
    for (const [path] of known?.folders ?? []) if (!present.has(path)) reader.forget(path);
    const summary: Summary = { revision: source.revision, roots: source.roots, folders: scan.lines, groups: Object.fromEntries(groups) };
    cache.put([['sources', 'summary', JSON.stringify(summary)]]);
  }
  reader.save();
}

function readSummary(cache: Cache, source: SourceIndex): Summary | undefined {
  const text = cache.get('sources', 'summary');
  const summary = text === undefined ? undefined : (JSON.parse(text) as Summary);
  return summary?.revision === source.revision && JSON.stringify(summary.roots) === JSON.stringify(source.roots) ? summary : undefined;
}
