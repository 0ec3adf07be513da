/**
 * A build that has nothing to do, beside ninja and make with the same nodes and edges: `bench/null-build.ts [DATASETS…]`.
 * What adap spends above the start of Node and the same lstat calls in bare Node is its own.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chainOf, makeFile, ninjaFile, writeAdapProject } from './chain.ts';
import type { Chain } from './chain.ts';
import type { Contender } from './clock.ts';
import { against, medianOf, ms, race, ratio, runOnce } from './clock.ts';
import { adap, benchFolder, isQuick, node } from './place.ts';

const LSTAT = `const { lstatSync, readFileSync } = require('node:fs');
for (const path of readFileSync('files.txt', 'utf8').split('\\n')) lstatSync(path);`;

const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((size) => size > 0);
for (const size of sizes.length > 0 ? sizes : isQuick ? [200] : [1000, 5000]) nullBuild(size);

/** None is set below 1,000, where the start of Node is all. */
function goalAt(datasets: number): number | undefined {
  if (datasets >= 5000) return 1.5;
  return datasets >= 1000 ? 2.5 : undefined;
}

function nullBuild(datasets: number): void {
  using place = benchFolder(`null-build-${datasets}`);
  const cwd = place.path;
  const chain = chainOf(datasets);
  const files = [...chain.raw, ...chain.nodes.map(({ makes }) => makes)];
  writeAdapProject(cwd, chain);
  writeFileSync(join(cwd, 'build.ninja'), ninjaFile(chainOf(datasets, 'ninja')));
  writeFileSync(join(cwd, 'Makefile'), makeFile(chainOf(datasets, 'make')));
  writeFileSync(join(cwd, 'files.txt'), files.join('\n'));
  touchInOrder(cwd, chainOf(datasets, 'make'));
  const contenders: readonly Contender[] = [
    { name: 'adap', argv: [adap, 'build'], cwd },
    { name: 'ninja', argv: ['ninja'], cwd },
    { name: 'make', argv: ['make', '-rR'], cwd },
    { name: 'node -e 0', argv: [node, '-e', '0'] },
    { name: 'lstat', argv: [node, '-e', LSTAT], cwd },
  ];
  for (const each of contenders.slice(0, 3)) runOnce(each);
  for (const [index, nothing] of [/\b0 built/, /no work to do/, /Nothing to be done/].entries()) {
    const contender = contenders[index];
    const said = contender === undefined ? '' : runOnce(contender);
    if (!nothing.test(said)) throw new Error(`bench: the second build of ${contender?.name} had something to do\n${said.slice(-1000)}`);
  }

  const times = race(contenders, isQuick ? 3 : 9);
  console.log(
    `null build, ${datasets} datasets: ${chain.nodes.length} targets, ${files.length} files (${(files.length / datasets).toFixed(1)} a dataset)`,
  );
  console.log(`  ${contenders.map(({ name }) => `${name} ${ms(medianOf(times, name))}`).join('   ')}`);
  const own = medianOf(times, 'adap') - medianOf(times, 'lstat');
  console.log(
    `  ${against('adap/ninja', ratio(times, 'adap', 'ninja'), goalAt(datasets))}   adap/make ${ratio(times, 'adap', 'make').toFixed(2)}`,
  );
  console.log(`  adap above Node's start-up and the same lstats: ${ms(own)}`);
  notices(cwd, chain);
}

/** Make compares times only: the outputs are put there, each not older than what it needs. */
function touchInOrder(folder: string, chain: Chain): void {
  const now = Date.now() / 1000;
  for (const { makes } of chain.nodes) {
    mkdirSync(join(folder, dirname(makes)), { recursive: true });
    writeFileSync(join(folder, makes), '');
    utimesSync(join(folder, makes), now, now);
  }
}

/** Nothing to do is quickly done by who does not look: one edit outside and one in the home are seen by a plan. */
function notices(cwd: string, chain: Chain): void {
  appendFileSync(join(cwd, chain.raw.at(-1) ?? ''), 'edited');
  rmSync(join(cwd, chain.nodes.find(({ makes }) => makes.endsWith('/scorecard'))?.makes ?? ''));
  const said = spawnSync(adap, ['build', '-n', '--json'], { cwd, encoding: 'utf8' }).stdout;
  for (const expected of [/"rule":"setup"/, /"rule":"scorecard"/]) {
    if (!expected.test(said)) throw new Error(`bench: an edit was not seen\n${said.slice(-1000)}`);
  }
}
