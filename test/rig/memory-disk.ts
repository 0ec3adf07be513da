import type { Disk } from '../../engine/disk/disk.ts';
import { digest } from '../../engine/lib/digest.ts';
import type { Stamp } from '../../engine/model/stamp.ts';

/**
 * A disk in memory for tests of thousands of builds: the same contract as the real one, with the coarse clock of a real
 * file system (`tickMs`), so that two changes within one tick leave the same stamp.
 */
export type MemoryDisk = Disk & {
  /** Every path with its content; folders are left out. */
  files(): ReadonlyMap<string, string>;
  touch(path: string): void;
};

type Node = { kind: 'file' | 'folder' | 'link'; content: string; mtimeMs: number; inode: number };

export function createMemoryDisk(now: () => number, tickMs: number): MemoryDisk {
  const nodes = new Map<string, Node>([['/', { kind: 'folder', content: '', mtimeMs: 0, inode: 0 }]]);
  let inodes = 1;
  const clean = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') : path);
  const parent = (path: string): string => clean(path.slice(0, Math.max(1, path.lastIndexOf('/'))));
  const mtime = (): number => Math.floor(now() / tickMs) * tickMs;
  const touchParent = (path: string): void => {
    const folder = nodes.get(parent(path));
    if (folder?.kind !== 'folder') throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    folder.mtimeMs = mtime();
  };
  const put = (path: string, kind: Node['kind'], content: string): void => {
    const known = nodes.get(path);
    if (known === undefined) touchParent(path);
    nodes.set(path, { kind, content, mtimeMs: mtime(), inode: known?.inode ?? inodes++ });
  };
  const makeFolder = (path: string): void => {
    if (nodes.has(path)) return;
    makeFolder(parent(path));
    put(path, 'folder', '');
  };
  const below = (path: string): string[] => [...nodes.keys()].filter((each) => each.startsWith(`${path}/`));
  const textOf = (bytes: string | Uint8Array): string => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1'));

  const disk: MemoryDisk = {
    stamp(path): Stamp | undefined {
      const node = nodes.get(clean(path));
      return node === undefined ? undefined : { kind: node.kind, size: node.content.length, mtimeMs: node.mtimeMs, inode: node.inode };
    },
    read(path) {
      const node = nodes.get(clean(path));
      return node?.kind === 'file' ? Buffer.from(node.content, 'latin1') : undefined;
    },
    digestOf(path) {
      const bytes = disk.read(path);
      return bytes === undefined ? undefined : digest(bytes);
    },
    readPart: (path, start, bytes) => (disk.read(path) ?? Buffer.from('')).subarray(start, start + bytes),
    linkText(path) {
      const node = nodes.get(path);
      return node?.kind === 'link' ? node.content : undefined;
    },
    realPath: (path) => (nodes.has(path) ? path : undefined),
    names(path) {
      const folder = clean(path);
      if (nodes.get(folder)?.kind !== 'folder') return undefined;
      return below(folder)
        .map((each) => each.slice(folder.length + 1))
        .filter((name) => !name.includes('/'))
        .toSorted();
    },
    makeFolder: (path) => makeFolder(clean(path)),
    writeWhole(path, bytes) {
      makeFolder(parent(path));
      nodes.delete(path);
      put(path, 'file', textOf(bytes));
      touchParent(path);
    },
    write(path, bytes) {
      makeFolder(parent(path));
      put(path, 'file', textOf(bytes));
    },
    append: (path, bytes) => put(path, 'file', (nodes.get(path)?.content ?? '') + textOf(bytes)),
    writeNew(path, bytes) {
      if (nodes.has(path)) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
      put(path, 'file', bytes);
    },
    symlink: (to, path) => put(path, 'link', to),
    hardLink: (to, path) => put(path, 'file', nodes.get(to)?.content ?? ''),
    rename(from, to) {
      const node = nodes.get(from);
      if (node === undefined) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' });
      for (const each of below(from)) {
        const moved = nodes.get(each);
        nodes.delete(each);
        if (moved !== undefined) nodes.set(`${to}${each.slice(from.length)}`, moved);
      }
      nodes.delete(from);
      nodes.set(to, node);
      touchParent(from);
      touchParent(to);
    },
    remove(path) {
      const top = clean(path);
      if (!nodes.has(top)) return;
      for (const each of below(top)) nodes.delete(each);
      nodes.delete(top);
      touchParent(top);
    },
    removeLater: (path) => disk.remove(path),
    removeEmptyFolder(path) {
      if (nodes.get(path)?.kind === 'folder' && below(path).length === 0) disk.remove(path);
    },
    files: () => new Map([...nodes].flatMap(([path, node]) => (node.kind === 'folder' ? [] : [[path, node.content]]))),
    touch(path) {
      const node = nodes.get(path);
      if (node !== undefined) node.mtimeMs = mtime();
    },
  };
  return disk;
}
