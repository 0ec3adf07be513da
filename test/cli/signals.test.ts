import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertNoProcessOf, until } from '../rig/processes.ts';
import { CHECKOUT, createProject } from '../rig/project.ts';
import type { TestProject } from '../rig/project.ts';
import { good, recipes } from '../rig/recipes.ts';

/** The recipe says its own pid, and that of its attempt; it ends when `go` is there. */
const HELD = `cd "$(dirname "$0")/.."; echo $$ $PPID >> begun; while [ ! -e go ]; do sleep 0.02; done; ${good('held')}`;

type Build = { readonly child: ChildProcess; readonly said: () => string; readonly ended: Promise<number | null> };

function build(project: TestProject, ...words: string[]): Build {
  const child = spawn(`${CHECKOUT}/bin/adap`, ['build', ...words], { cwd: project.root, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => void said.push(data));
  child.stderr.on('data', (data: Buffer) => void said.push(data));
  return { child, said: () => Buffer.concat(said).toString(), ended: once(child, 'close').then(([code]) => code as number | null) };
}

const held = (common: object = {}): Promise<TestProject> =>
  createProject({ 'adapfile.ts': recipes, 'config/common.json': JSON.stringify({ join: false, ...common }), 'in/held.sh': HELD });

const begun = async ({ root }: TestProject): Promise<{ recipe: number; times: number }> => {
  await until(() => existsSync(`${root}/begun`) && readFileSync(`${root}/begun`, 'utf8').endsWith('\n'));
  const lines = readFileSync(`${root}/begun`, 'utf8').trim().split('\n');
  return { recipe: Number(lines.at(-1)?.split(' ')[0]), times: lines.length };
};

/** A build that began, and was told to end: its attempt goes on without a builder. */
async function left(project: TestProject): Promise<void> {
  const one = build(project);
  await begun(project);
  one.child.kill('SIGTERM');
  await one.ended;
}

/** The folder of the one attempt that there is. */
const attemptOf = ({ root }: TestProject): string => {
  const attempts = `${root}/home/.adap/attempts`;
  return `${attempts}/${readdirSync(attempts).find((name) => !name.startsWith('.')) ?? ''}`;
};

/** The pid of the attempt's own process, which leads their group. */
const leaderOf = (pid: number): number => Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[3]);

test('Ctrl-C once: what runs is finished, and it is said; the exit code is 130', async () => {
  await using project = await held();
  const one = build(project);
  await begun(project);
  one.child.kill('SIGINT');
  await until(() => one.said().includes('interrupted'));
  assert.match(
    one.said(),
    /^interrupted: nothing more is begun; 1 running is waited for\n {2}Ctrl-C again cancels it; kill -TERM \d+ leaves it running/m,
  );
  writeFileSync(`${project.root}/go`, '');
  assert.equal(await one.ended, 130);
  assert.match(one.said(), /^built +cook held /m);
  assertNoProcessOf(project.root);
});

test('Ctrl-C twice: what runs is cancelled, and nothing of it is left; the next build begins it anew', async () => {
  await using project = await held();
  const one = build(project);
  await begun(project);
  one.child.kill('SIGINT');
  await until(() => one.said().includes('interrupted'));
  one.child.kill('SIGINT');
  assert.equal(await one.ended, 130);
  assert.match(one.said(), /^failed +cook held +cancelled: it was cancelled$/m);
  assertNoProcessOf(project.root);
  writeFileSync(`${project.root}/go`, '');
  await project.says('build', 'built     cook held  never built\n1 built, 0 fresh', 0);
});

test('Ctrl-C twice, and a recipe that does not hear: it is ended when its grace is over', async () => {
  await using project = await held({ grace: 0.2 });
  project.write({ 'in/held.sh': `trap '' TERM INT; ${HELD}` });
  const one = build(project);
  await begun(project);
  one.child.kill('SIGINT');
  await until(() => one.said().includes('interrupted'));
  one.child.kill('SIGINT');
  assert.equal(await one.ended, 130);
  assertNoProcessOf(project.root);
});

for (const [signal, code, title] of [
  ['SIGHUP', 129, 'the terminal is closed'],
  ['SIGTERM', 143, 'the builder is told to end'],
] as const) {
  test(`${title}: what runs goes on without a builder, status shows it, and the next build takes it over`, async () => {
    await using project = await held();
    const one = build(project);
    await begun(project);
    one.child.kill(signal);
    assert.equal(await one.ended, code);
    assert.match(one.said(), /^left +cook held +goes on without a builder; the next adap build takes it over$/m);
    assert.match((await project.adap('status')).out, /^running +cook held +for /m);
    const next = build(project);
    await until(() => next.said().includes('adopted'));
    assert.match(next.said(), /^adopted +cook held +of an earlier build, running for /m);
    writeFileSync(`${project.root}/go`, '');
    assert.equal(await next.ended, 0);
    assert.equal((await begun(project)).times, 1);
    assertNoProcessOf(project.root);
  });
}

test('an attempt of an earlier build that is not wanted any more is ended before the new one begins', async () => {
  await using project = await held();
  await left(project);
  project.write({ 'in/held.sh': good('new') });
  await project.says('build', 'built     cook held  never built\n1 built, 0 fresh', 0);
  assert.equal(readFileSync(`${project.root}/home/out/held/result`, 'utf8'), 'new\nend\n');
  assertNoProcessOf(project.root);
});

