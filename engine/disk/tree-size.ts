import type { Disk } from './disk.ts';

/** What lies at a path, with all that is in it: bytes of files and how many they are. Nothing is nothing. */
export function treeSize(disk: Pick<Disk, 'stamp' | 'names'>, path: string): { readonly bytes: number; readonly files: number } {
  const stamp = disk.stamp(path);
  if (stamp === undefined) return { bytes: 0, files: 0 };
  if (stamp.kind !== 'folder') return { bytes: stamp.size, files: 1 };
  let bytes = 0;
  let files = 0;
  for (const name of disk.names(path) ?? []) {
    const below = treeSize(disk, `${path}/${name}`);
    bytes += below.bytes;
    files += below.files;
  }
  return { bytes, files };
}
