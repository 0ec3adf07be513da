import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { identity } from '../../engine/disk/process-identity.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import { nameOf } from '../../engine/records/record-files.ts';
import { moveToTrash, sized } from '../../engine/run/clean.ts';
import { findGarbage } from '../../engine/run/garbage.ts';
import { plantAttempt } from '../rig/attempts.ts';
import type { PlantedAttempt } from '../rig/attempts.ts';
import { joined } from '../rig/joined.ts';
import { createProject } from '../rig/project.ts';
import type { TestProject } from '../rig/project.ts';

const files = { 'adapfile.ts': joined, 'in/a.txt': 'hello\n', 'in/b.txt': 'there\n', 'config/mode': 'upper\n' };
const short = (target: string): string => nameOf(target).slice(0, 12);
const DAY_MS = 86_400_000;

async function built(): Promise<TestProject> {
  const project = await createProject(files);
  assert.equal((await project.adap('build')).code, 0);
  return project;
}

/** Every path below the home but those of the cache, with its time and content. */
function tree(project: TestProject): string[] {
  const paths = readdirSync(`${project.root}/home`, { recursive: true, encoding: 'utf8' }).toSorted();
  return paths
    .filter((path) => !path.startsWith('.adap/cache'))
    .map((path) => {
      const stat = statSync(`${project.root}/home/${path}`);
      return `${path} ${stat.mtimeMs} ${stat.isFile() ? readFileSync(`${project.root}/home/${path}`, 'utf8') : ''}`;
    });
}

const gone = { pid: 2 ** 22 + 1 };

/** One of each kind of what nothing reaches, and beside each something that is reached. */
function plant(project: TestProject): void {
  const { root } = project;
  project.write({
    'home/.adap/old/aaaaaaaaaaaa-1/out/a.txt': 'older\n',
    'home/.adap/retired/out/c.txt': 'retired\n',
    'home/.adap/retired/.records/c.json': '{}\n',
    [`home/.adap/logs/${short('up a')}/1/log`]: 'of a target that is there\n',
    'home/.adap/logs/bbbbbbbbbbbb/1/log': 'of none\n',
    'home/.adap/records/ab/1.json.new': 'cut o',
    'home/.adap/failures/1.json.new': 'cut',
    'home/.adap/failures/2.json.new': 'being written',
    [`home/.adap/lock.${gone.pid}.dead`]: '{}',
    [`home/.adap/lock.${process.pid}.new`]: '{}',
  });
  for (const path of ['records/ab/1.json.new', 'failures/1.json.new'])
    utimesSync(`${root}/home/.adap/${path}`, 1_700_000_000, 1_700_000_000);
  plantAttempt(`${root}/home`, { target: 'up a', by: 'gone', left: 'failed' });
}

const table = `kind      count  size    what it is
old       1      6 B     results that were replaced
retired   2      11 B    results that nothing asks for any more
attempts  1      1.0 MB  ended, and no build can take what they made
logs      1      8 B     of targets that have neither result nor failure
strays    3      10 B    left by a write or a lock that was killed
total     8      1.0 MB
next: adap clean --do
`;

