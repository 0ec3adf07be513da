/**
 * From raw frames to the archive, on one machine, in under a minute. The frames are a synthetic night; the products that PypeIt made of it were
 * recorded, and are laid down again by a stand-in in place of PypeIt. `npm run demo -- --pypeit` does the same with the real PypeIt (minutes).
 * Everything lies in .cache/demo afterwards.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { CHECKOUT } from '../../test/rig/project.ts';
import { oneDetector, standIn } from '../../test/rig/deimos-project.ts';
import { realPypeit } from '../../test/rig/real-pypeit.ts';
import { writeRecordedNights } from '../../test/rig/recorded-night.ts';
import { syntheticNight } from '../../test/rig/synthetic-night.ts';

const isReal = process.argv.includes('--pypeit');
const folder = `${CHECKOUT}/.cache/demo`;
const DATASET = 'SYNTH1/600ZD_7500_GG455/2020-01-02';
const RUN = `${DATASET}/complete/reduce/keck_deimos_A`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(`${folder}/raw`, { recursive: true });
if (isReal) layRealNight();
else layRecordedNights();
say(
  `Raw frames in ${relative(process.cwd(), folder)}/raw: ${readdirSync(`${folder}/raw`, { recursive: true }).filter((name) => String(name).endsWith('.fits')).length} of them.`,
);
adap('init', '--raw', 'raw', '--config', 'config', '--home', 'home');
writeAdapfile();

say('What would be built, and why:');
adap('build', '-n');
say(
  isReal
    ? 'The whole chain, with the real PypeIt: about three minutes.'
    : 'The whole chain. One of the masks cannot be reduced: it is kept apart from the others.',
);
adap('build');
adap('status');
if (!isReal) {
  say('Why it failed, the lines that matter first:');
  adap('log', 'reduce SYNTH2/600ZD_7500_GG455/2020-01-02');
}
say('How good the reductions are:');
adap('scorecard');
say('What KOA receives:');
for (const path of readdirSync(`${folder}/home/archive`, { recursive: true, encoding: 'utf8' }).toSorted()) show(path);
adap('archive');

say('One parameter of one night is edited: flexure.spec_method becomes skip.');
adap('customise', DATASET);
const own = `${folder}/config/custom_params/${DATASET.replaceAll('/', '_')}_reduce.ini`;
writeFileSync(own, readFileSync(own, 'utf8').replace(/spec_method = \w+/, 'spec_method = skip'));
adap('build', '-n');
adap('why', `${RUN}/Science`);
if (!isReal) adap('build');
adap('report', '--to', 'report.html');

function layRecordedNights(): void {
  console.log('A stand-in plays PypeIt: it reduces nothing, and lays down what the real PypeIt 1.17.4 made of these frames.');
  writeRecordedNights(`${folder}/raw`, ['SYNTH2']);
  writeFileSync(`${folder}/replay.json`, JSON.stringify({ seconds: 3, fails: { SYNTH2: 'no-products-1.17.4' } }));
}

function layRealNight(): void {
  if (realPypeit() === undefined) {
    say('PypeIt 1.17.4 is installed into .cache/pypeit (a minute, 1 GB).');
    const { status } = spawnSync(`${CHECKOUT}/.ci/install-pypeit`, [`${CHECKOUT}/.cache/pypeit`], { stdio: 'inherit' });
    if (status !== 0) throw new Error('PypeIt cannot be installed here: see above');
  }
  const { raw } = syntheticNight();
  cpSync(raw, `${folder}/raw`, { recursive: true });
}

function writeAdapfile(): void {
  const pypeit = isReal ? realPypeit() : standIn(folder);
  const sizes = isReal
    ? { reduce: { memoryGiB: 6, scratchGiB: 3 }, coadd: { memoryGiB: 4, scratchGiB: 2 } }
    : { reduce: { memoryGiB: 1, scratchGiB: 0.2 }, coadd: { memoryGiB: 1, scratchGiB: 0.2 } };
  const settings = { home: 'home', config: 'config', raw: ['raw'], pypeit, ...sizes };
  writeFileSync(
    `${folder}/adapfile.ts`,
    `import { deimos } from 'adap/deimos';\n\nexport default deimos(${JSON.stringify(settings, undefined, 2)});\n`,
  );
  writeFileSync(`${folder}/config/default_pypeit_config`, isReal ? syntheticNight().parameters : oneDetector());
  if (!existsSync(`${folder}/config/custom_params`)) mkdirSync(`${folder}/config/custom_params`);
}

function adap(...words: string[]): void {
  console.log(`\n$ adap ${words.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ')}`);
  const { status } = spawnSync(`${CHECKOUT}/bin/adap`, words, { cwd: folder, stdio: 'inherit' });
  // 1: the mask that fails; 3: something is stale.
  if (status === null || status === 2 || (status === 1 && isReal)) throw new Error(`adap ${words.join(' ')} ended with ${String(status)}`);
}

function say(text: string): void {
  console.log(`\n${text}`);
}

function show(line: string): void {
  console.log(`  ${line}`);
}
