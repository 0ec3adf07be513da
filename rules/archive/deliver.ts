/** Brings a folder, a disk that goes to KOA, to what the archive holds of some masks. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, open, readlink, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Problem } from 'adap';
import { deliveryRefused, deliveryThroughLink, deliveryUnlike } from './problems.ts';
import { tables } from './tables.ts';
import type { MaskOf } from './tables.ts';

export type Delivery = {
  /** Absolute: where the archive lies. */
  readonly archive: string;
  readonly parts: readonly MaskOf[];
  /** Absolute. */
  readonly to: string;
  readonly by: 'copy' | 'link';
};

export type Delivered = {
  readonly copied: number;
  readonly unchanged: number;
  /** Of copied files. */
  readonly bytes: number;
  /** Files that lie there and belong to nothing that was delivered; they are kept. */
  readonly foreign: readonly string[];
  readonly problems: readonly Problem[];
};

type Wanted = { readonly path: string; readonly digest: string };

/** What was read is not what was recorded. */
const UNLIKE = new Error('unlike its record');

/** Copies at a time: a disk is no faster by more. */
const AT_ONCE = 4;

/**
 * A file is written under another name, compared by its digest, and renamed into its place: under its own name there is a whole file at
 * every moment. What is there already with the digest that is wanted is not touched. Tables come last. A second run changes nothing.
 */
export async function deliver({ archive, parts, to, by }: Delivery): Promise<Delivered> {
  const wanted = parts.flatMap(({ part }) => Object.entries(part.digests).map(([path, digest]): Wanted => ({ path, digest })));
  const problems: Problem[] = [];
  let [copied, unchanged, bytes] = [0, 0, 0];
  const queue = wanted.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && problems.length === 0; next = queue.shift()) {
      try {
        const through = await linkOnTheWay(to, next.path);
        if (through !== undefined) problems.push(deliveryThroughLink(`${to}/${through}`));
        else if (await isThere(`${to}/${next.path}`, next, { by, from: `${archive}/${next.path}` })) unchanged += 1;
        else {
          bytes += await put(`${archive}/${next.path}`, `${to}/${next.path}`, { by, digest: next.digest });
          copied += 1;
        }
      } catch (error) {
        problems.push(
          error === UNLIKE
            ? deliveryUnlike(`${archive}/${next.path}`)
            : deliveryRefused(`${to}/${next.path}`, error instanceof Error ? error.message : String(error)),
        );
      }
    }
  };
  await mkdirOf(to, problems);
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (problems.length > 0) return { copied, unchanged, bytes, foreign: [], problems };
  try {
    const made = tables(parts);
    for (const [name, text] of [
      ['reduced_files_meta.dat', made.reduced],
      ['coadded_files_meta.dat', made.coadded],
      ['README', made.readme],
      ['report.txt', made.report],
      ['checksums.sha256', made.checksums],
    ] as const)
      if (await putText(`${to}/${name}`, text)) copied += 1;
      else unchanged += 1;
    const known = new Set([
      ...wanted.map(({ path }) => path),
      'reduced_files_meta.dat',
      'coadded_files_meta.dat',
      'README',
      'report.txt',
      'checksums.sha256',
    ]);
    return { copied, unchanged, bytes, foreign: (await filesBelow(to)).filter((path) => !known.has(path)), problems };
  } catch (error) {
    return {
      copied,
      unchanged,
      bytes,
      foreign: [],
      problems: [deliveryRefused(to, error instanceof Error ? error.message : String(error))],
    };
  }
}

async function mkdirOf(to: string, problems: Problem[]): Promise<void> {
  try {
    await mkdir(to, { recursive: true });
  } catch (error) {
    problems.push(deliveryRefused(to, error instanceof Error ? error.message : String(error)));
  }
}

/** A folder below the destination that leads elsewhere: nothing is written through it. */
async function linkOnTheWay(to: string, path: string): Promise<string | undefined> {
  const parts = path.split('/').slice(0, -1);
  for (let count = 1; count <= parts.length; count += 1) {
    const folder = parts.slice(0, count).join('/');
    const stat = await lstat(`${to}/${folder}`).catch(() => undefined);
    if (stat === undefined) return undefined;
    if (stat.isSymbolicLink()) return folder;
  }
  return undefined;
}

async function isThere(
  path: string,
  { digest }: Wanted,
  { by, from }: { readonly by: Delivery['by']; readonly from: string },
): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) return false;
  if (by === 'link') return stat.isSymbolicLink() && (await readlink(path)) === from;
  return stat.isFile() && stat.size === (await lstat(from)).size && (await digestOf(path)) === digest;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Bytes that were copied. */
async function put(from: string, to: string, { by, digest }: { readonly by: Delivery['by']; readonly digest: string }): Promise<number> {
  await mkdir(dirname(to), { recursive: true });
  const half = `${to}.adap-${process.pid}`;
  try {
    if (by === 'link') {
      await symlink(from, half);
      await rename(half, to);
      return 0;
    }
    const hash = createHash('sha256');
    const out = createWriteStream(half, { flags: 'wx' });
    await pipeline(
      createReadStream(from),
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          hash.update(piece);
          yield piece;
        }
      },
      out,
    );
    if (hash.digest('hex') !== digest) throw UNLIKE;
    const file = await open(half, 'r+');
    await file.sync();
    await file.close();
    await rename(half, to);
    return out.bytesWritten;
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

async function putText(path: string, text: string): Promise<boolean> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return false;
  const half = `${path}.adap-${process.pid}`;
  await writeFile(half, text);
  await rename(half, path);
  return true;
}

async function filesBelow(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
