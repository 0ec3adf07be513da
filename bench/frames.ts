/**
 * Reading the headers of 10,000 raw frames the first time, and what the second time costs. The original takes 4 to 5 ms a
 * frame, after 3.5 s of import: PypeIt's metadata table, measured on the same frames.
 */
import { closeSync, lstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createLook } from '../engine/disk/look.ts';
import { nodeDisk } from '../engine/disk/node-disk.ts';
import { openFacts } from '../engine/facts/facts.ts';
import { openCache } from '../engine/records/cache.ts';
import { deimos } from '../rules/index.ts';
import { writeFrames } from '../test/rig/make-frames.ts';
import type { MadeFrame } from '../test/rig/make-frames.ts';
import { against, median } from './clock.ts';
import { benchFolder, isQuick, root } from './place.ts';

using place = benchFolder('frames');
const raw = join(place.path, 'raw');
const datasets = JSON.parse(readFileSync(join(root, 'test/fixtures/koa-frames.json'), 'utf8')) as readonly {
  readonly frames: readonly MadeFrame[];
}[];
const copies = isQuick ? 1 : 10;
for (let copy = 0; copy < copies; copy += 1) {
  const renamed = datasets.flatMap(({ frames }) => frames.map((frame) => ({ ...frame, decker: `${frame.decker}-${copy}` })));
  writeFrames(renamed, join(raw, `copy-${copy}`));
}
// A file as young as its stamp would be read again, rightly.
await setTimeout(100);

const { source } = deimos({ home: './home', config: './config', raw: [raw] });
const index = (cacheFile: string): { readonly ms: number; readonly openedMs: number; readonly paths: readonly string[] } => {
  const cache = openCache(() => join(place.path, cacheFile));
  const start = performance.now();
  const config = { path: join(root, 'config'), shown: 'config' };
  const { facts } = openFacts({
    source,
    config,
    disk: nodeDisk,
    look: createLook(nodeDisk),
    cache,
    now: Date.now,
    extent: 'whole',
    home: place.path,
    named: place.path,
  });
  const openedMs = performance.now() - start;
  const paths = facts.groups().flatMap((group) => facts.group(group).map((entry) => entry.path));
  const spent = performance.now() - start;
  cache.close();
  return { ms: spent, openedMs, paths };
};
const timed = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

const rounds = Array.from({ length: isQuick ? 2 : 5 }, (_, round) => round);
const { paths } = index('warm.sqlite');
const head = Buffer.alloc(2880);
const bareHead = (path: string): void => {
  const file = openSync(path, 'r');
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
};
const [first, second, opened, heads, stats] = [
  rounds.map((round) => index(`${round}.sqlite`).ms),
  rounds.map((round) => index(`${round}.sqlite`).ms),
  rounds.map((round) => index(`${round}.sqlite`).openedMs),
  rounds.map(() => timed(() => paths.forEach(bareHead))),
  rounds.map(() => timed(() => paths.forEach((path) => lstatSync(path)))),
].map((times) => median(times) / paths.length) as [number, number, number, number, number];

console.log(
  `${paths.length} frames, by frame: first ${first.toFixed(3)} ms   second ${(opened * 1000).toFixed(1)} µs to see that none changed, ${(second * 1000).toFixed(1)} µs with every entry decoded`,
);
console.log(`  in bare Node: open and read 2,880 bytes ${heads.toFixed(3)} ms   lstat ${(stats * 1000).toFixed(1)} µs`);
console.log(`  ${against('first, ms', first, 0.2)}   ${against('second (none changed), µs', opened * 1000, 5)}`);
console.log(`  the original's 4 to 5 ms a frame / first: ${(4 / first).toFixed(0)} to ${(5 / first).toFixed(0)}`);