test('what runs from before has its room: another that needs the same room waits for it', async () => {
  await using project = await held({ machine: { memoryGiB: 1 }, wants: { memoryGiB: 0.8 } });
  await left(project);
  project.write({ 'in/other.sh': `[ -e "$(dirname "$0")/../go" ] || exit 9; ${good('other')}` });
  const next = build(project, 'cook other');
  await until(() => existsSync(`${project.root}/home/.adap/lock`));
  await new Promise((done) => void setTimeout(done, 300));
  writeFileSync(`${project.root}/go`, '');
  assert.equal(await next.ended, 0, next.said());
  assertNoProcessOf(project.root);
});

test('an attempt of another machine is left alone, however often the build is asked', async () => {
  await using project = await held();
  const one = build(project);
  await begun(project);
  one.child.kill('SIGKILL');
  await one.ended;
  const attempt = attemptOf(project);
  const claim = JSON.parse(readFileSync(`${attempt}/.adap/process.json`, 'utf8').split('\n')[1] ?? '') as object;
  const body = JSON.stringify({ ...claim, host: 'elsewhere' });
  writeFileSync(`${attempt}/.adap/process.json`, `${createHash('sha256').update(body).digest('hex')}\n${body}\n`);
  rmSync(`${project.root}/home/.adap/lock`);
  for (let tries = 0; tries < 2; tries += 1) {
    const { out, code } = await project.adap('build');
    assert.match(out, /^failed +cook held +never-started: an attempt of elsewhere \(pid \d+\) may still run there/m);
    assert.equal(code, 1);
  }
  assert.equal((await begun(project)).times, 1);
  writeFileSync(`${project.root}/go`, '');
  await until(() => existsSync(`${attempt}/.adap/manifest.json`));
  assert.match((await project.adap('build')).out, /^built +cook held /m);
});

test('what was made and then taken away by hand is not published', async () => {
  await using project = await held();
  await left(project);
  const attempt = attemptOf(project);
  writeFileSync(`${project.root}/go`, '');
  await until(() => existsSync(`${attempt}/.adap/manifest.json`));
  renameSync(attempt, `${attempt}.bak`);
  await project.says('build', 'built     cook held  never built\n1 built, 0 fresh', 0);
  assert.equal(readFileSync(`${project.root}/home/out/held/result`, 'utf8'), 'held\nend\n');
  assert.ok(existsSync(`${attempt}.bak`));
});

test('a build of something else leaves what runs alone, and says so', async () => {
  await using project = await held();
  await left(project);
  project.write({ 'in/other.sh': good('other') });
  const other = await project.adap(['build', 'cook other']);
  assert.match(other.out, /^left +cook held /m);
  assert.match(other.out, /^1 built, 0 fresh$/m);
  writeFileSync(`${project.root}/go`, '');
  assert.match((await project.adap('build')).out, /^1 built, 1 fresh$/m);
  assert.equal((await begun(project)).times, 1);
});

/** Longer than the deadlines of these tests: 0.0003 h are about one second. */
const STOPPED_MS = 1800;
const suspensions: [title: string, stops: (pids: { builder: number; leader: number; recipe: number }) => number[]][] = [
  ['the builder', ({ builder }) => [builder]],
  ['the attempt', ({ leader }) => [leader]],
  ['attempt and recipe', ({ leader }) => [-leader]],
  ['all of them', ({ builder, leader, recipe }) => [builder, leader, recipe]],
];
for (const [title, stops] of suspensions) {
  test(`SIGSTOP of ${title} for longer than every deadline, then SIGCONT: time that was slept is not held against it`, async () => {
    // While the builder alone sleeps, the attempt does not, and its time runs.
    await using project = await held(title === 'the builder' ? {} : { wants: { hours: 0.0003 } });
    const one = build(project);
    const { recipe } = await begun(project);
    const pids = stops({ builder: one.child.pid ?? 0, leader: leaderOf(recipe), recipe });
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    // The one test that must let time pass: it is the time that a machine sleeps.
    await new Promise((done) => void setTimeout(done, STOPPED_MS));
    writeFileSync(`${project.root}/go`, '');
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    assert.equal(await one.ended, 0, one.said());
    assert.equal((await begun(project)).times, 1);
    assertNoProcessOf(project.root);
  });
}

test('log -f shows what a running attempt prints, until it has ended', async () => {
  await using project = await held();
  project.write({ 'in/held.sh': `echo one; ${HELD}echo two` });
  const one = build(project);
  await begun(project);
  await until(() => existsSync(`${project.root}/home/.adap/attempts`));
  const follow = spawn(`${CHECKOUT}/bin/adap`, ['log', 'cook held', '-f'], { cwd: project.root, stdio: ['ignore', 'pipe', 'inherit'] });
  let shown = '';
  follow.stdout.on('data', (data: Buffer) => (shown += data.toString()));
  await until(() => shown.includes('running for'));
  writeFileSync(`${project.root}/go`, '');
  assert.equal(await one.ended, 0);
  const [code] = (await once(follow, 'close')) as [number];
  assert.equal(code, 0);
  assert.match(shown, /^one$[^]*^two$/m);
});