test('clean says what nothing reaches, and changes nothing', async () => {
  await using project = await built();
  plant(project);
  const before = tree(project);
  const { out, error, code } = await project.adap('clean');
  assert.equal(`${out}${error}`, table);
  assert.equal(code, 0);
  await project.adap('clean --now');
  const json = (await project.adap('clean --json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; of: string; path: string });
  assert.deepEqual(
    json.map(({ kind, of, path }) => [kind, of, path?.slice(project.root.length + '/home/.adap/'.length)]),
    [
      ['garbage', 'old', 'old/aaaaaaaaaaaa-1'],
      ['garbage', 'retired', 'retired/.records'],
      ['garbage', 'retired', 'retired/out'],
      ['garbage', 'attempts', `attempts/${short('up a')}`],
      ['garbage', 'logs', 'logs/bbbbbbbbbbbb'],
      ['garbage', 'strays', 'records/ab/1.json.new'],
      ['garbage', 'strays', 'failures/1.json.new'],
      ['garbage', 'strays', `lock.${gone.pid}.dead`],
      ['summary', undefined, undefined],
    ],
  );
  assert.deepEqual(tree(project), before);
});

test('clean --do moves it to the trash, once; what is reached stays, and the next plan is quiet', async () => {
  await using project = await built();
  plant(project);
  const { out, code } = await project.adap('clean --do');
  assert.match(out, /^moved 8 to \.adap\/trash: 1\.0 MB\n\.adap\/trash keeps 8 for a day: 1\.0 MB; at once: adap clean --do --now\n$/);
  assert.equal(code, 0);
  const trash = readdirSync(`${project.root}/home/.adap/trash`).map((name) => name.replace(/^\d{13}-/, ''));
  assert.deepEqual(trash.toSorted(), [
    `attempts-${short('up a')}`,
    'logs-bbbbbbbbbbbb',
    'old-aaaaaaaaaaaa-1',
    'retired-.records',
    'retired-out',
    'strays-failures-1.json.new',
    `strays-lock.${gone.pid}.dead`,
    'strays-records-ab-1.json.new',
  ]);
  for (const path of [`logs/${short('up a')}/1/log`, 'failures/2.json.new', `lock.${process.pid}.new`])
    assert.ok(existsSync(`${project.root}/home/.adap/${path}`));
  await project.says('build', '0 built, 3 fresh', 0);
  const again = await project.adap('clean --do');
  assert.match(again.out, /^nothing to clean\n\.adap\/trash keeps 8 /);
  assert.match((await project.adap('clean --do --now')).out, /^deleted 8 from \.adap\/trash: 1\.0 MB\n$/);
  assert.deepEqual(readdirSync(`${project.root}/home/.adap/trash`), []);
  await project.says('clean', 'nothing to clean', 0);
});

test('the trash of yesterday is deleted, that of today is kept, and what adap did not put there, too', async () => {
  await using project = await built();
  const nowMs = Date.now();
  project.write({
    [`home/.adap/trash/${nowMs - DAY_MS - 60_000}-old-1/x`]: 'yesterday',
    [`home/.adap/trash/${nowMs - DAY_MS + 60_000}-old-2/x`]: 'today',
    'home/.adap/trash/mine/x': 'mine',
  });
  await project.says(
    'clean',
    `kind   count  size  what it is
trash  1      9 B   moved there before
total  1      9 B
.adap/trash keeps 2 for a day: 9 B; at once: adap clean --do --now
next: adap clean --do`,
    0,
  );
  await project.says(
    'clean --do',
    'deleted 1 from .adap/trash: 9 B\n.adap/trash keeps 2 for a day: 9 B; at once: adap clean --do --now',
    0,
  );
  assert.deepEqual(
    readdirSync(`${project.root}/home/.adap/trash`).map((name) => name.slice(14)),
    ['old-2', ''],
  );
  await project.says('clean --do --now', 'deleted 2 from .adap/trash: 9 B', 0);
});

/** A process that sleeps, leader of what it begins; ended with all of it. */
function sleeper(command: string): ChildProcess & AsyncDisposable {
  const child = spawn('bash', ['-c', command], { detached: true, stdio: 'ignore' });
  const pid = child.pid!;
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    },
  });
}

async function isTaken(project: TestProject): Promise<boolean> {
  const { out, code } = await project.adap('clean --do');
  assert.equal(code, 0);
  return out.startsWith('moved 1 ');
}

test('an attempt is not touched while a process of it lives: its own, or one that it began', async () => {
  await using project = await built();
  await using child = sleeper('sleep 600 & wait');
  const folder = plantAttempt(`${project.root}/home`, { target: 'up a', by: child.pid!, left: 'sealed' });
  assert.equal(await isTaken(project), false);
  // What bash began is there once it has children.
  for (let looks = 0; looks < 2000 && readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8') === ''; looks += 1)
    await new Promise((turn) => void setTimeout(turn, 5));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await isTaken(project), false);
  assert.ok(existsSync(`${folder}/out/half.txt`));
  process.kill(-child.pid!, 'SIGKILL');
  for (let tries = 0; tries < 100 && !(await isTaken(project)); tries += 1) assert.ok(existsSync(folder));
  assert.ok(!existsSync(folder));
});

