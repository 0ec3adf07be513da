import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { identity } from '../../engine/disk/process-identity.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import { recordPath } from '../../engine/records/record-files.ts';
import { joined } from '../rig/joined.ts';
import { createProject } from '../rig/project.ts';
import type { TestProject } from '../rig/project.ts';

const files = { 'adapfile.ts': joined, 'in/a.txt': 'hello\n', 'in/b.txt': 'there\n', 'config/mode': 'upper\n' };

/** Built, and so long ago that stamps are believed. */
async function built(): Promise<TestProject> {
  const project = await createProject(files);
  assert.equal((await project.adap('build')).code, 0);
  for (const path of ['out/a.txt', 'out/b.txt', 'all/all.txt']) utimesSync(`${project.root}/home/${path}`, 1_700_000_000, 1_700_000_000);
  await project.says('build', '0 built, 3 fresh', 0);
  return project;
}

/** Another first byte, under the same size and time. */
function rot(project: TestProject, path: string): void {
  const file = `${project.root}/home/${path}`;
  const { atime, mtime } = statSync(file);
  const bytes = readFileSync(file);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  utimesSync(file, atime, mtime);
}

/** Plans until one is remembered: what it looked at must have been still for a moment. */
async function remembered(project: TestProject): Promise<void> {
  const memory = `${project.root}/home/.adap/cache/unmoved`;
  rmSync(memory, { force: true });
  for (let plans = 0; !existsSync(memory) && plans < 200; plans += 1) await project.says('build -n', '0 to build, 3 fresh', 0);
  assert.ok(existsSync(memory));
}

const damaged = `     up                    join
a    out/a.txt is damaged  -
all  -                     may run
1 to build, 1 may be rebuilt, 1 fresh`;

test('what rotted under its stamp is found, is stale from then on, and is mended by the next build', async () => {
  await using project = await built();
  await project.says('verify', 'verified 3 targets, 24 B: all as recorded', 0);
  await remembered(project);
  rot(project, 'out/a.txt');
  await project.says('build -n', '0 to build, 3 fresh', 0);
  await project.says('verify', 'damaged  up a  out/a.txt\nverified 3 targets, 24 B: 1 damaged', 1);
  await project.says('build -n', damaged, 3);
  await project.says('why out/a.txt', 'up a is stale: out/a.txt is damaged');
  assert.match((await project.adap('status out/a.txt')).out, /^up +0 +1 +0/m);
  await project.says('verify', 'damaged  up a  out/a.txt\nverified 3 targets, 24 B: 1 damaged', 1);
  await project.says('build', 'built     up a  out/a.txt is damaged\n1 built, 2 fresh', 0);
  await project.says('verify', 'verified 3 targets, 24 B: all as recorded', 0);
  await project.says('build -n', '0 to build, 3 fresh', 0);
});

test('what was brought back by hand is fresh; when it rots again, that is found again', async () => {
  await using project = await built();
  rot(project, 'out/a.txt');
  assert.equal((await project.adap('verify')).code, 1);
  rot(project, 'out/a.txt');
  await remembered(project);
  rot(project, 'out/a.txt');
  assert.equal((await project.adap('verify')).code, 1);
  await project.says('build -n', damaged, 3);
  rot(project, 'out/a.txt');
  await project.says('build', '0 built, 3 fresh', 0);
  await project.says('verify', 'verified 3 targets, 24 B: all as recorded', 0);
});

test('missing and edited are told apart from damaged; a part can be asked for', async () => {
  await using project = await built();
  rot(project, 'all/all.txt');
  rmSync(`${project.root}/home/out/a.txt`);
  project.write({ 'home/out/b.txt': 'mine\n' });
  const found = ['damaged  join all  all/all.txt', 'missing  up a  out/a.txt', 'edited   up b  out/b.txt'];
  await project.says('verify', [...found, 'verified 3 targets, 24 B: 1 damaged, 1 missing, 1 edited'].join('\n'), 1);
  await project.says('verify out/b.txt', 'edited   up b  out/b.txt\nverified 1 target, 6 B: 1 edited', 1);
  const { out, code } = await project.adap('verify out --json');
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    [
      { kind: 'finding', target: 'up a', path: 'out/a.txt', is: 'missing' },
      { kind: 'finding', target: 'up b', path: 'out/b.txt', is: 'edited' },
      { kind: 'summary', targets: 2, bytes: 12, damaged: 0, missing: 1, edited: 1, refused: 0, unnoted: 0 },
    ],
  );
  assert.equal(code, 1);
  await project.says('verify nothing', 'error[no-rule]: nothing makes nothing, and there is no such file\n  try: adap list', 2);
});

test('while a builder is at work damage is told, and that it could not be noted', async () => {
  await using project = await built();
  rot(project, 'out/a.txt');
  const lock = { ...identity(process.pid), host: hostname(), since: '2026-01-01T00:00:00.000Z', builds: 'out' };
  project.write({ 'home/.adap/lock': JSON.stringify(lock) });
  await project.says(
    'verify',
    `damaged  up a  out/a.txt
verified 3 targets, 24 B: 1 damaged
error[damage-not-noted]: up a could not be noted as damaged, and plans go on to believe their stamps: adap build out is at work on this home: pid ${process.pid} on ${hostname()}, since 2026-01-01T00:00:00.000Z
  try: once that is over, adap verify 'up a'`,
    1,
  );
  await project.says('build -n', '0 to build, 3 fresh', 0);
  rmSync(`${project.root}/home/.adap/lock`);
  assert.equal((await project.adap(['verify', 'up a'])).code, 1);
  assert.ok(!existsSync(`${project.root}/home/.adap/lock`));
  await project.says('build -n', damaged, 3);
});

test('a record that is not whole is damaged, too', async () => {
  await using project = await built();
  const path = recordPath(foldersOf('home'), 'up b');
  truncateSync(`${project.root}/${path}`, 100);
  const found = `damaged  (a record)  ${path.slice('home/'.length)}`;
  await project.says('verify', `${found}\nverified 2 targets, 18 B: 1 damaged`, 1);
  assert.match((await project.adap('build -n')).out, /^b +never built/m);
});

test('verify changes nothing where all is as recorded, and needs no raw files', async () => {
  await using project = await built();
  rmSync(`${project.root}/in`, { recursive: true });
  const tree = (): string[] =>
    readdirSync(`${project.root}/home`, { recursive: true, encoding: 'utf8' }).map(
      (path) => `${path} ${statSync(`${project.root}/home/${path}`).mtimeMs}`,
    );
  const before = tree();
  await project.says('verify', 'verified 3 targets, 24 B: all as recorded', 0);
  assert.deepEqual(tree(), before);
});
