import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fitsFault } from './fault.ts';
import { fileShrank, fileTooLarge, gzipDamaged } from './problems.ts';

/** The bytes of a file, decompressed. */
export type Bytes = {
  readonly size: number;
  /** Exactly so many. To ask for bytes beyond `size` is a bug; a file that has become shorter since it was opened is a fault. */
  read(at: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
};

/** PypeIt compresses what is 64 MB at most; it is held in memory as a whole, and twice while it is decompressed. */
export const MOST_DECOMPRESSED = 512 * 2 ** 20;

const unzip = promisify(gunzip);

/** Plain or gzip, told by the first bytes. Errors of the file system are thrown as they are. */
export async function openBytes(path: string, mostDecompressed = MOST_DECOMPRESSED): Promise<Bytes> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number): Promise<Buffer> => {
      if (!(at >= 0 && length >= 0 && at + length <= size)) throw new Error(`bug: bytes ${at} to ${at + length} of the ${size} of ${path}`);
      const buffer = Buffer.allocUnsafe(length);
      for (let got = 0; got < length;) {
        const { bytesRead } = await file.read(buffer, got, length - got, at + got);
        if (bytesRead === 0) throw fitsFault(fileShrank(path, size));
        got += bytesRead;
      }
      return buffer;
    };
    const head = await read(0, Math.min(2, size));
    if (head[0] !== 0x1f || head[1] !== 0x8b) return { size, read, close: () => file.close() };
    // What deflate cannot make smaller grows by 5 bytes in 16 kB.
    if (size > mostDecompressed * 1.001 + 1024) throw fitsFault(fileTooLarge(path, mostDecompressed));
    const whole = await decompressed(path, await read(0, size), mostDecompressed);
    await file.close();
    return {
      size: whole.length,
      read(at, length) {
        if (!(at >= 0 && length >= 0 && at + length <= whole.length))
          throw new Error(`bug: bytes ${at} to ${at + length} of ${whole.length}`);
        return Promise.resolve(whole.subarray(at, at + length));
      },
      close: () => Promise.resolve(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function decompressed(path: string, bytes: Buffer, most: number): Promise<Buffer> {
  try {
    return await unzip(bytes, { maxOutputLength: most });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw fitsFault(code === 'ERR_BUFFER_TOO_LARGE' ? fileTooLarge(path, most) : gzipDamaged(path, code));
  }
}
