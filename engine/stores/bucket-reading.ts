/** Objects read as files are: one by one. Who reads one after the other gets the next ones along with it, many at once. */
import { dirname, extname } from 'node:path';
import { errno } from './errno.ts';
import type { Bucket } from './bucket.ts';
import type { Call } from './store-thread.ts';
import type { Found } from './store.ts';

/** Ahead of a reader who has begun a series. */
const WHOLE_AHEAD = 400;
const WHOLE_AHEAD_BYTES = 2 ** 24;
const PARTS_AHEAD = 48;

export function createReading(bucket: Bucket) {
  const { now, all, keyOf } = bucket;
  const wholes = new Map<string, Uint8Array>();
  const parts = new Map<string, Uint8Array>();
  let lastWhole = '';
  let lastPart = '';
  const gone = (path: string): Error => errno('ENOENT', `${bucket.named}/${path} is not there any more`);
  /** Those behind it in its folder and the folders beside that, if the last read was of the one before it. */
  const following = (path: string, last: string): readonly (readonly [string, Found])[] => {
    const series = bucket.tree().under(dirname(dirname(path)) === '.' ? dirname(path) : dirname(dirname(path)));
    const at = series.findIndex(([each]) => each === path);
    return at > 0 && series[at - 1]?.[0] === last ? series.slice(at + 1) : [];
  };
  const take = (from: Map<string, Uint8Array>, name: string): Uint8Array | undefined => {
    const bytes = from.get(name);
    // Read a second time, it is asked for anew: others may have written it since.
    from.delete(name);
    return bytes;
  };

  return {
    whole(path: string): Uint8Array | undefined {
      const tree = bucket.tree();
      const found = tree.file(path);
      if (found === undefined) return undefined;
      const ready = take(wholes, `${found.key} ${found.etag}`);
      const last = lastWhole;
      lastWhole = path;
      if (ready !== undefined) return ready;
      let room = WHOLE_AHEAD_BYTES;
      const ahead = path.startsWith('.adap/')
        ? following(path, last)
            .slice(0, WHOLE_AHEAD)
            .filter(([, { size }]) => (room -= size) > 0)
        : [];
      const asked = [[path, found] as const, ...ahead];
      const read = all(asked.map(([, { key }]): Call => ['read', [key]])) as readonly ReturnType<typeof now.read>[];
      for (const [index, each] of read.entries()) {
        const at = asked[index]?.[0] ?? '';
        if (each === undefined || each.found.etag !== asked[index]?.[1].etag) tree.set(at, each?.found);
        if (index > 0 && each !== undefined) wholes.set(`${keyOf(at)} ${each.found.etag}`, each.bytes);
      }
      return read[0]?.bytes;
    },
    part(path: string, start: number, bytes: number): Uint8Array {
      const found = bucket.tree().file(path);
      if (found === undefined) throw gone(path);
      const nameOf = ({ key, etag }: Found): string => `${key} ${etag} ${start} ${bytes}`;
      const ready = take(parts, nameOf(found));
      const last = lastPart;
      lastPart = path;
      if (ready !== undefined) return ready;
      const isAlike = ([each]: readonly [string, Found]): boolean => dirname(each) === dirname(path) && extname(each) === extname(path);
      const alike = start === 0 ? bucket.tree().under(dirname(path)).filter(isAlike) : [];
      const at = alike.findIndex(([each]) => each === path);
      const ahead = at > 0 && alike[at - 1]?.[0] === last ? alike.slice(at + 1, at + 1 + PARTS_AHEAD) : [];
      const asked = [found, ...ahead.map(([, each]) => each)];
      const read = all(asked.map((each): Call => ['readPart', [each, start, bytes]])) as readonly (Uint8Array | undefined)[];
      for (const [index, each] of asked.entries()) {
        const part = read[index];
        if (index > 0 && part !== undefined) parts.set(nameOf(each), part);
      }
      const own = read[0];
      if (own === undefined) throw gone(path);
      return own;
    },
  };
}
