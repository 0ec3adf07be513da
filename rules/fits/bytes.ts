import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fitsFault } from './fault.ts';
import { fileTooLarge, gzipDamaged } from './problems.ts';

/** The bytes of a file, decompressed. */
export type Bytes = {
  readonly size: number;
  /** Exactly so many; what asks for bytes beyond the end is a bug. */
  read(at: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
};

/** PypeIt compresses what is 64 MB at most; it is held in memory as a whole. */
export const MOST_DECOMPRESSED = 512 * 2 ** 20;

const unzip = promisify(gunzip);

export async function openBytes(path: string): Promise<Bytes> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number): Promise<Buffer> => {
      if (!(at >= 0 && length >= 0 && at + length <= size)) throw new Error(`bug: bytes ${at} to ${at + length} of the ${size} of ${path}`);
      const buffer = Buffer.allocUnsafe(length);
      for (let got = 0; got < length;) {
        const { bytesRead } = await file.read(buffer, got, length - got, at + got);
        // It became shorter since it was opened.
        if (bytesRead === 0) return buffer.fill(0, got);
        got += bytesRead;
      }
      return buffer;
    };
    const head = await read(0, Math.min(2, size));
    if (head[0] !== 0x1f || head[1] !== 0x8b) return { size, read, close: () => file.close() };
    const whole = await decompressed(path, await read(0, size));
    await file.close();
    return {
      size: whole.length,
      read: (at, length) => Promise.resolve(whole.subarray(at, at + length)),
      close: () => Promise.resolve(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function decompressed(path: string, bytes: Buffer): Promise<Buffer> {
  try {
    return await unzip(bytes, { maxOutputLength: MOST_DECOMPRESSED });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw fitsFault(code === 'ERR_BUFFER_TOO_LARGE' ? fileTooLarge(path, MOST_DECOMPRESSED) : gzipDamaged(path, code));
  }
}
