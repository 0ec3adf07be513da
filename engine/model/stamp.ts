/**
 * A cheap sign that the bytes at a path are unchanged: size, time of modification, inode. `mtimeMs` is a double: it
 * tells times 0.25 microseconds apart.
 */
export type Stamp = {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly inode: number;
};

export const sameStamp = (a: Stamp | undefined, b: Stamp | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.mtimeMs === b.mtimeMs && a.size === b.size && a.inode === b.inode && a.kind === b.kind;

/**
 * Git's rule for racily clean files: a stamp taken within one tick of the file's last change may hide a second change.
 * The coarsest clock of a local Linux file system ticks every 10 ms (CONFIG_HZ=100); five ticks are waited for.
 */
export const RACY_MS = 50;

/** May a stamp that was taken at `takenAtMs` be believed? A time in the future never may. */
export const believable = (stamp: Stamp, takenAtMs: number): boolean => stamp.mtimeMs < takenAtMs - RACY_MS;
