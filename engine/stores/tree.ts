/** The keys of a bucket as folders and files, kept up to date with what this process writes. */
import { digest } from '../lib/digest.ts';
import type { Stamp } from '../model/stamp.ts';
import type { Found } from './store.ts';

type Folder = { readonly files: Map<string, Found>; readonly folders: Map<string, Folder>; stamp: Stamp | undefined };

/** Paths are relative, with `/`; the empty one is the top. */
export type Tree = {
  file(path: string): Found | undefined;
  /**
   * Of a file, by its ETag: the same bytes have the same stamp. Of a folder, by the names of what is directly in it and the ETags of its
   * files. They have no time: content is always believable.
   */
  stamp(path: string): Stamp | undefined;
  /** Sorted by code unit; undefined where there is no folder. */
  names(path: string): readonly string[] | undefined;
  /** The file itself, or all files below a folder, with their paths. */
  under(path: string): readonly (readonly [path: string, found: Found])[];
  set(path: string, found: Found | undefined): void;
};

const emptyFolder = (): Folder => ({ files: new Map(), folders: new Map(), stamp: undefined });

export function createTree(all: Iterable<readonly [path: string, found: Found]>): Tree {
  const top = emptyFolder();
  const folderAt = (parts: readonly string[]): Folder | undefined => {
    let at: Folder | undefined = top;
    for (const part of parts) at = at?.folders.get(part);
    return at;
  };
  const split = (path: string): { readonly above: readonly string[]; readonly name: string } => {
    const parts = partsOf(path);
    return { above: parts.slice(0, -1), name: parts.at(-1) ?? '' };
  };
  const tree: Tree = {
    file(path) {
      const { above, name } = split(path);
      return folderAt(above)?.files.get(name);
    },
    stamp(path) {
      const found = tree.file(path);
      if (found !== undefined) return { kind: 'file', size: found.size, mtimeMs: 0, inode: numberOf(found.etag) };
      const folder = folderAt(partsOf(path));
      return folder === undefined ? undefined : (folder.stamp ??= stampOf(folder));
    },
    names(path) {
      const folder = folderAt(partsOf(path));
      return folder === undefined ? undefined : [...new Set([...folder.files.keys(), ...folder.folders.keys()])].toSorted();
    },
    under(path) {
      const clean = partsOf(path).join('/');
      const own = clean === '' ? undefined : tree.file(clean);
      const found: (readonly [string, Found])[] = own === undefined ? [] : [[clean, own]];
      const walk = (folder: Folder, above: string): void => {
        for (const [name, each] of folder.files) found.push([`${above}${name}`, each]);
        for (const [name, each] of folder.folders) walk(each, `${above}${name}/`);
      };
      const folder = folderAt(partsOf(clean));
      if (folder !== undefined) walk(folder, clean === '' ? '' : `${clean}/`);
      return found;
    },
    set(path, found) {
      const { above, name } = split(path);
      if (name === '') return;
      const way: Folder[] = [top];
      for (const part of above) {
        const at = way.at(-1) ?? top;
        const next = at.folders.get(part) ?? (found === undefined ? undefined : emptyFolder());
        if (next === undefined) return;
        if (!at.folders.has(part)) {
          at.folders.set(part, next);
          at.stamp = undefined;
        }
        way.push(next);
      }
      const last = way.at(-1) ?? top;
      last.stamp = undefined;
      if (found !== undefined) return void last.files.set(name, found);
      last.files.delete(name);
      // A folder is there as long as something is in it.
      for (let depth = above.length; depth > 0; depth -= 1) {
        const at = way[depth];
        const parent = way[depth - 1];
        if (at === undefined || parent === undefined || at.files.size + at.folders.size > 0) return;
        parent.folders.delete(above[depth - 1] ?? '');
        parent.stamp = undefined;
      }
    },
  };
  for (const [path, found] of all) tree.set(path, found);
  return tree;
}

const partsOf = (path: string): readonly string[] => path.split('/').filter((part) => part !== '');

/** 48 bits, as a stamp's inode can hold them. */
const numberOf = (hex: string): number => Number.parseInt(hex.slice(0, 12), 16) || 0;

function stampOf({ files, folders }: Folder): Stamp {
  const said = [...Array.from(files, ([name, { etag }]) => `${name}\n${etag}`), ...Array.from(folders.keys(), (name) => `${name}/`)];
  return { kind: 'folder', size: 0, mtimeMs: 0, inode: numberOf(digest(said.toSorted().join('\0'))) };
}
