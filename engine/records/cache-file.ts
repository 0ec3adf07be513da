import { statfsSync } from 'node:fs';
import type { Disk } from '../disk/disk.ts';
import { userCache } from '../disk/user-cache.ts';
import { digest } from '../lib/digest.ts';
import type { Folders } from './folders.ts';

/** Kinds of network file systems, from Linux's statfs(2): locks and mapped memory of SQLite are not safe there. */
const NETWORK: Readonly<Record<number, string>> = {
  0x6969: 'nfs',
  0x517b: 'smb',
  0xff534d42: 'cifs',
  0xfe534d42: 'smb2',
  0x00c36400: 'ceph',
  0x0bd00bd0: 'lustre',
  0x47504653: 'gpfs',
  0x65735546: 'fuse',
};

/** The network file system that a path lies on, or undefined for a local one. */
export function networkFileSystem(path: string): string | undefined {
  try {
    return NETWORK[statfsSync(path).type >>> 0];
  } catch {
    return undefined;
  }
}

/** The cache lies in the home; of a home on a network file system, in the user's own cache folder. */
export function cacheFile(disk: Pick<Disk, 'stamp'>, folders: Folders): string {
  const home = folders.cache.replace(/\/\.adap\/cache$/, '');
  const isRemote = disk.stamp(home) !== undefined && networkFileSystem(home) !== undefined;
  const folder = isRemote ? `${userCache()}/${digest(home).slice(0, 16)}` : folders.cache;
  return `${folder}/cache.sqlite`;
}
