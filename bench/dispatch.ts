/**
 * What an empty target of commands costs beyond one start of Node, and for how long the builder's loop is blocked while attempts
 * come and go: `bench/dispatch.ts [TARGETS]`. One at a time; the slope between a few targets and many leaves out adap's own start.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { against, median, ms, runOnce } from './clock.ts';
import { adap, benchFolder, isQuick, node, root } from './place.ts';

const targets = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? (isQuick ? 12 : 60));
const FEW = 2;

const adapfile = (count: number): string => `
import { writeFileSync } from 'node:fs';
import type { Project } from 'adap';
export default {
  home: 'home',
  config: '.',
  rules: [{
    name: 'empty',
    revision: 1,
    kind: 'runs',
    makes: { out: { path: 'out/{name}' } },
    each: () => Array.from({ length: ${count} }, (_, index) => ({ name: 'n' + index })),
    needs: () => ({}),
    subject: (at) => at['name'] ?? '',
    runs: async ({ makes }) => writeFileSync(makes['out'] ?? '', 'x'),
  }],
  source: { revision: 1, roots: [], matches: () => false, read: () => ({ kind: 'entry', group: '', about: {}, stands: new Uint8Array() }) },
} satisfies Project;
`;

using place = benchFolder('dispatch');
const cwd = place.path;
/** Milliseconds of a build of so many targets that were never built. */
function buildOf(count: number): number {
  writeFileSync(join(cwd, 'adapfile.ts'), adapfile(count));
  rmSync(join(cwd, 'home'), { recursive: true, force: true });
  const start = performance.now();
  const said = runOnce({ name: 'adap', argv: [adap, 'build', '-j', '1'], cwd });
  if (!said.includes(`${count} built, 0 fresh`)) throw new Error(`bench: not all were built\n${said.slice(-1000)}`);
  return performance.now() - start;
}

const rounds = Array.from({ length: isQuick ? 2 : 7 }, () => {
  const few = buildOf(FEW);
  const many = buildOf(targets);
  const starts = Array.from({ length: 20 }, () => {
    const start = performance.now();
    runOnce({ name: 'node', argv: [node, '-e', '0'] });
    return performance.now() - start;
  });
  return { target: (many - few) / (targets - FEW), start: median(starts) };
});
const target = median(rounds.map((round) => round.target));
const start = median(rounds.map((round) => round.start));
const overhead = median(rounds.map((round) => round.target - round.start));
console.log(`an empty target of commands: ${ms(target)}   node -e 0: ${ms(start)}`);
console.log(`  ${against('beyond one start of Node, ms', overhead, 10)}`);

const loop = spawnSync(
  node,
  [
    '--disable-warning=ExperimentalWarning',
    '--import',
    join(root, 'bench/loop-watch.ts'),
    join(root, 'bin/adap.mjs'),
    'build',
    '--force',
    '-j',
    '2',
  ],
  {
    cwd,
    encoding: 'utf8',
  },
);
const said = /loop: (\S+) (\S+)/.exec(loop.stderr);
if (said === null || loop.status !== 0)
  throw new Error(`bench: the loop was not watched\n${loop.stdout.slice(-500)}${loop.stderr.slice(-1000)}`);
console.log(
  `  ${against("the builder's loop was blocked for at most, ms of its own computing", Number(said[1]), 5)}   between two beats of a clock: ${said[2]} ms`,
);
