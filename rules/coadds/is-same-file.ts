import { closeSync, openSync, readSync, statSync } from 'node:fs';

const PIECE = 1024 * 1024;

/** Byte by byte, a megabyte at a time: spec1d of a full mask have hundreds. */
export function isSameFile(one: string, other: string): boolean {
  if (statSync(one).size !== statSync(other).size) return false;
  const files = [openSync(one, 'r'), openSync(other, 'r')] as const;
  const pieces = [Buffer.alloc(PIECE), Buffer.alloc(PIECE)] as const;
  try {
    for (;;) {
      const [a, b] = [readSync(files[0], pieces[0]), readSync(files[1], pieces[1])];
      if (a !== b || !pieces[0].subarray(0, a).equals(pieces[1].subarray(0, b))) return false;
      if (a === 0) return true;
    }
  } finally {
    for (const file of files) closeSync(file);
  }
}
