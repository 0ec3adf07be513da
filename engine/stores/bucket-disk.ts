/** A home in a bucket as the engine's file system: paths below the folder that stands in for it are objects, all others are files. */
import { existsSync } from 'node:fs';
import type { Disk } from '../disk/disk.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import type { Bucket } from './bucket.ts';
import { createReading } from './bucket-reading.ts';
import { errno } from './errno.ts';
import { homeTakenOver } from './problems.ts';
import { storeRefusal } from './refusal.ts';
import type { Found } from './store.ts';

export function bucketDisk(bucket: Bucket): Disk {
  const { now, cache, below, keyOf } = bucket;
  const reading = createReading(bucket);
  const set = (path: string, found: Found | undefined): void => bucket.tree().set(path, found);
  const put = (path: string, bytes: string | Uint8Array): void => {
    bucket.checkGuard();
    set(path, now.write(keyOf(path), bytesOf(bytes)));
  };
  /** A record is the commit of a publication: another builder's is never written over. */
  const putWhole = (path: string, bytes: string | Uint8Array): void => {
    if (!path.startsWith('.adap/records/')) return put(path, bytes);
    bucket.checkGuard();
    const found = now.commit(keyOf(path), bytesOf(bytes), bucket.tree().file(path)?.etag ?? 'absent');
    if (found === 'conflict') throw storeRefusal(homeTakenOver(bucket.named), 'lease-lost');
    set(path, found);
  };
  const localOf = (found: Found): string | undefined => cache.fetchBy(found, (one, file) => now.fetch(one, file));
  const removeBelow = (above: string): void => {
    const paths = bucket
      .tree()
      .under(above)
      .map(([path]) => path);
    if (paths.length === 0) return;
    bucket.checkGuard();
    now.remove(paths.map(keyOf));
    for (const path of paths) set(path, undefined);
  };
  const move = (from: string, to: string): void => {
    for (const [path, found] of bucket.tree().under(from)) {
      bucket.checkGuard();
      const key = `${to}${path.slice(from.length)}`;
      const copied = now.copy(found, keyOf(key));
      if (copied === undefined) throw errno('ESTALE', `${bucket.named}/${path} was changed by another builder`);
      set(key, copied);
    }
    removeBelow(from);
  };
  /** A file or folder of this machine. */
  const moveIn = (from: string, to: string): void => {
    bucket.checkGuard();
    for (const file of filesBelow(from)) set(`${to}${file.slice(from.length)}`, now.upload(keyOf(`${to}${file.slice(from.length)}`), file));
    nodeDisk.remove(from);
  };

  return {
    stamp(path) {
      const at = below(path);
      if (at === undefined) return nodeDisk.stamp(path);
      return bucket.tree().stamp(at) ?? (at === '' ? EMPTY : undefined);
    },
    read(path) {
      const at = below(path);
      return at === undefined ? nodeDisk.read(path) : reading.whole(at);
    },
    readPart(path, start, bytes) {
      const at = below(path);
      return at === undefined ? nodeDisk.readPart(path, start, bytes) : reading.part(at, start, bytes);
    },
    digestOf(path) {
      const at = below(path);
      if (at === undefined) return nodeDisk.digestOf(path);
      const found = bucket.tree().file(at);
      const local = found === undefined ? undefined : localOf(found);
      return local === undefined ? undefined : nodeDisk.digestOf(local);
    },
    linkText: (path) => (below(path) === undefined ? nodeDisk.linkText(path) : undefined),
    realPath(path) {
      const at = below(path);
      if (at === undefined) return nodeDisk.realPath(path);
      return at === '' || bucket.tree().stamp(at) !== undefined ? path : undefined;
    },
    names(path) {
      const at = below(path);
      return at === undefined ? nodeDisk.names(path) : bucket.tree().names(at);
    },
    makeFolder(path) {
      if (below(path) === undefined) nodeDisk.makeFolder(path);
    },
    writeWhole(path, bytes) {
      const at = below(path);
      if (at === undefined) nodeDisk.writeWhole(path, bytes);
      else putWhole(at, bytes);
    },
    write(path, bytes) {
      const at = below(path);
      if (at === undefined) nodeDisk.write(path, bytes);
      else put(at, bytes);
    },
    append(path, bytes) {
      if (below(path) !== undefined) throw errno('ENOTSUP', `an object of a bucket cannot be appended to: ${path}`);
      nodeDisk.append(path, bytes);
    },
    writeNew(path, bytes) {
      const at = below(path);
      if (at === undefined) return nodeDisk.writeNew(path, bytes);
      const found = now.commit(keyOf(at), bytesOf(bytes), 'absent');
      if (found === 'conflict') throw errno('EEXIST', `${path} is there already`);
      set(at, found);
    },
    symlink(to, path) {
      if (below(path) !== undefined) throw errno('ENOTSUP', `there are no links in a bucket: ${path}`);
      nodeDisk.symlink(to, path);
    },
    hardLink(to, path) {
      if (below(path) !== undefined) throw errno('ENOTSUP', `there are no links in a bucket: ${path}`);
      nodeDisk.hardLink(to, path);
    },
    rename(from, to) {
      const [out, into] = [below(from), below(to)];
      if (out === undefined && into === undefined) return nodeDisk.rename(from, to);
      if (into === undefined) throw errno('ENOTSUP', `objects of a bucket are fetched, not moved: ${from}`);
      if (out !== undefined) return move(out, into);
      if (!existsSync(from)) throw errno('ENOENT', `${from} is not there`);
      moveIn(from, into);
    },
    remove(path) {
      const at = below(path);
      if (at === undefined) nodeDisk.remove(path);
      else removeBelow(at);
    },
    removeLater(path) {
      const at = below(path);
      if (at === undefined) nodeDisk.removeLater(path);
      else removeBelow(at);
    },
    removeEmptyFolder(path) {
      if (below(path) === undefined) nodeDisk.removeEmptyFolder(path);
    },
  };
}

/** A home in which nothing lies yet. */
const EMPTY = { kind: 'folder', size: 0, mtimeMs: 0, inode: 0 } as const;

const bytesOf = (bytes: string | Uint8Array): Uint8Array => (typeof bytes === 'string' ? Buffer.from(bytes) : bytes);

function filesBelow(path: string): readonly string[] {
  const stamp = nodeDisk.stamp(path);
  if (stamp?.kind !== 'folder') return stamp?.kind === 'file' ? [path] : [];
  return (nodeDisk.names(path) ?? []).flatMap((name) => filesBelow(`${path}/${name}`));
}
