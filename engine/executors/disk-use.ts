import { lstatSync, readdirSync } from 'node:fs';

/** Bytes that a folder takes on its disk, hard links to other places counted too; what vanishes meanwhile counts nothing. */
export function duBytes(folder: string): number {
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) bytes += duBytes(path);
    else if (entry.isFile()) bytes += (lstatSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  }
  return bytes;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
