import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { createArchive } from '../rig/archive.ts';
import { joined } from '../rig/joined.ts';
import { realDatasets } from '../rig/oracle.ts';
import { CHECKOUT, createProject, run } from '../rig/project.ts';

const one = realDatasets()[0];
const frames = one?.frames ?? [];
const dataset = one?.dataset ?? '';
const pypeit = `${dataset}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`;

test('a reader of another revision reads all files again, without the cache being deleted', async () => {
  await using project = await createProject({ 'adapfile.ts': joined, 'in/a.txt': 'hello\n', 'config/mode': 'upper\n' });
  await project.adap('build');
  project.write({
    'adapfile.ts': joined
      .replace("revision: 1,\n    roots: ['in']", "revision: 2,\n    roots: ['in']")
      .replace('group: name(path)', "group: `${name(path)}`.replace('a', 'a')"),
  });
  const { out } = await project.adap('build --json');
  assert.match(out, /"built":0,"fresh":2/);
  project.write({
    'adapfile.ts': joined
      .replace("revision: 1,\n    roots: ['in']", "revision: 3,\n    roots: ['in']")
      .replace('group: name(path)', "group: 'none'"),
    'in/none.txt': 'x\n',
  });
  assert.match((await project.adap('list')).out, /^up none/m);
  assert.doesNotMatch((await project.adap('list')).out, /^up a/m);
});

test('a raw link that led nowhere for a while is a frame again once it leads somewhere', async () => {
  await using archive = await createArchive(frames, 'without-custom');
  const frame = frames.at(-1);
  const path = `raw/${frame?.dateobs}/${frame?.filename}`;
  mkdirSync(`${archive.root}/disk`);
  renameSync(`${archive.root}/${path}`, `${archive.root}/disk/x`);
  symlinkSync(`${archive.root}/disk/x`, `${archive.root}/${path}`);
  assert.equal((await archive.adap('build')).code, 0);
  renameSync(`${archive.root}/disk`, `${archive.root}/gone`);
  assert.equal((await archive.adap('build')).code, 0);
  await new Promise((done) => void setTimeout(done, 60));
  for (let looks = 0; looks < 3; looks += 1) assert.equal((await archive.adap('build')).code, 0);
  renameSync(`${archive.root}/gone`, `${archive.root}/disk`);
  assert.equal((await archive.plan()).code, 3);
});

test('a home that was moved says in its .pypeit files where the raw frames lie now', async () => {
  await using archive = await createArchive(frames, 'without-custom');
  await archive.adap('build');
  const moved = `${archive.root}-moved`;
  renameSync(archive.root, moved);
  const { out } = await run(`${CHECKOUT}/bin/adap`, ['build'], { cwd: moved });
  const text = readFileSync(`${moved}/home/${pypeit}`, 'utf8');
  rmSync(moved, { recursive: true });
  assert.match(out, /^built +setup \S+ +home: \S+ -> \S+-moved\/home/m);
  assert.match(text, /^ path \S+-moved\/home\/\S+\/complete\/raw$/m);
});

test('a home below a raw directory is no source of frames', async () => {
  await using archive = await createArchive(frames, 'without-custom');
  archive.write({ 'adapfile.ts': readFileSync(`${archive.root}/adapfile.ts`, 'utf8').replace("raw: ['raw']", "raw: ['.']") });
  assert.equal((await archive.adap('build')).code, 0);
  assert.match((await archive.adap('build')).out, /^0 built, 2 fresh$/m);
  assert.equal((await archive.plan()).code, 0);
});

test('one frame in two raw folders stands once in the table', async () => {
  await using archive = await createArchive(frames, 'without-custom');
  cpSync(`${archive.root}/raw`, `${archive.root}/copy`, { recursive: true });
  renameSync(`${archive.root}/copy`, `${archive.root}/raw/copy`);
  assert.equal((await archive.adap('build')).code, 0);
  const rows = readFileSync(`${archive.root}/home/${pypeit}`, 'utf8')
    .split('\n')
    .filter((line) => /^[ #]?DE\./.test(line));
  assert.equal(rows.length, frames.length);
});

test('something in the way of an output fails that target alone, now and in the next build', async () => {
  await using project = await createProject({
    'adapfile.ts': joined,
    'in/a.txt': 'hello\n',
    'in/b.txt': 'world\n',
    'config/mode': 'upper\n',
    'home/all': 'a file where a folder must be',
  });
  for (let builds = 0; builds < 2; builds += 1) {
    const { out, error, code } = await project.adap('build');
    assert.equal(code, 1, error);
    assert.equal(error, '');
    assert.match(out, /^failed +join all +store-unavailable: /m);
  }
  assert.deepEqual(readdirSync(`${project.root}/home/.adap/intents`), []);
  rmSync(`${project.root}/home/all`);
  await project.says('build', 'built     join all  never built\n1 built, 2 fresh', 0);
});

test('Ctrl-C is heard between targets that take no time', async () => {
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`in/${index}.txt`, 'x\n']));
  await using project = await createProject({ 'adapfile.ts': joined, ...many, 'config/mode': 'upper\n' });
  const child = spawn(`${CHECKOUT}/bin/adap`, ['build'], { cwd: project.root, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (data: Buffer) => {
    if (printed === '') child.kill('SIGINT');
    printed += data.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 130);
  assert.ok(printed.split('\n').length < 2900, `${printed.split('\n').length} lines`);
  assert.ok(!existsSync(`${project.root}/home/.adap/lock`));
});

test('--force and --retry mean what was asked for, however it was asked', async () => {
  await using project = await createProject({
    'adapfile.ts': joined,
    'in/a.txt': 'hello\n',
    'in/b.txt': 'bad\n',
    'config/mode': 'upper\n',
  });
  await project.adap('build');
  for (const words of ['build out/a* --force', 'build ./home/out/a.txt --force', 'build a --force'])
    assert.match((await project.adap(words)).out, /^built +up a +forced$/m, words);
  assert.doesNotMatch((await project.adap('build out/* --retry')).out, /not tried again/);
});

test('what is to be retired waits for what replaces it, in the plan as in the run', async () => {
  await using archive = await createArchive(frames, 'without-custom');
  await archive.adap('build');
  const last = frames.at(-1);
  assert.ok(last !== undefined);
  archive.addFrames([{ ...last, filename: 'DE.20151018.43400.fits', mjd: last.mjd + 2, dateobs: '2015-10-18' }]);
  writeFileSync(
    `${archive.root}/config/${dataset.replaceAll('/', '_')}_reduce.ini`,
    readFileSync(`${archive.root}/config/default_pypeit_config`),
  );
  assert.match((await archive.adap('build -n')).out, /^1 to build, 1 held, 1 to retire, 0 fresh$/m);
  assert.match((await archive.adap('build')).out, /^1 built, 0 fresh, 1 held, 1 retired$/m);
  assert.equal((await archive.adap('build -n')).code, 1);
});
