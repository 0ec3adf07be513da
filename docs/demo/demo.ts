/**
 * The main job on a few dozen real DEIMOS frames (their headers; there are no pixels in them): build, look, edit one
 * parameter, see what would be remade and why, get just that. Everything lies in .cache/demo afterwards.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { writeFrames } from '../../test/rig/make-frames.ts';
import { realDatasets } from '../../test/rig/oracle.ts';
import { CHECKOUT } from '../../test/rig/project.ts';

const MASKS = ['uv_s', 'uv_r', '370_1c', 'A2537B'];
const DATASET = 'uv_s/830G_8000_OG550/2019-01-08';
const folder = `${CHECKOUT}/.cache/demo`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const frames = realDatasets()
  .filter(({ dataset }) => MASKS.includes(dataset.split('/')[0] ?? ''))
  .flatMap((each) => each.frames);
say(
  `${writeFrames(frames, `${folder}/raw`)} raw frames of ${MASKS.length} masks, in folders by night: ${relative(process.cwd(), folder)}/raw`,
);

adap('init', '--raw', 'raw', '--config', 'config', '--home', 'home');
adap('build', '-n');
adap('build');

say('The tree of one dataset:');
for (const path of readdirSync(`${folder}/home/${DATASET}`, { recursive: true, encoding: 'utf8' }).toSorted()) show(`${DATASET}/${path}`);
const pypeit = `home/${DATASET}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`;
say(`Its .pypeit file, ${pypeit}:`);
for (const line of readFileSync(`${folder}/${pypeit}`, 'utf8').split('\n')) show(line.length > 150 ? `${line.slice(0, 149)}…` : line);

say('One parameter is edited: in a file of its own for this dataset, flexure.spec_method becomes skip.');
const own = `config/custom_params/${DATASET.replaceAll('/', '_')}_reduce.ini`;
mkdirSync(`${folder}/config/custom_params`);
cpSync(`${folder}/config/default_pypeit_config`, `${folder}/${own}`);
writeFileSync(`${folder}/${own}`, readFileSync(`${folder}/${own}`, 'utf8').replace('spec_method = slitcen', 'spec_method = skip'));
adap('build', '-n');
adap('why', DATASET);
adap('build');
adap('status');

function adap(...words: string[]): void {
  console.log(`\n$ adap ${words.join(' ')}`);
  const { status } = spawnSync(`${CHECKOUT}/bin/adap`, words, { cwd: folder, stdio: 'inherit' });
  if (status === null || status === 1 || status === 2) throw new Error(`adap ${words.join(' ')} ended with ${String(status)}`);
}

function say(text: string): void {
  console.log(`\n${text}`);
}

function show(line: string): void {
  console.log(`  ${line}`);
}
