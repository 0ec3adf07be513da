/** Objects of a bucket that were fetched to this machine: by their content, up to a bound, the least recently used are the first to go. */
import { chmodSync, linkSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Found, OnBytes, Store } from './store.ts';

export type ObjectCache = {
  /** Where it lies, if it is here whole. */
  find(found: Found): string | undefined;
  /** Undefined where the store has it no more. */
  fetch(found: Found, onBytes?: OnBytes): Promise<string | undefined>;
  /** The same by a fetch that is waited for. */
  fetchBy(found: Found, fetch: (found: Found, file: string) => boolean): string | undefined;
  /** Makes it lie at a path, too. */
  link(from: string, to: string): void;
};

/** Of a file that nobody has changed since it was fetched. */
const SEALED_S = 1_000_000_000;

const GIB = 2 ** 30;

/** Looked through whenever so large a part of what it may hold was added. */
const PRUNED_EACH = 20;

export function openObjectCache(
  folder: string,
  store: Pick<Store, 'fetch'>,
  limitGib = Number(process.env['ADAP_CACHE_GIB'] ?? 50),
): ObjectCache {
  const coming = new Map<string, Promise<string | undefined>>();
  const place = ({ etag, size }: Found): string => `${folder}/${etag}-${size}`;
  /** Since it was last looked whether something must go. */
  let fetched = Infinity;
  const find = (found: Found): string | undefined => {
    const path = place(found);
    const is = lstatSync(path, { throwIfNoEntry: false });
    if (is === undefined) return undefined;
    if (is.size === found.size && is.mtimeMs === SEALED_S * 1000) {
      utimesSync(path, Date.now() / 1000, SEALED_S);
      return path;
    }
    rmSync(path, { force: true });
    return undefined;
  };
  const seal = (path: string): string => {
    chmodSync(path, 0o444);
    utimesSync(path, Date.now() / 1000, SEALED_S);
    fetched += lstatSync(path).size;
    if (fetched > (limitGib * GIB) / PRUNED_EACH) {
      fetched = 0;
      prune(folder, limitGib * GIB, path);
    }
    return path;
  };
  return {
    find,
    fetch(found, onBytes) {
      const here = find(found);
      if (here !== undefined) return Promise.resolve(here);
      const path = place(found);
      const already = coming.get(path);
      if (already !== undefined) return already;
      mkdirSync(folder, { recursive: true });
      const fetching = store
        .fetch(found, path, onBytes === undefined ? {} : { onBytes })
        .then((is) => (is ? seal(path) : undefined))
        .finally(() => coming.delete(path));
      coming.set(path, fetching);
      return fetching;
    },
    fetchBy(found, fetch) {
      const here = find(found);
      if (here !== undefined) return here;
      mkdirSync(folder, { recursive: true });
      return fetch(found, place(found)) ? seal(place(found)) : undefined;
    },
    link(from, to) {
      mkdirSync(dirname(to), { recursive: true });
      rmSync(to, { recursive: true, force: true });
      linkSync(from, to);
    },
  };
}

/** What is linked to from elsewhere is in use. */
function prune(folder: string, limit: number, kept: string): void {
  const files = readdirSync(folder).map((name) => ({
    path: `${folder}/${name}`,
    is: statSync(`${folder}/${name}`, { throwIfNoEntry: false }),
  }));
  let bytes = files.reduce((sum, { is }) => sum + (is?.size ?? 0), 0);
  if (bytes <= limit) return;
  for (const { path, is } of files.toSorted((a, b) => (a.is?.atimeMs ?? 0) - (b.is?.atimeMs ?? 0))) {
    if (bytes <= limit) return;
    if (is === undefined || is.nlink > 1 || path === kept || path.endsWith('.part')) continue;
    rmSync(path, { force: true });
    bytes -= is.size;
  }
}
