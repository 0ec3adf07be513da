/** One object into a file, whatever happens to the answers on the way. */
import { open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { createSums, partOf, readInto } from './etag.ts';
import type { Sums } from './etag.ts';
import { brokenOff, isPassing, waitMs } from './patience.ts';
import type { Found, OnBytes } from './store.ts';

type Source = (start: number) => Promise<{ readonly body: AsyncIterable<Buffer> } | undefined>;

type How = {
  readonly sha256?: string;
  readonly onBytes?: OnBytes;
  /** Nothing is changed on the way. */
  readonly isChecked: boolean;
  readonly from: Source;
};

/** Answers in a row that brought nothing; whole files that were not what they should be. */
const EMPTY = 12;
const WRONG = 12;

/** Beside the file, until it is whole: another fetch of the same object goes on with it. */
const partialName = (file: string, etag: string): string => `${file}.${etag.slice(0, 12)}.part`;

export async function fetchObject(found: Found, file: string, how: How): Promise<boolean> {
  const partial = partialName(file, found.etag);
  const seen = new Set<string>();
  for (let wrong = 0; ; wrong += 1) {
    const sums = await gather(found, partial, how);
    if (sums === undefined) {
      await rm(partial, { force: true });
      return false;
    }
    if (isRight(found, sums, { ...how, seen })) {
      await rename(partial, file);
      return true;
    }
    await rm(partial, { force: true });
    if (wrong >= WRONG) throw brokenOff(`${found.key} comes with other bytes each time`);
    how.onBytes?.(-sums.size);
  }
}

/** Two that came with the same bytes are believed where nothing else tells. */
function isRight(found: Found, sums: Sums, { sha256, isChecked, seen }: How & { readonly seen: Set<string> }): boolean {
  if (sums.size !== found.size) return false;
  if (sha256 !== undefined) return sums.sum === sha256;
  if (partOf(found) !== undefined) return sums.sum === found.etag;
  if (isChecked || seen.has(sums.sum)) return true;
  seen.add(sums.sum);
  return false;
}

/** Bytes that are held before they are written: the pieces of an answer are small. */
const HELD = 2 ** 20;

async function gather(found: Found, partial: string, { from, onBytes, sha256 }: How): Promise<Sums | undefined> {
  const sums = createSums(sha256 === undefined ? (partOf(found) ?? 'sha256') : 'sha256');
  let have = await sizeOf(partial);
  if (have > found.size) {
    await rm(partial, { force: true });
    have = 0;
  }
  if (have > 0) await readInto(sums, partial);
  onBytes?.(have);
  const handle = await open(partial, 'a');
  try {
    for (let empty = 0; have < found.size;) {
      const before = have;
      try {
        const got = await from(have);
        if (got === undefined) return undefined;
        let held: Buffer[] = [];
        let size = 0;
        const put = async (): Promise<void> => {
          const bytes = Buffer.concat(held).subarray(0, found.size - have);
          [held, size] = [[], 0];
          await handle.writeFile(bytes);
          sums.update(bytes);
          have += bytes.length;
          onBytes?.(bytes.length);
        };
        try {
          for await (const piece of got.body) {
            held.push(piece);
            size += piece.length;
            if (size >= HELD) await put();
          }
        } finally {
          // What came before it broke off is kept.
          await put();
        }
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      empty = have === before ? empty + 1 : 0;
      if (empty >= EMPTY) throw brokenOff(`${found.key} does not come`);
      if (have < found.size) await wait(waitMs(Math.min(empty, 4)));
    }
    return sums.end();
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}
