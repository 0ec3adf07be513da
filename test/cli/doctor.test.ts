import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { clockCheck } from '../../engine/cli/doctor-home.ts';
import { limitsCheck, memoryWords } from '../../engine/cli/doctor-machine.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { identity } from '../../engine/disk/process-identity.ts';
import type { TargetRecord } from '../../engine/model/record.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import { parseRecord, recordPath, sealed } from '../../engine/records/record-files.ts';
import { plantAttempt } from '../rig/attempts.ts';
import { joined } from '../rig/joined.ts';
import { CHECKOUT, createProject, run } from '../rig/project.ts';

const files = { 'adapfile.ts': joined, 'in/a.txt': 'hello\n', 'in/b.txt': 'there\n', 'config/mode': 'upper\n' };

test('doctor goes through machine, home and facts, a line each', async () => {
  await using project = await createProject(files);
  const fresh = await project.adap('doctor');
  assert.match(fresh.out, /^ok   clock: not known before there is a home$/m);
  assert.match(fresh.out, /^ok   records: none yet$/m);
  assert.ok(!existsSync(`${project.root}/home/.adap/attempts`));
  assert.equal((await project.adap('build')).code, 0);
  const { out, code } = await project.adap('doctor');
  const expected = [
    /node: v\d+\.\d+\.\d+/,
    /home: \/.*\/home/,
    /disk: \d+ GiB free/,
    /clock: the home's is this machine's/,
    /limits: open files \S+, processes \S+/,
    /memory: [\d.]+ GiB( of [\d.]+, by the limit of its cgroup)?/,
    /processors: \d+( of \d+)?/,
    /bash: \/.*\/bash/,
    /raw: \/.*\/in; 0 files cannot be used/,
    /config: \/.*\/config; 1 files/,
    /graph: 3 targets/,
    /records: 3, the newest of \d{4}-\d\d-\d\dT\S+Z/,
    /builder: none at work/,
    /attempts: none running/,
    /leftovers: nothing in old, retired and trash/,
  ];
  const lines = out.trim().split('\n');
  assert.equal(lines.length, expected.length, out);
  for (const [index, line] of lines.entries()) assert.match(line, new RegExp(`^ok   ${expected[index]?.source}$`));
  assert.equal(code, 0);
});

test('doctor names attempts that go on without a builder, with their pids; with one they are no problem', async () => {
  await using project = await createProject(files);
  plantAttempt(`${project.root}/home`, { target: 'up a', by: process.pid });
  plantAttempt(`${project.root}/home`, { target: 'up b', by: 'gone' });
  const { out, error, code } = await project.adap('doctor');
  assert.match(
    out,
    new RegExp(`^bad  attempts: up a \\(pid ${process.pid}\\) goes on without a builder \\[attempts-without-builder\\]$`, 'm'),
  );
  assert.match(error, /^ {2}try: adap build /m);
  assert.equal(code, 1);
  const lock = { ...identity(process.pid), host: hostname(), since: '2026-01-01T00:00:00.000Z', builds: '' };
  project.write({ 'home/.adap/lock': JSON.stringify(lock) });
  assert.match((await project.adap('doctor')).out, new RegExp(`^ok   attempts: running: up a \\(pid ${process.pid}\\)$`, 'm'));
});

test('doctor says how much clean would take away', async () => {
  await using project = await createProject({
    ...files,
    'home/.adap/old/1/x': 'x'.repeat(1500),
    'home/.adap/trash/1-old-2/x': 'y'.repeat(500),
  });
  assert.match((await project.adap('doctor')).out, /^ok   leftovers: 2\.0 kB in old, retired and trash: adap clean$/m);
});

test('a record of the future is a clock that is wrong', async () => {
  await using project = await createProject(files);
  assert.equal((await project.adap('build')).code, 0);
  const path = recordPath(foldersOf(`${project.root}/home`), 'up b');
  const record = parseRecord(readFileSync(path, 'utf8'))!;
  nodeDisk.writeWhole(path, sealed({ ...record, publishedAtMs: Date.now() + 3_600_000 } satisfies TargetRecord));
  const { out, code } = await project.adap('doctor');
  assert.match(out, /^bad {2}records: the newest record, of up b, is (3600|359\d) s ahead of this machine's clock \[clock-skew\]$/m);
  assert.equal(code, 1);
});

test('a file that bears another time than this machine has is a clock that is wrong', async () => {
  await using project = await createProject({ 'home/x': '' });
  const home = `${project.root}/home`;
  const check = (aheadMs: number) =>
    clockCheck({ world: { disk: nodeDisk, now: () => Date.now() + aheadMs, host: 'here', pid: 1, step: () => undefined }, home }).says;
  assert.equal(check(0), "the home's is this machine's");
  assert.match(check(60_000), /is 60 s behind this machine's clock$/);
  assert.match(check(-60_000), /is 60 s ahead of this machine's clock$/);
  assert.ok(!existsSync(`${home}/.adap/clock.1`));
});

test('doctor in a shell of few open files, and without bash', async () => {
  await using project = await createProject(files);
  const few = await run('bash', ['-c', `ulimit -n 512; exec ${CHECKOUT}/bin/adap doctor`], { cwd: project.root });
  assert.match(few.out, /^bad {2}limits: a process may open 512 files, and recipes may need more \[few-open-files\]$/m);
  assert.match(few.error, /try: ulimit -n 4096/);
  assert.equal(few.code, 1);
  const none = await run(`${CHECKOUT}/bin/adap`, ['doctor'], { cwd: project.root, env: { PATH: '/nowhere' } });
  assert.match(none.out, /^bad {2}bash: no bash on the PATH, by which the commands of recipes are run \[no-bash\]$/m);
  assert.equal(none.code, 1);
});

const limits = (open: string, processes: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units
Max processes             ${processes.padEnd(20)} ${processes.padEnd(20)} processes
Max open files            ${open.padEnd(20)} unlimited            files
`;

const truth: [open: string, processes: string, code: string | undefined][] = [
  ['1024', '256', undefined],
  ['unlimited', 'unlimited', undefined],
  ['1023', '256', 'few-open-files'],
  ['1024', '255', 'few-processes'],
];

for (const [open, processes, code] of truth) {
  test(`limits of ${open} files and ${processes} processes are ${code ?? 'enough'}`, () => {
    const found = limitsCheck(limits(open, processes));
    assert.equal('code' in found ? found.code : undefined, code);
  });
}

test('the memory of a machine is that of its cgroup, where that has a limit', () => {
  const gib = 2 ** 30;
  assert.equal(memoryWords(32 * gib, 0), '32.0 GiB');
  assert.equal(memoryWords(32 * gib, 2 ** 63), '32.0 GiB');
  assert.equal(memoryWords(32 * gib, 16 * gib), '16.0 GiB of 32.0, by the limit of its cgroup');
});
