/** Objects as files below a folder of this machine: what S3 promises, kept by renames. */
import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../disk/node-disk.ts';
import { createSums, readInto } from './etag.ts';
import type { Found, Store } from './store.ts';

let count = 0;

export function openDirectory(root: string): Store {
  const at = (key: string): string => `${root}/${key}`;
  const find = async (key: string): Promise<Found | undefined> => {
    try {
      if (!(await stat(at(key))).isFile()) return undefined;
      const sums = createSums(Infinity);
      await readInto(sums, at(key));
      const { sum, size } = sums.end();
      return { key, size, etag: sum };
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
      throw error;
    }
  };
  const is = async (found: Found): Promise<boolean> => (await find(found.key))?.etag === found.etag;
  /** Written beside its place by `fill`, then put there by `place`. */
  const whole = async (key: string, fill: (beside: string) => Promise<void>, place = rename): Promise<Found> => {
    const beside = `${root}/.new/${process.pid}-${(count += 1)}`;
    await mkdir(dirname(beside), { recursive: true });
    await mkdir(dirname(at(key)), { recursive: true });
    try {
      await fill(beside);
      await place(beside, at(key));
    } finally {
      await rm(beside, { force: true });
    }
    const found = await find(key);
    if (found === undefined) throw new Error(`${key} vanished while it was written`);
    return found;
  };
  const filled = (bytes: Uint8Array) => async (beside: string) => {
    const handle = await open(beside, 'w');
    await handle.writeFile(bytes);
    await handle.close();
  };
  /** One at a time: nobody else writes below the folder of a store that is no bucket. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    async list(prefix) {
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
      const keys = entries.flatMap((entry) => (entry.isFile() ? [`${entry.parentPath}/${entry.name}`.slice(root.length + 1)] : []));
      const found: Found[] = [];
      for (const key of keys.filter((each) => each.startsWith(prefix) && !each.startsWith('.new/')).toSorted(byUtf8)) {
        const one = await find(key);
        if (one !== undefined) found.push(one);
      }
      return found;
    },
    async stat(key) {
      const found = await find(key);
      return found === undefined ? undefined : { ...found, ageMs: Math.max(0, Date.now() - (await stat(at(key))).mtimeMs) };
    },
    async read(key) {
      const found = await find(key);
      if (found === undefined) return undefined;
      const bytes = await readFile(at(key));
      return { found: { key, size: bytes.length, etag: createHash('md5').update(bytes).digest('hex') }, bytes };
    },
    async readPart(found, start, bytes) {
      if (!(await is(found))) return undefined;
      return (await readFile(at(found.key))).subarray(start, start + bytes);
    },
    async fetch(found, file, { sha256, onBytes } = {}) {
      if (!(await is(found))) return false;
      await copyFile(at(found.key), file);
      onBytes?.(found.size);
      if (sha256 === undefined) return true;
      const sums = createSums('sha256');
      await readInto(sums, file);
      return sums.end().sum === sha256;
    },
    write: (key, bytes) => whole(key, filled(bytes)),
    async upload(key, file, { onBytes } = {}) {
      const found = await whole(key, (beside) => copyFile(file, beside));
      onBytes?.(found.size);
      return found;
    },
    commit: (key, bytes, expected) =>
      inTurn(async () => {
        if (expected !== 'absent' && (await find(key))?.etag !== expected) return 'conflict';
        try {
          return await whole(key, filled(bytes), expected === 'absent' ? link : rename);
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return 'conflict';
          throw error;
        }
      }),
    async copy(from, to) {
      return (await is(from)) ? whole(to, (beside) => copyFile(at(from.key), beside)) : undefined;
    },
    async remove(keys) {
      for (const key of keys) await rm(at(key), { force: true });
    },
    abandonUploads: () => Promise.resolve(0),
    close: () => undefined,
  };
}

const byUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
