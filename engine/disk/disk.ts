import type { Stamp } from '../model/stamp.ts';

/**
 * The file system, as the engine uses it: absolute paths, synchronous. Reading what is not there gives undefined;
 * everything else that goes wrong throws Node's error.
 */
export type Disk = {
  /** Of the path itself: a link is not followed. */
  stamp(path: string): Stamp | undefined;
  read(path: string): Uint8Array | undefined;
  /** SHA-256 of the bytes, hex; read in pieces, however large the file is. */
  digestOf(path: string): string | undefined;
  /** Up to `bytes` bytes from `start`. */
  readPart(path: string, start: number, bytes: number): Uint8Array;
  linkText(path: string): string | undefined;
  /** Where a path leads once all links are followed; undefined where it leads nowhere. */
  realPath(path: string): string | undefined;
  /** Names in a folder, sorted by code unit. */
  names(path: string): readonly string[] | undefined;
  makeFolder(path: string): void;
  /** Whole, or not at all for those who look at `path`: written beside it, then renamed. */
  writeWhole(path: string, bytes: string | Uint8Array): void;
  /** Plain write of a file that nobody looks at yet. */
  write(path: string, bytes: string | Uint8Array): void;
  /** Behind what a file holds, in a folder that is there; part of it may be written where the disk is full. */
  append(path: string, bytes: Uint8Array): void;
  /** Throws where the path is taken: for locks. */
  writeNew(path: string, bytes: string): void;
  symlink(to: string, path: string): void;
  hardLink(to: string, path: string): void;
  rename(from: string, to: string): void;
  /** File, link, or folder with all that is in it; nothing where there is nothing. */
  remove(path: string): void;
  /** The same, out of the way at once, and gone a while later: for folders that may hold much. */
  removeLater(path: string): void;
  /** Only an empty folder; otherwise nothing happens. */
  removeEmptyFolder(path: string): void;
};
