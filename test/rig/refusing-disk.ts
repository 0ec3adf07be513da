import type { Disk } from '../../engine/disk/disk.ts';

/** What becomes of the bytes of an append that is refused: some systems have written a part of them. */
export type Refusal = 'none-written' | 'half-written';

/** A disk that is full whenever `isFull` says so of a write, counted from 1. */
export function refusingDisk(disk: Disk, isFull: (write: number) => boolean, refusal: Refusal): Disk {
  let writes = 0;
  const full = (): boolean => isFull((writes += 1));
  const refuse = (path: string): never => {
    throw Object.assign(new Error(`ENOSPC: ${path}`), { code: 'ENOSPC' });
  };
  return {
    ...disk,
    write: (path, bytes) => (full() ? refuse(path) : disk.write(path, bytes)),
    writeWhole: (path, bytes) => (full() ? refuse(path) : disk.writeWhole(path, bytes)),
    append(path, bytes) {
      if (!full()) return disk.append(path, bytes);
      if (refusal === 'half-written') disk.append(path, bytes.subarray(0, bytes.length >> 1));
      refuse(path);
    },
    remove: (path) => (full() ? refuse(path) : disk.remove(path)),
  };
}
