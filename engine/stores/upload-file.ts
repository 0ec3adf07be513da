/** A file into an object: in one request, or in parts. Nothing is told that the store has not confirmed. */
import type { S3Client } from '@aws-sdk/client-s3';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSums, etagOf, PART, readInto } from './etag.ts';
import { namesOf } from './refusal.ts';
import type { Found, OnBytes } from './store.ts';

type Asked = {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly onBytes: OnBytes | undefined;
  readonly put: (key: string, bytes: Uint8Array) => Promise<void>;
  readonly isThere: (key: string, size: number, etag: string) => Promise<Found | undefined>;
  readonly written: (act: () => Promise<void>, look: () => Promise<Found | undefined>) => Promise<Found>;
};

const PARTS_AT_ONCE = 4;

export async function uploadFile(asked: Asked): Promise<Found> {
  const { key, file, size, put, isThere, written, onBytes } = asked;
  if (size <= PART) {
    const bytes = await readFile(file);
    const found = await written(
      () => put(key, bytes),
      () => isThere(key, bytes.length, etagOf(bytes)),
    );
    onBytes?.(found.size);
    return found;
  }
  const sums = createSums(PART);
  await readInto(sums, file);
  const { sum: etag, size: read } = sums.end();
  // Whoever has uploaded it before, and was cut off behind it, need not do so again.
  const already = await isThere(key, read, etag);
  if (already !== undefined) {
    onBytes?.(read);
    return already;
  }
  return written(
    () => inParts(asked),
    () => isThere(key, read, etag),
  );
}

async function inParts({ client, bucket, key, file, onBytes }: Asked): Promise<void> {
  const { Upload } = await import('@aws-sdk/lib-storage');
  const Body = createReadStream(file, { highWaterMark: 2 ** 20 });
  const upload = new Upload({ client, params: { Bucket: bucket, Key: key, Body }, partSize: PART, queueSize: PARTS_AT_ONCE });
  let told = 0;
  upload.on('httpUploadProgress', ({ loaded = 0 }) => {
    onBytes?.(loaded - told);
    told = loaded;
  });
  try {
    await upload.done();
  } catch (error) {
    onBytes?.(-told);
    // Completed by an attempt whose answer was lost: the second one finds nothing to complete. What lies there is looked at next.
    if (!namesOf(error).names.includes('NoSuchUpload')) throw error;
  } finally {
    Body.destroy();
  }
}
