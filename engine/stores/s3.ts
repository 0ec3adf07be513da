/**
 * Objects of an S3 store. Ceph's RADOS Gateway is what observatories run, so no more is counted on than it does: conditions hold for PutObject
 * alone, ETags are MD5s, and what was written is asked for afterwards.
 */
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { mkdtemp, rm, stat as statFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { etagOf, isPlain } from './etag.ts';
import { fetchObject } from './fetch-object.ts';
import { brokenOff, isPassing, waitMs } from './patience.ts';
import { refusalOf, namesOf } from './refusal.ts';
import type { Doing } from './refusal.ts';
import { endpointOf } from './endpoint.ts';
import { openClient } from './s3-client.ts';
import type { Address } from '../model/object.ts';
import type { Found, Store } from './store.ts';
import { uploadFile } from './upload-file.ts';

/** A GET is made again so often where its bytes are not what they should be; a write, so often where something else lies there afterwards. */
const READS = 20;
const WRITES = 4;

const LARGEST_COPY = 5 * 2 ** 30;
const KEYS_AT_ONCE = 1000;

/** Dates of the store count whole seconds. */
const DATE_MS = 1000;

export function openS3(address: Address): Store {
  const asking = openClient(address);
  const { client, patience } = asking;
  const where = { bucket: address.bucket, endpoint: endpointOf(address) };
  const Bucket = address.bucket;
  // What TLS lets through is what was sent.
  const isChecked = where.endpoint.startsWith('https:');

  const doing = async <T>(kind: Doing, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw refusalOf(error, { where, aheadMs: asking.serverNow() - Date.now() }, kind);
    }
  };
  const bounded = <T>(kind: Doing, act: () => Promise<T>): Promise<T> => doing(kind, () => patience.limit(act));

  const head = async (key: string): Promise<(Found & { ageMs: number }) | undefined> => {
    try {
      const is = await client.send(new HeadObjectCommand({ Bucket, Key: key }));
      const ageMs = is.LastModified === undefined ? 0 : Math.max(0, asking.serverNow() - is.LastModified.getTime());
      return { key, size: is.ContentLength ?? 0, etag: unquoted(is.ETag), ageMs };
    } catch (error) {
      if (isNone(error)) return undefined;
      throw error;
    }
  };
  /** The bytes of one GET, as they come; undefined where there is none, or another than `etag`. */
  const get = async (key: string, how: { etag?: string; range?: string }) => {
    try {
      const { etag, range } = how;
      const condition = { ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }), ...(range === undefined ? {} : { Range: range }) };
      const { Body, ETag, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key: key, ...condition }));
      if (Body === undefined) throw new Error('bug: a GET without a body');
      return { body: Body as unknown as AsyncIterable<Buffer>, etag: unquoted(ETag), length: ContentLength ?? 0 };
    } catch (error) {
      if (isNone(error) || statusOf(error) === 412) return undefined;
      throw error;
    }
  };
  /** Until two looks agree, or what came has the ETag that it should have. */
  const certain = async <T extends { readonly bytes: Uint8Array; readonly isSure: boolean }>(
    look: () => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    let before: Uint8Array | undefined;
    for (let tries = 1; ; tries += 1) {
      try {
        const found = await look();
        if (found === undefined || found.isSure || isChecked) return found;
        if (before !== undefined && Buffer.compare(before, found.bytes) === 0) return found;
        before = found.bytes;
        if (tries >= READS) throw brokenOff('its bytes differ each time');
      } catch (error) {
        if (!isPassing(error) || tries >= READS) throw error;
        await wait(waitMs(Math.min(tries, 4)));
      }
    }
  };
  const isThere = async (key: string, size: number, etag: string): Promise<Found | undefined> => {
    const is = await head(key);
    return is?.size === size && is.etag === etag ? { key, size, etag } : undefined;
  };
  const written = async (act: () => Promise<void>, look: () => Promise<Found | undefined>): Promise<Found> => {
    for (let tries = 1; ; tries += 1) {
      await act();
      const found = await look();
      if (found !== undefined) return found;
      if (tries >= WRITES) throw brokenOff('what lies there is not what was written');
    }
  };
  const put = async (key: string, bytes: Uint8Array, condition: { IfMatch?: string; IfNoneMatch?: string } = {}): Promise<void> => {
    const ContentMD5 = Buffer.from(etagOf(bytes), 'hex').toString('base64');
    await client.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes, ContentMD5, ...condition }));
  };

  const store: Store = {
    list: (Prefix) =>
      bounded('read', async () => {
        const all: Found[] = [];
        for (let ContinuationToken: string | undefined; ;) {
          const page = await client.send(
            new ListObjectsV2Command({
              Bucket,
              Prefix,
              MaxKeys: KEYS_AT_ONCE,
              ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
            }),
          );
          for (const { Key, Size, ETag } of page.Contents ?? [])
            if (Key !== undefined) all.push({ key: Key, size: Size ?? 0, etag: unquoted(ETag) });
          ContinuationToken = page.NextContinuationToken;
          if (page.IsTruncated !== true || ContinuationToken === undefined) return all;
        }
      }),
    stat: (key) => bounded('read', () => head(key)),
    read: (key) =>
      bounded('read', async () => {
        const read = await certain(async () => {
          const got = await get(key, {});
          if (got === undefined) return undefined;
          const bytes = await collect(got.body);
          if (bytes.length < got.length) throw brokenOff();
          const isSure = isPlain(got.etag);
          if (isSure && etagOf(bytes) !== got.etag) throw brokenOff();
          return { found: { key, size: bytes.length, etag: got.etag }, bytes, isSure };
        });
        return read === undefined ? undefined : { found: read.found, bytes: read.bytes };
      }),
    readPart: ({ key, size, etag }, start, bytes) => {
      const end = Math.min(size, start + bytes);
      if (end <= start) return Promise.resolve(new Uint8Array());
      return bounded('read', async () => {
        const found = await certain(async () => {
          const got = await get(key, { etag, range: `bytes=${start}-${end - 1}` });
          if (got === undefined) return undefined;
          const part = await collect(got.body);
          if (part.length !== end - start) throw brokenOff();
          return { bytes: part, isSure: start === 0 && end === size && isPlain(etag) && etagOf(part) === etag };
        });
        return found?.bytes;
      });
    },
    fetch: (found, file, how = {}) =>
      bounded('read', () =>
        fetchObject(found, file, { ...how, isChecked, from: (start) => get(found.key, { etag: found.etag, range: `bytes=${start}-` }) }),
      ),
    write: (key, bytes) =>
      bounded('write', () =>
        written(
          () => put(key, bytes),
          () => isThere(key, bytes.length, etagOf(bytes)),
        ),
      ),
    upload: (key, file, { onBytes } = {}) =>
      bounded('write', async () => {
        const { size } = await statFile(file);
        return uploadFile({ client, bucket: Bucket, key, file, size, onBytes, put, isThere, written });
      }),
    commit: (key, bytes, expected) =>
      bounded('write', async () => {
        const etag = etagOf(bytes);
        try {
          await put(key, bytes, expected === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: expected });
        } catch (error) {
          if (![404, 409, 412].includes(statusOf(error) ?? 0) || namesOf(error).names.includes('NoSuchBucket')) throw error;
          // An attempt of ours may have been answered, and the answer lost.
          if (etag === expected) return 'conflict';
        }
        return (await isThere(key, bytes.length, etag)) ?? 'conflict';
      }),
    copy: (from, to) =>
      bounded('write', async () => {
        if (from.size < LARGEST_COPY) {
          const CopySource = `${Bucket}/${from.key}`.split('/').map(encodeURIComponent).join('/');
          try {
            await client.send(new CopyObjectCommand({ Bucket, Key: to, CopySource, CopySourceIfMatch: `"${from.etag}"` }));
          } catch (error) {
            if (isNone(error) || statusOf(error) === 412) return undefined;
            throw error;
          }
          const found = await isThere(to, from.size, from.etag);
          if (found !== undefined) return found;
          const is = await head(from.key);
          if (is?.etag !== from.etag) return undefined;
        }
        return copyThrough(from, to);
      }),
    remove: (keys) =>
      bounded('write', async () => {
        for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
          const Objects = keys.slice(at, at + KEYS_AT_ONCE).map((Key) => ({ Key }));
          const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
          const first = Errors?.find(({ Code }) => Code !== 'NoSuchKey');
          if (first !== undefined) throw Object.assign(new Error('not deleted'), { name: first.Code ?? 'Unknown' });
        }
      }),
    abandonUploads: (Prefix, olderThanMs) =>
      bounded('write', async () => {
        const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
        const old = Uploads.filter(
          ({ Initiated }) => Initiated !== undefined && asking.serverNow() - Initiated.getTime() >= olderThanMs - DATE_MS,
        );
        for (const { Key, UploadId } of old) {
          try {
            await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
          } catch (error) {
            if (statusOf(error) !== 404) throw error;
          }
        }
        return old.length;
      }),
    close: () => client.destroy(),
  };

  /** What the store does not copy by itself, or not as it was: through this machine. */
  const copyThrough = async (from: Found, to: string): Promise<Found | undefined> => {
    const folder = await mkdtemp(`${tmpdir()}/adap-copy-`);
    try {
      const file = `${folder}/object`;
      const source = (start: number) => get(from.key, { etag: from.etag, range: `bytes=${start}-` });
      if (!(await fetchObject(from, file, { isChecked, from: source }))) return undefined;
      return await uploadFile({ client, bucket: Bucket, key: to, file, size: from.size, onBytes: undefined, put, isThere, written });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return store;
}

async function collect(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

const unquoted = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

const statusOf = (error: unknown): number | undefined => namesOf(error).status;

/** Of a bucket that is not there, the store says so by name; HEAD has no body, and tells the two apart nowhere. */
const isNone = (error: unknown): boolean => statusOf(error) === 404 && !namesOf(error).names.includes('NoSuchBucket');
