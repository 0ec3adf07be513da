import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { deimosProject, oneDetector, standIn } from '../rig/deimos-project.ts';
import { until } from '../rig/processes.ts';
import { CHECKOUT } from '../rig/project.ts';
import type { TestProject } from '../rig/project.ts';
import { writeRecordedNights } from '../rig/recorded-night.ts';
import { temporary } from '../rig/temporary.ts';

async function archiveOf(masks: readonly string[], frames: string): Promise<TestProject> {
  writeRecordedNights(`${frames}/raw`, masks);
  const project = await deimosProject({
    raw: `${frames}/raw`,
    parameters: oneDetector(),
    pypeit: standIn(frames),
    more: { reduce: { memoryGiB: 1 }, coadd: { memoryGiB: 1 } },
  });
  const { code, out, error } = await project.adap('build');
  assert.equal(code, 0, out + error);
  return project;
}

/** Path to stamp and size of every file. */
const stampsIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    globSync('**/*', { cwd: folder })
      .filter((path) => statSync(`${folder}/${path}`).isFile())
      .map((path) => [
        path,
        `${statSync(`${folder}/${path}`).mtimeMs} ${statSync(`${folder}/${path}`).size} ${statSync(`${folder}/${path}`).ino}`,
      ]),
  );

const isWhole = (folder: string): void => {
  const said = spawnSync('sha256sum', ['-c', '--quiet', 'checksums.sha256'], { cwd: folder, encoding: 'utf8' });
  assert.equal(said.status, 0, said.stdout + said.stderr);
};

test('a copy of the archive is whole, a second run changes nothing, and one that is rebuilt changes its own mask and the tables only', async () => {
  await using frames = temporary();
  await using project = await archiveOf(['SYNTH2'], frames.path);
  const to = `${project.root}/koa`;
  assert.match((await project.adap('archive --copy koa')).out, /koa: \d+ files brought .*, 0 were there; 2 masks/);
  isWhole(to);
  const before = stampsIn(to);
  assert.match((await project.adap('archive --copy koa --report r.txt')).out, /koa: 0 files brought/);
  assert.deepEqual(stampsIn(to), before);
  assert.match(readFileSync(`${project.root}/r.txt`, 'utf8'), /^nothing is lacking/);

  // Another parameter for one night: its .pypeit file at least is another one.
  const dataset = 'SYNTH2/600ZD_7500_GG455/2020-01-02';
  await project.adap(['customise', dataset]);
  const own = globSync(`${project.root}/config/custom_params/*.ini`)[0] ?? '';
  writeFileSync(own, readFileSync(own, 'utf8').replace('spec_method = slitcen', 'spec_method = skip'));
  assert.equal((await project.adap('build')).code, 0);
  await project.adap('archive --copy koa');
  isWhole(to);
  const after = stampsIn(to);
  const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
  assert.ok(changed.length > 0 && changed.every((path) => path.startsWith('SYNTH2/') || !path.includes('/')), changed.join(', '));

  writeFileSync(`${to}/SYNTH1/mine.txt`, 'mine');
  assert.match(
    (await project.adap('archive --subdirs SYNTH2 --copy koa')).out,
    /kept, and of no mask that was brought:\n {2}SYNTH1\/mine\.txt/,
  );
});

test('what the archive lacks is said with the cause, and the others are archived', async () => {
  await using frames = temporary();
  await using project = await archiveOf([], frames.path);
  writeRecordedNights(`${frames.path}/raw`, ['SYNTH2']);
  writeFileSync(`${frames.path}/replay.json`, JSON.stringify({ fails: { SYNTH2: 'crash-1.17.4' } }));
  assert.equal((await project.adap('build')).code, 1);
  const { out } = await project.adap('archive');
  assert.match(out, /^4 of 17 targets are lacking/);
  assert.match(out, /reduce SYNTH2\/600ZD_7500_GG455\/2020-01-02: failed: exited: IndexError/);
  const tables = readFileSync(`${project.root}/home/archive/reduced_files_meta.dat`, 'utf8');
  assert.ok(tables.includes('SYNTH1/600ZD_7500_GG455/2020-01-02') && !tables.includes('SYNTH2'));
});

test('a copy that is killed has no torn file under a final name, and is completed by the same command', async () => {
  await using frames = temporary();
  await using project = await archiveOf([], frames.path);
  const to = `${project.root}/koa`;
  for (let wait = 0; wait < 6; wait += 1) {
    rmSync(to, { recursive: true, force: true });
    const child = spawn(`${CHECKOUT}/bin/adap`, ['archive', '--copy', 'koa'], { cwd: project.root, stdio: 'ignore' });
    await until(() => child.exitCode !== null || globSync(`${to}/**/*.fits`).length >= wait * 4);
    child.kill('SIGKILL');
    await until(() => child.exitCode !== null || child.signalCode !== null);
    for (const path of globSync('**/*.fits*', { cwd: to }).filter((each) => !each.includes('.adap-')))
      assert.equal(statSync(`${to}/${path}`).size, statSync(`${project.root}/home/archive/${path}`).size, path);
  }
  assert.equal((await project.adap('archive --copy koa')).code, 0);
  isWhole(to);
});

test('nothing is written through a link in the destination, and a source that was changed is not delivered', async () => {
  await using frames = temporary();
  await using project = await archiveOf([], frames.path);
  mkdirSync(`${project.root}/koa`);
  mkdirSync(`${project.root}/elsewhere`);
  symlinkSync('../elsewhere', `${project.root}/koa/SYNTH1`);
  const through = await project.adap('archive --copy koa');
  assert.match(through.error, /error\[delivery-through-link\]/);
  assert.deepEqual(globSync(`${project.root}/elsewhere/*`), []);

  const spec2d = globSync(`${project.root}/home/archive/**/Science/spec2d*.fits`)[0] ?? '';
  const bytes = readFileSync(spec2d);
  cpSync(spec2d, `${project.root}/kept`);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(spec2d, bytes);
  const damaged = await project.adap('archive --copy other');
  assert.match(damaged.error, /error\[delivery-unlike\]/);
  assert.equal(damaged.code, 2);
});
