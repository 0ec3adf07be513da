import type { Disk } from '../disk/disk.ts';
import { codeOf } from '../disk/node-disk.ts';
import type { Look } from '../disk/look.ts';
import type { SourceIndex } from '../model/rule.ts';
import type { Problem } from '../model/problem.ts';
import { believable, RACY_MS } from '../model/stamp.ts';
import type { Folder, FolderReader } from './folder-reader.ts';
import { rawMissing, rawUnreadable } from './problems.ts';
import { isFileStamp, NEVER_MS } from './source-rows.ts';
import type { FileLine, FolderLine, Summary } from './source-rows.ts';

export type Scan = {
  /** Every folder there is now. */
  readonly lines: readonly FolderLine[];
  /** Those that were opened: all in a whole scan; else those whose list had to be made again. */
  readonly opened: Map<string, Folder>;
  readonly stops: readonly Problem[];
};

type Options = {
  readonly roots: readonly string[];
  readonly known: Summary | undefined;
  readonly reader: FolderReader;
  readonly disk: Disk;
  readonly look: Look;
  readonly now: () => number;
  readonly extent: 'whole' | 'asked';
  readonly home: string;
  readonly inHome: SourceIndex['inHome'];
};

/**
 * Finds every folder below the roots. One whose stamp stands is not listed again; of its files, a whole scan asks each for
 * its stamp. Links to folders are not followed.
 */
export function scanFolders({ roots, known, reader, disk, look, now, extent, home, inHome }: Options): Scan {
  // Results are no raw files, also where the home lies below a raw directory.
  const apart = disk.realPath(home) ?? home;
  const knownLines = new Map(known?.folders.map((line) => [line[0], line]));
  const lines: FolderLine[] = [];
  const opened = new Map<string, Folder>();
  const stops: Problem[] = [];
  const visited = new Set<string>();

  const unchanged = (path: string, line: FolderLine): Folder | undefined => {
    const folder = reader.remembered(path);
    // A write to the cache that was cut off may have left rows of two times.
    if (folder?.row.takenAtMs !== line[3]) return undefined;
    const isAsBefore = (file: FileLine): boolean =>
      isFileStamp(file, look.stamp(file[4] ?? `${path}/${file[0]}`)) &&
      file[2] < folder.row.takenAtMs - RACY_MS &&
      // A link above the file may lead elsewhere now.
      (file[4] === undefined || disk.realPath(`${path}/${file[0]}`) === file[4]);
    return folder.row.files.every(isAsBefore) ? folder : undefined;
  };
  const listAgain = (path: string, takenAtMs: number): Folder | undefined => {
    try {
      return reader.renew(path, { takenAtMs, ...reader.list(path) });
    } catch (error) {
      stops.push(rawUnreadable(path, codeOf(error)));
      return undefined;
    }
  };
  /** Folders of the home are found anew each time: its listing is there. */
  const visitHome = (below: string): void => {
    const is = inHome?.(below) ?? 'nothing';
    const path = below === '' ? home : `${home}/${below}`;
    if (is === 'files') return visit(path);
    if (is === 'nothing') return;
    for (const name of disk.names(path) ?? [])
      if (look.stamp(`${path}/${name}`)?.kind === 'folder') visitHome(below === '' ? name : `${below}/${name}`);
  };
  const visit = (path: string): void => {
    const stamp = look.stamp(path);
    if (stamp?.kind !== 'folder' || visited.has(path) || path === apart) return;
    visited.add(path);
    const takenAtMs = now();
    const line = knownLines.get(path);
    const stands =
      line !== undefined && line[1] === stamp.mtimeMs && line[2] === stamp.inode && believable(stamp, line[3]) ? line : undefined;
    if (stands !== undefined && extent === 'asked') {
      lines.push(stands);
      return;
    }
    const before = stands === undefined ? undefined : unchanged(path, stands);
    const folder = before ?? listAgain(path, takenAtMs);
    if (folder === undefined) return;
    const mtimeMs = folder.row.isUnsure ? NEVER_MS : stamp.mtimeMs;
    lines.push(before !== undefined && stands !== undefined ? stands : [path, mtimeMs, stamp.inode, takenAtMs]);
    opened.set(path, folder);
    for (const name of folder.row.folders) visit(`${path}/${name}`);
  };

  for (const root of roots) {
    const real = disk.realPath(root) ?? root;
    if (look.stamp(real)?.kind === 'folder') visit(real);
    else stops.push(rawMissing(root));
  }
  if (inHome !== undefined) visitHome('');
  // A folder that stands did not tell its subfolders: all that are known are asked, which is as good.
  const isApart = (path: string): boolean => path.startsWith(`${apart}/`);
  if (extent === 'asked') for (const path of knownLines.keys()) if (!isApart(path)) visit(path);
  return { lines, opened, stops };
}
