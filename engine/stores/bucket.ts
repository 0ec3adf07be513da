/** A home in a bucket: its objects in the layout of a home in a directory, and a folder of this machine that stands in for it. */
import { userCache } from '../disk/user-cache.ts';
import { digest } from '../lib/digest.ts';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import { openObjectCache } from './object-cache.ts';
import type { ObjectCache } from './object-cache.ts';
import { homeNoBucket, homeTakenOver } from './problems.ts';
import { storeRefusal } from './refusal.ts';
import { endpointOf } from './endpoint.ts';
import type { Address } from '../model/object.ts';
import type { Found, Store } from './store.ts';
import { openStoreThread } from './thread.ts';
import type { StoreThread } from './thread.ts';
import { createTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** Where a home in a bucket lies. */
export type BucketHome = {
  /** As in the adapfile, without a slash at its end: `s3://archive/adap/raw_data_reorg`. */
  readonly named: string;
  readonly address: Address;
  /** What every key begins with: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Absolute: stands in for the home in all paths; attempts, caches, and what was fetched to be read lie there. */
  readonly folder: string;
};

export function bucketHome(home: string): BucketHome | Failed {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(home) ?? [];
  if (bucket === undefined) return failed(homeNoBucket(home));
  const parts = path.split('/').filter((part) => part !== '');
  const named = ['s3:/', bucket, ...parts].join('/');
  const address = { bucket };
  return {
    named,
    address,
    prefix: parts.map((part) => `${part}/`).join(''),
    folder: `${userCache()}/${digest(`${endpointOf(address)} ${named}`).slice(0, 16)}/home`,
  };
}

export type Bucket = BucketHome &
  Pick<StoreThread, 'now' | 'all'> & {
    readonly store: Store;
    readonly cache: ObjectCache;
    /** Path below the home of what lies in the bucket; undefined for what is of this machine. */
    below(path: string): string | undefined;
    keyOf(below: string): string;
    /** The other way round. */
    pathOf(key: string): string;
    /** All there is, by one listing. */
    tree(): Tree;
    /** What others have written since below a folder is seen from now on. */
    look(below: string): void;
    /** The same of all there is. */
    listAgain(): void;
    /** Bytes of files that went up and came down so far. */
    readonly moved: { readonly up: number; readonly down: number };
    /** From now on nothing is written unless this says so: the lock of a builder. */
    guard(mayWrite: (() => boolean) | undefined): void;
    /** Throws where it may not be written. */
    checkGuard(): void;
    close(): void;
  };

const counted = (store: Store, moved: { up: number; down: number }): Store => ({
  ...store,
  upload: (key, file, how = {}) =>
    store.upload(key, file, {
      onBytes(bytes) {
        moved.up += bytes;
        how.onBytes?.(bytes);
      },
    }),
  fetch: (found, file, how = {}) =>
    store.fetch(found, file, {
      ...how,
      onBytes(bytes) {
        moved.down += bytes;
        how.onBytes?.(bytes);
      },
    }),
});

/** Of this machine alone, below the home. */
const OWN = /^\.adap\/(attempts|cache)(\/|$)/;

/** `objects`: where what is fetched is kept, should several share it. */
export function openBucket(home: BucketHome, objects = `${home.folder}/.adap/cache/objects`): Bucket {
  const { store: plain, now, all, close } = openStoreThread(home.address);
  const moved = { up: 0, down: 0 };
  const store = counted(plain, moved);
  const { prefix, folder } = home;
  let tree: Tree | undefined;
  let guard: (() => boolean) | undefined;
  const pathOf = (key: string): string => key.slice(prefix.length);
  const isPath = (key: string): boolean => !key.endsWith('/') && !key.includes('//') && !key.startsWith('/');
  const list = (): Tree => {
    const found = now.list(prefix).map((each): readonly [string, Found] => [pathOf(each.key), each]);
    return createTree(found.filter(([path]) => isPath(path)));
  };
  return {
    ...home,
    moved,
    store,
    now,
    all,
    close,
    cache: openObjectCache(objects, store),
    below(path) {
      if (path !== folder && !path.startsWith(`${folder}/`)) return undefined;
      const rest = path.slice(folder.length + 1).replace(/\/+$/, '');
      return OWN.test(rest) ? undefined : rest;
    },
    keyOf: (below) => `${prefix}${below}`,
    pathOf,
    tree: () => (tree ??= list()),
    look(below) {
      if (tree === undefined) return;
      const found = new Map(now.list(`${prefix}${below}/`).map((each) => [pathOf(each.key), each]));
      for (const [path] of tree.under(below)) if (!found.has(path)) tree.set(path, undefined);
      for (const [path, each] of found) if (isPath(path)) tree.set(path, each);
    },
    listAgain() {
      tree = undefined;
    },
    guard(mayWrite) {
      guard = mayWrite;
    },
    checkGuard() {
      if (guard?.() === false) throw storeRefusal(homeTakenOver(home.named), 'lease-lost');
    },
  };
}
