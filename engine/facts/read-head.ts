import { constants, gunzipSync } from 'node:zlib';
import type { Disk } from '../disk/disk.ts';

/** The first `bytes` bytes of a file, decompressed where it is gzip; fewer where it is shorter. Damaged gzip throws. */
export function readHead(disk: Pick<Disk, 'readPart'>, path: string, bytes: number): Uint8Array {
  const plain = disk.readPart(path, 0, bytes);
  if (!isGzip(plain)) return plain;
  for (let packed = plain; ; packed = disk.readPart(path, 0, packed.length * 4)) {
    const head = unpack(packed, bytes);
    const isAll = packed.length < bytes;
    if (head.length >= bytes || isAll) return head.subarray(0, bytes);
    const more = disk.readPart(path, packed.length, 1);
    if (more.length === 0) return head;
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A bomb unpacks a thousandfold: what is read at once is bounded by 1032 times the packed bytes, zlib's limit. */
function unpack(packed: Uint8Array, wanted: number): Uint8Array {
  const limit = Math.max(wanted * 64, 1 << 24);
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError && packed.length > 4096) return unpack(packed.subarray(0, packed.length >> 2), wanted);
    throw error;
  }
}
