/** What S3 calls an object's content: MD5 of its bytes; of one that came in parts, MD5 of the parts' MD5s, and how many there were. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const MIB = 2 ** 20;

/** Parts of our own uploads, bytes. What is not larger goes in one piece. */
export const PART = 16 * MIB;

/** Of other programs: rclone, awscli, s5cmd, boto, and their doublings for large files. */
const PARTS_MIB = [5, 8, 10, 15, 16, 20, 25, 32, 40, 50, 64, 80, 100, 128, 160, 200, 256, 320, 512, 640, 1024];

export const etagOf = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

export const isPlain = (etag: string): boolean => /^[0-9a-f]{32}$/.test(etag);

/** The size of parts of which an object of this size has this ETag; undefined where none that is in use fits, or several may. */
export function partOf({ size, etag }: { readonly size: number; readonly etag: string }): number | undefined {
  if (isPlain(etag)) return Infinity;
  const count = Number(/^[0-9a-f]{32}-(\d+)$/.exec(etag)?.[1] ?? 0);
  if (count === 1) return PART * 1024;
  const fitting = PARTS_MIB.map((each) => each * MIB).filter((each) => Math.ceil(size / each) === count);
  return fitting.includes(PART) ? PART : fitting.length === 1 ? fitting[0] : undefined;
}

export type Sums = { readonly sum: string; readonly size: number };
export type Summing = { update(piece: Uint8Array): void; end(): Sums };

/** Of bytes that come one after the other: the ETag they have in parts of `part` bytes, or their SHA-256: each takes its time. */
export function createSums(part: number | 'sha256') {
  return part === 'sha256' ? shaSums() : etagSums(part);
}

function shaSums(): Summing {
  const sha = createHash('sha256');
  let size = 0;
  return {
    update(piece) {
      sha.update(piece);
      size += piece.length;
    },
    end: () => ({ sum: sha.digest('hex'), size }),
  };
}

function etagSums(part: number): Summing {
  const md5s: Buffer[] = [];
  let md5 = createHash('md5');
  let inPart = 0;
  let size = 0;
  return {
    update(piece) {
      size += piece.length;
      for (let rest = piece; rest.length > 0;) {
        if (inPart === part) {
          md5s.push(md5.digest());
          md5 = createHash('md5');
          inPart = 0;
        }
        const now = rest.subarray(0, Math.min(rest.length, part - inPart));
        md5.update(now);
        inPart += now.length;
        rest = rest.subarray(now.length);
      }
    },
    end() {
      const last = md5.digest();
      const isWhole = md5s.length === 0 && (part === Infinity || size <= PART);
      const sum = isWhole
        ? last.toString('hex')
        : `${createHash('md5')
            .update(Buffer.concat([...md5s, last]))
            .digest('hex')}-${md5s.length + 1}`;
      return { sum, size };
    },
  };
}

/** Of a file, up to `limit` bytes of it. */
export async function readInto(sums: Summing, file: string, limit = Infinity): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(MIB);
    for (let left = limit; left > 0;) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, left));
      if (bytesRead === 0) return;
      sums.update(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
  } finally {
    await handle.close();
  }
}
