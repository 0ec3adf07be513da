import type { Stamp } from '../model/stamp.ts';
import type { Indexed } from '../model/rule.ts';
import type { Problem } from '../model/problem.ts';

/**
 * What the index remembers of the raw directories, in rows of the cache: one summary, and two rows a folder, so that a
 * plan of one group reads the summary and that group's folders only.
 */
export type Summary = {
  readonly revision: number;
  readonly roots: readonly string[];
  /** Every folder at or below the roots, with its stamp and when the stamp was taken. */
  readonly folders: readonly FolderLine[];
  /** Group to folders, as numbers in `folders`. */
  readonly groups: Readonly<Record<string, readonly number[]>>;
};

/** As the time of a folder that must be listed again. */
export const NEVER_MS = -1;

export type FolderLine = readonly [path: string, mtimeMs: number, inode: number, takenAtMs: number];

/** Files and folders in one folder, as they were when their stamps were taken. */
export type FolderRow = {
  readonly takenAtMs: number;
  readonly folders: readonly string[];
  readonly files: readonly FileLine[];
  /** A link led nowhere, or a file could not be read: both may pass without a trace in a stamp, so it is listed again each time. */
  readonly isUnsure: boolean;
};

/** `real`: where a link leads, when the name is that of a link. */
export type FileLine = readonly [name: string, size: number, mtimeMs: number, inode: number, real?: string];

/** The entries of a folder, bound to its row by the time. */
export type EntriesRow = readonly [takenAtMs: number, entries: readonly EntryLine[]];

/** Parallel to `files` of the folder. */
export type EntryLine = { readonly group: string; readonly digest: string; readonly about: unknown } | { readonly problem: Problem };

export const isFileStamp = (line: FileLine, stamp: Stamp | undefined): boolean =>
  stamp !== undefined && stamp.kind === 'file' && stamp.size === line[1] && stamp.mtimeMs === line[2] && stamp.inode === line[3];

export const entryLine = (indexed: Indexed, digest: (bytes: Uint8Array) => string): EntryLine =>
  indexed.kind === 'problem'
    ? { problem: indexed.problem }
    : { group: indexed.group, digest: digest(indexed.stands), about: indexed.about };
