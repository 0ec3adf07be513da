import { crc32 } from 'node:zlib';
import type { Problem } from '../model/problem.ts';
import type { Stamp } from '../model/stamp.ts';
import { believable } from '../model/stamp.ts';
import type { World } from '../world.ts';

/**
 * The memory of a plan that found everything fresh: every path that it looked at, with its stamp. `judge` is a pure
 * function of what was looked at; as long as nothing of it has moved, its verdicts are the same, and need not be
 * computed again. Anything else (another request, other code, a stamp that is too young) is no memory at all.
 */
export type Memory = {
  readonly file: string;
  /** What was asked for, and of what project. */
  readonly request: string;
  /** The code of engine, rules and adapfile. */
  readonly modules: ReadonlySet<string>;
  /** Before the first of them was loaded: code that was changed since is not what ran. */
  readonly loadedAtMs: number;
};

export type Unmoved = { readonly fresh: number; readonly warnings: readonly Problem[] };

const KINDS = ['missing', 'file', 'folder', 'link', 'other'] as const;
const NUMBERS = 4;

/** How many targets are fresh, where nothing has moved; otherwise undefined. */
export function isUnmoved(world: Pick<World, 'disk'>, memory: Memory): Unmoved | undefined {
  const bytes = world.disk.read(memory.file);
  if (bytes === undefined) return undefined;
  const found = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), memory.request);
  if (found === undefined) return undefined;
  const { paths, numbers, unmoved } = found;
  for (let index = 0, at = 0; index < paths.length; index += 1, at += NUMBERS) {
    const stamp = world.disk.stamp(paths[index] ?? '');
    if (
      stamp === undefined
        ? numbers[at] !== 0
        : KINDS[numbers[at] ?? 0] !== stamp.kind ||
          stamp.mtimeMs !== numbers[at + 1] ||
          stamp.size !== numbers[at + 2] ||
          stamp.inode !== numbers[at + 3]
    )
      return undefined;
  }
  return unmoved;
}

/** Only what is old enough to be believed, and can be written as one line a path, is remembered. */
export function rememberUnmoved(
  world: Pick<World, 'disk'>,
  memory: Memory,
  found: { readonly lookedAtMs: number; readonly seen: ReadonlyMap<string, Stamp | undefined> } & Unmoved,
): void {
  const all = new Map(found.seen);
  for (const path of memory.modules) {
    const stamp = world.disk.stamp(path);
    if (stamp === undefined || !believable(stamp, memory.loadedAtMs)) return;
    all.set(path, stamp);
  }
  const paths = [...all.keys()];
  const numbers = new Float64Array(paths.length * NUMBERS);
  let at = 0;
  for (const stamp of all.values()) {
    if (stamp !== undefined && !believable(stamp, found.lookedAtMs)) return;
    numbers.set(stamp === undefined ? [0, 0, 0, 0] : [KINDS.indexOf(stamp.kind), stamp.mtimeMs, stamp.size, stamp.inode], at);
    at += NUMBERS;
  }
  const list = Buffer.from(paths.join('\n'));
  if (paths.some((path) => path.includes('\n'))) return;
  const body = Buffer.concat([Buffer.from(numbers.buffer), list]);
  const head = JSON.stringify({
    request: memory.request,
    fresh: found.fresh,
    warnings: found.warnings,
    paths: paths.length,
    sum: crc32(body),
  });
  // Padded, so that the numbers behind it begin at a multiple of eight bytes.
  const line = Buffer.from(`${head}${' '.repeat((8 - ((Buffer.byteLength(head) + 1) % 8)) % 8)}\n`);
  try {
    world.disk.writeWhole(memory.file, Buffer.concat([line, body]));
  } catch {
    // A home that cannot be written, or is full: the next plan is made from the start.
  }
}

function decode(bytes: Buffer, request: string): { paths: string[]; numbers: Float64Array; unmoved: Unmoved } | undefined {
  try {
    const end = bytes.indexOf(10) + 1;
    const head: unknown = JSON.parse(bytes.toString('utf8', 0, end));
    if (typeof head !== 'object' || head === null || !('request' in head) || head.request !== request) return undefined;
    if (
      !(
        'paths' in head &&
        typeof head.paths === 'number' &&
        'fresh' in head &&
        typeof head.fresh === 'number' &&
        'warnings' in head &&
        Array.isArray(head.warnings)
      )
    )
      return undefined;
    const body = bytes.subarray(end);
    if (!('sum' in head) || crc32(body) !== head.sum) return undefined;
    const split = head.paths * NUMBERS * 8;
    const numbers = new Float64Array(body.buffer.slice(body.byteOffset, body.byteOffset + split));
    const paths = body.toString('utf8', split).split('\n');
    return paths.length === head.paths
      ? { paths, numbers, unmoved: { fresh: head.fresh, warnings: head.warnings as Problem[] } }
      : undefined;
  } catch {
    return undefined;
  }
}
