import { lstat, readdir } from 'node:fs/promises';

/** Bytes that a folder takes on its disk, hard links to other places counted too; what vanishes meanwhile counts nothing. */
export async function duBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) bytes += await duBytes(path);
    else if (entry.isFile()) bytes += ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * 512;
  }
  return bytes;
}