const truth: [title: string, attempt: PlantedAttempt, change: (project: TestProject, folder: string) => void, isTaken: boolean][] = [
  ['whose process is gone', { target: 'up a', by: 'gone' }, () => undefined, true],
  ['that failed', { target: 'up a', by: 'gone', left: 'failed' }, () => undefined, true],
  ['of another machine, without an end', { target: 'up a', by: 'gone', host: 'elsewhere' }, () => undefined, false],
  ['of another machine, that failed', { target: 'up a', by: 'gone', host: 'elsewhere', left: 'failed' }, () => undefined, true],
  ['that was ordered just now', { target: 'up a' }, () => undefined, false],
  ['that was ordered long ago, and never began', { target: 'up a' }, (_, folder) => utimesSync(`${folder}/.adap`, 1, 1), true],
  ['sealed, of a target that is fresh', { target: 'up a', by: 'gone', left: 'sealed' }, () => undefined, true],
  [
    'sealed, of a target that is stale',
    { target: 'up a', by: 'gone', left: 'sealed' },
    (project) => project.write({ 'in/a.txt': 'other\n' }),
    false,
  ],
  ['sealed, of a target that nothing asks for', { target: 'up gone', by: 'gone', left: 'sealed' }, () => undefined, true],
  [
    'sealed, of nobody knows what',
    { target: 'up a', by: 'gone', left: 'sealed' },
    (project, folder) => {
      project.write({ 'in/a.txt': 'other\n' });
      rmSync(`${folder}/.adap/order.json`);
    },
    true,
  ],
  [
    'sealed, while nobody can tell what is stale',
    { target: 'up gone', by: 'gone', left: 'sealed' },
    (project) => renameSync(`${project.root}/in`, `${project.root}/not-mounted`),
    false,
  ],
  [
    'that is being published',
    { target: 'up a', by: 'gone' },
    (project) => project.write({ [`home/.adap/intents/${nameOf('up a')}.json`]: 'cut o' }),
    false,
  ],
];

for (const [title, attempt, change, taken] of truth) {
  test(`an attempt ${title} is ${taken ? 'garbage' : 'kept'}`, async () => {
    await using project = await built();
    const folder = plantAttempt(`${project.root}/home`, attempt);
    change(project, folder);
    assert.equal(await isTaken(project), taken);
    assert.equal(existsSync(folder), !taken);
  });
}

test('what an open publication may still move back is kept, and so are the logs of what failed', async () => {
  await using project = await built();
  project.write({
    [`home/.adap/intents/${nameOf('up c')}.json`]: 'cut o',
    [`home/.adap/old/${short('up c')}-17/out/c.txt`]: 'former\n',
    [`home/.adap/failures/${nameOf('up d')}.json`]: 'any\n',
    [`home/.adap/logs/${short('up d')}/1/log`]: 'it failed\n',
    [`home/.adap/logs/${short('up c')}/1/log`]: 'it is being published\n',
  });
  await project.says('clean', 'nothing to clean', 0);
});

test('while a builder is at work clean says what there is, and moves nothing', async () => {
  await using project = await built();
  plant(project);
  project.write({
    'home/.adap/lock': JSON.stringify({ ...identity(process.pid), host: hostname(), since: '2026-01-01T00:00:00.000Z', builds: '' }),
  });
  const before = tree(project);
  assert.equal((await project.adap('clean')).code, 0);
  const { error, code } = await project.adap('clean --do');
  assert.match(error, /^error\[home-locked\]: /);
  assert.equal(code, 2);
  rmSync(`${project.root}/home/.adap/trash`, { recursive: true, force: true });
  assert.deepEqual(
    tree(project).map((line) => line.replace(/^(\.adap) .*/, '$1')),
    before.map((line) => line.replace(/^(\.adap) .*/, '$1')),
  );
});

test('what has come to life since the first look is left where it is', async () => {
  await using project = await built();
  const home = `${project.root}/home`;
  const place = {
    world: { disk: nodeDisk, now: Date.now, host: hostname(), pid: process.pid, step: () => undefined },
    home,
    folders: foldersOf(home),
  };
  const folder = plantAttempt(home, { target: 'up a', by: 'gone' });
  project.write({ 'home/.adap/old/aaaaaaaaaaaa-1/x': 'x' });
  const found = sized(
    place,
    findGarbage(place, () => true),
  );
  assert.equal(found.length, 2);
  rmSync(folder, { recursive: true });
  plantAttempt(home, { target: 'up a', by: process.pid });
  const done = moveToTrash(place, found, () => () => true);
  assert.deepEqual(done.kind === 'moved' ? done.moved.map(({ kind }) => kind) : done, ['old']);
  assert.ok(existsSync(folder));
});

test('a project without a home has nothing to clean, and gets no home', async () => {
  await using project = await createProject(files);
  await project.says('clean --do --now', 'nothing to clean', 0);
  assert.ok(!existsSync(`${project.root}/home`));
});

test('what workers needed of the project goes after a week', async () => {
  await using project = await built();
  const day = Math.floor(Date.now() / DAY_MS);
  project.write({ [`home/.adap/kits/${day - 9}-old.json`]: '{}', [`home/.adap/kits/${day - 1}-new.json`]: '{}' });
  assert.match((await project.adap('clean --do')).out, /^moved 1 to \.adap\/trash/m);
  assert.deepEqual(readdirSync(`${project.root}/home/.adap/kits`), [`${day - 1}-new.json`]);
});
