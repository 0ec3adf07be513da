import fs from 'node:fs';
import { dirname } from 'node:path';
import { digestOfPieces } from '../lib/digest.ts';
import type { Stamp } from '../model/stamp.ts';
import type { Disk } from './disk.ts';

/** Bytes that are read at a time where a file is only gone through; into one buffer, as no two files are read at once. */
const PIECE = 1024 * 1024;
let piece: Buffer | undefined;

let removals = 0;

/** The real file system. */
export const nodeDisk: Disk = {
  stamp(path) {
    const found = lstat(path);
    return found === undefined ? undefined : stampOf(found);
  },
  read: (path) => unlessMissing(() => fs.readFileSync(path)),
  digestOf(path) {
    const handle = unlessMissing(() => fs.openSync(path, 'r'));
    if (handle === undefined) return undefined;
    try {
      return digestOfPieces(() => {
        piece ??= Buffer.allocUnsafe(PIECE);
        return piece.subarray(0, fs.readSync(handle, piece));
      });
    } finally {
      fs.closeSync(handle);
    }
  },
  readPart(path, start, bytes) {
    const handle = fs.openSync(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(bytes);
      let filled = 0;
      while (filled < bytes) {
        const got = fs.readSync(handle, buffer, filled, bytes - filled, start + filled);
        if (got === 0) break;
        filled += got;
      }
      return buffer.subarray(0, filled);
    } finally {
      fs.closeSync(handle);
    }
  },
  linkText: (path) => unlessMissing(() => fs.readlinkSync(path)),
  realPath: (path) => unlessMissing(() => fs.realpathSync.native(path)),
  names: (path) => unlessMissing(() => fs.readdirSync(path).toSorted()),
  makeFolder: (path) => void fs.mkdirSync(path, { recursive: true }),
  writeWhole(path, bytes) {
    const beside = `${path}.new`;
    try {
      fs.writeFileSync(beside, bytes);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      fs.mkdirSync(dirname(path), { recursive: true });
      fs.writeFileSync(beside, bytes);
    }
    fs.renameSync(beside, path);
  },
  write(path, bytes) {
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.writeFileSync(path, bytes);
  },
  append: (path, bytes) => fs.appendFileSync(path, bytes),
  writeNew: (path, bytes) => fs.writeFileSync(path, bytes, { flag: 'wx' }),
  symlink: (to, path) => fs.symlinkSync(to, path),
  hardLink: (to, path) => fs.linkSync(to, path),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.rmSync(path, { recursive: true, force: true }),
  removeLater(path) {
    const isAside = /\.gone-\d+-\d+$/.test(path);
    const aside = isAside ? path : `${path}.gone-${process.pid}-${(removals += 1)}`;
    try {
      if (!isAside) fs.renameSync(path, aside);
    } catch (error) {
      if (isAbsence(error)) return;
      throw error;
    }
    fs.rm(aside, { recursive: true, force: true }, () => undefined);
  },
  removeEmptyFolder(path) {
    try {
      fs.rmdirSync(path);
    } catch (error) {
      if (!['ENOTEMPTY', 'ENOENT', 'EEXIST', 'ENOTDIR'].includes(codeOf(error))) throw error;
    }
  },
};

function lstat(path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function stampOf(found: fs.Stats): Stamp {
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other';
  return { kind, size: kind === 'folder' ? 0 : found.size, mtimeMs: found.mtimeMs, inode: found.ino };
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** ENOTDIR: a folder above was replaced by a file. EINVAL: readlink of what is no link any more. */
const isAbsence = (error: unknown): boolean => ['ENOENT', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG', 'ELOOP'].includes(codeOf(error));

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
