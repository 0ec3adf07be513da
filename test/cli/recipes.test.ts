import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { createProject } from '../rig/project.ts';
import type { TestProject } from '../rig/project.ts';
import { assertNoProcessOf } from '../rig/processes.ts';
import { good, recipes } from '../rig/recipes.ts';

const GOOD = { 'in/good.sh': good('good') };
const OUT = '"$OUT"';

async function project(files: Record<string, string>, common: object = {}): Promise<TestProject> {
  return createProject({ 'adapfile.ts': recipes, 'config/common.json': JSON.stringify(common), ...GOOD, ...files });
}

/** The failure of one target, as the events of a build tell it. */
async function failureOf(one: TestProject, target: string, words = 'build --json'): Promise<{ cause: string; says: string } | undefined> {
  const { out } = await one.adap(words);
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; target: string; failure?: { cause: string; says: string } });
  assert.ok(
    words.includes('good') || events.some(({ kind, target: id }) => kind === 'built' && id === 'cook good') || !words.endsWith('--json'),
    `the others go on: ${out}`,
  );
  return events.find(({ kind, target: id }) => kind === 'failed' && id === target)?.failure;
}

const logOf = (one: TestProject, name: string): string => {
  const logs = `${one.root}/home/.adap/logs`;
  const kept = readdirSync(logs).flatMap((short) => readdirSync(`${logs}/${short}`).map((each) => `${logs}/${short}/${each}`));
  const own = kept.filter((each) => readFileSync(`${each}/order.json`, 'utf8').includes(`"target":"cook ${name}"`)).toSorted();
  return own.at(-1) ?? '';
};

const now = { retries: 0, waitSeconds: 0 };
const NO_RETRIES = { preempted: now, 'disk-full': now, 'out-of-memory': now, 'input-changed': now };

/** What a recipe may do, and what adap makes of it. */
const misbehaviours: [title: string, script: string, cause: string | undefined, says: RegExp, common?: object][] = [
  ['exits with 3', 'echo it was not to be >&2; exit 3', 'exited', /bash .*in\/bad\.sh exited with 3: it was not to be$/],
  ['crashes', 'kill -SEGV $$', 'exited', /SIGSEGV|exited with 139/],
  ['runs a program that is not there', 'no-such-program', 'exited', /exited with 127: .*no-such-program/],
  ['exits 0 with its output missing', 'true', 'incomplete', /^out\/bad\/result is missing$/],
  ['exits 0 with its output empty', `: > ${OUT}`, 'incomplete', /^out\/bad\/result is empty$/],
  ['exits 0 with its output truncated', `echo begin > ${OUT}`, 'incomplete', /^its last line is not end$/],
  ['makes a folder in place of its output', `mkdir ${OUT}`, 'incomplete', /^out\/bad\/result is a folder$/],
  ['changes its own input', `echo '#' >> "$0"; echo end > ${OUT}`, 'input-changed', /in\/bad\.sh changed while it ran$/],
  [
    'makes a link into its own attempt',
    `echo x > keep; ln -s "$PWD/keep" ${OUT}`,
    'incomplete',
    /leads into the attempt, and would lead nowhere/,
  ],
  ['is killed from outside', 'kill -9 $$', 'preempted', /SIGKILL from outside$/],
  ['hangs', 'sleep 1000', 'timed-out', /^it ran for longer than 0\.0002 h$/, { wants: { hours: 0.0002 } }],
  [
    'hangs and ignores SIGTERM',
    "trap '' TERM; while :; do sleep 0.1; done",
    'timed-out',
    /^it ran for longer than 0\.0002 h$/,
    { wants: { hours: 0.0002 } },
  ],
  [
    'eats memory under a limit',
    '{ head -c 300M /dev/zero; sleep 1000; } | tail',
    'out-of-memory',
    /for want of memory: it used .*, its limit is 60 MiB$/,
    { wants: { memoryGiB: 0.0488 } },
  ],
  ['leaves a child that forks on', `(while :; do sleep 1000 & sleep 0.2; done) & echo end > ${OUT}`, undefined, /^$/],
  ['leaves one that called setsid', `setsid sleep 1000 & sleep 0.1; echo end > ${OUT}`, undefined, /^$/],
  ['leaves a daemon that holds its pipes', `setsid sh -c 'trap "" TERM HUP; sleep 1000; sleep 1000' & echo end > ${OUT}`, undefined, /^$/],
];

for (const [title, script, cause, says, common] of misbehaviours) {
  test(`a recipe that ${title} is ${cause ?? 'built'}; the others go on, and no process is left`, async () => {
    await using one = await project({ 'in/bad.sh': `${script}\n` }, { policy: NO_RETRIES, grace: 0.3, join: false, ...common });
    const failure = await failureOf(one, 'cook bad');
    assert.equal(failure?.cause, cause, failure?.says);
    assert.match(failure?.says ?? '', says);
    assert.deepEqual(readdirSync(`${one.root}/home/.adap/attempts`), []);
    assertNoProcessOf(one.root);
    if (cause !== undefined) assert.ok(!existsSync(`${one.root}/home/out/bad/result`));
  });
}

test('10 GB of output: the log is bounded, with head and tail; memory is, too', async () => {
  const size = process.env['ADAP_FULL'] === '1' ? '10G' : '2G';
  await using one = await project(
    { 'in/bad.sh': `echo first; head -c ${size} /dev/zero | tr '\\0' x; echo; echo last; ${good('x')}` },
    { join: false },
  );
  assert.equal(await failureOf(one, 'cook bad'), undefined);
  const folder = logOf(one, 'bad');
  const log = readFileSync(`${folder}/log`, 'latin1');
  assert.ok(log.length < 6 * 2 ** 20, `${log.length} bytes`);
  assert.match(log.slice(0, 1000), /\nfirst\nxxx/);
  assert.match(log.slice(-1000), /x\nlast\n$/);
  assert.match(log, /\n\.\.\. .* left out .*\n/);
  assert.ok(readdirSync(folder).every((name) => statSync(`${folder}/${name}`).size < 6 * 2 ** 20));
});

test('a full disk is told as such, and the others go on', { skip: mountable() }, async () => {
  await using one = await project(
    { 'in/bad.sh': `head -c 20M /dev/zero > ${OUT}\n`, 'in/good.sh': good('x') },
    { policy: { 'disk-full': { retries: 1, waitSeconds: 0.5 } }, join: false },
  );
  mkdirSync(`${one.root}/home/.adap/attempts`, { recursive: true });
  const home = `${one.root}/home`;
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', home]).status, 0);
  try {
    const failure = await failureOf(one, 'cook bad', 'build -j 1 --json');
    assert.equal(failure?.cause, 'disk-full', failure?.says);
    assertNoProcessOf(one.root);
    assert.equal(readFileSync(`${home}/out/good/result`, 'utf8'), 'x\nend\n');
  } finally {
    spawnSync('umount', ['-l', home]);
  }
});

function mountable(): string | false {
  const tried = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  return tried.status === 0 ? false : 'this user may not mount a small tmpfs';
}

test('out of memory is tried again with half as much again, until it is enough', async () => {
  await using one = await project(
    { 'in/big.sh': `head -c 90M /dev/zero | tail -c 90M > ${OUT}; echo; echo end >> ${OUT}; sleep 0.2\n` },
    { wants: { memoryGiB: 0.0488 }, join: false },
  );
  const { out } = await one.adap('build --json');
  const again = out.split('\n').filter((line) => line.includes('"kind":"again"'));
  assert.ok(again.length >= 1 && again.length <= 2, out);
  assert.match(out, /"kind":"built","target":"cook big"/);
});

test('a failure holds for its key and its environment: --retry, a name, another key, another environment try again', async () => {
  await using one = await project({ 'in/bad.sh': 'exit 3\n' }, { join: false });
  assert.match((await one.adap('build')).out, /^failed +cook bad +exited/m);
  const held = /^failed +cook bad +exited.*\(not tried again; --retry does\)$/m;
  assert.match((await one.adap('build')).out, held);
  assert.doesNotMatch((await one.adap('build --retry')).out, held);
  assert.match((await one.adap('build')).out, held);
  assert.doesNotMatch((await one.adap('build out/bad/result')).out, held);
  assert.match((await one.adap('build')).out, held);
  one.write({ 'config/version': '2\n' });
  assert.doesNotMatch((await one.adap('build')).out, held);
  assert.match((await one.adap('build')).out, held);
  one.write({ 'in/bad.sh': 'exit 4\n' });
  assert.doesNotMatch((await one.adap('build')).out, held);
  assert.match((await one.adap('build')).out, /^failed +cook bad +exited: .* exited with 4 \(not tried again/m);
});

test('five failures in a row set a target aside: --retry passes it over, its name does not', async () => {
  await using one = await project({ 'in/bad.sh': 'exit 3\n' }, { join: false });
  for (let count = 1; count <= 4; count += 1) await one.adap('build --retry');
  assert.match((await one.adap('build --retry')).out, /^failed +cook bad +poisoned: it failed 5 times in a row, at last: exited: /m);
  assert.match((await one.adap('build --retry')).out, /^failed +cook bad +poisoned: .*not tried again/m);
  assert.doesNotMatch((await one.adap(['build', 'cook bad'])).out, /not tried again/);
});

test('an older result is kept when a new one fails, and everybody says so; what needs it is blocked, once, with the cause', async () => {
  await using one = await project({});
  assert.equal((await one.adap('build')).code, 0);
  one.write({ 'in/good.sh': 'exit 5\n' });
  const built = await one.adap('build');
  assert.match(built.out, /^failed +cook good +exited: .* exited with 5; older result kept$/m);
  assert.match(built.out, /^blocked +join all +by cook good$/m);
  assert.equal(readFileSync(`${one.root}/home/out/good/result`, 'utf8'), 'good\nend\n');
  assert.equal(readFileSync(`${one.root}/home/all/all.txt`, 'utf8'), 'good\nend\n');
  assert.match((await one.adap('status')).out, /^failed +cook good +failed: exited: .*; older result kept$/m);
});

test('twenty targets in a row that end alike stop their stage, and it is said', async () => {
  const bad = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`in/b${String(index).padStart(2, '0')}.sh`, 'exit 127\n']));
  await using one = await createProject({ 'adapfile.ts': recipes, 'config/common.json': '{}', ...bad });
  const { out, code } = await one.adap('build -j 1');
  assert.match(out, /^stopped +cook: 20 targets in a row ended as exited/m);
  assert.match(out, /^0 built, 0 fresh, 20 failed, 1 blocked, 10 not begun$/m);
  assert.equal(code, 1);
});

test('log says how an attempt ended, what it ran, and the end of what it printed', async () => {
  await using one = await project({ 'in/bad.sh': 'for n in $(seq 30); do echo line $n; done; exit 3\n' });
  await one.adap('build');
  const { out } = await one.adap(['log', 'cook bad']);
  assert.match(out, /^cook bad: failed: exited: OUT=out\/bad\/result bash .*in\/bad\.sh exited with 3: line 30\n/);
  assert.match(out, /^ {2}\$ OUT=.* exit 3 /m);
  assert.match(out, /^\.\.\. 11 lines before \(adap log --all\) \.\.\.\nline 11\n/m);
  assert.match((await one.adap(['log', 'cook bad', '--all'])).out, /\nline 1\nline 2\n/);
  assert.match((await one.adap(['log', 'join all'])).error, /^error\[no-log\]/);
});

test('caveats of a result are told, and kept', async () => {
  await using one = await project({ 'in/odd.sh': good('caveat') }, { join: false });
  const caveat = /it says caveat/;
  assert.match((await one.adap('build')).out, caveat);
  assert.match((await one.adap('status')).out, /^caveat +cook odd +it says caveat$/m);
});

test('what a plan costs is known once it was paid', async () => {
  await using one = await project({ 'in/slow.sh': `sleep 1; ${good('slow')}` }, { join: false });
  assert.doesNotMatch((await one.adap('build -n')).out, /computing/);
  await one.adap('build');
  one.write({ 'in/slow.sh': `sleep 1; ${good('changed')}` });
  assert.match((await one.adap('build -n')).out, /^1 to build, 1 fresh; about 1(\.\d)? s of computing$/m);
});

test('files beside the declared outputs are listed and thrown away', async () => {
  await using one = await project({ 'in/odd.sh': `touch out/odd/more beside; ${good('x')}` }, { join: false });
  await one.adap('build');
  const manifest = readFileSync(`${logOf(one, 'odd')}/manifest.json`, 'utf8');
  assert.match(manifest, /"undeclared":\[.*"out\/odd\/beside"/);
  assert.deepEqual(readdirSync(`${one.root}/home/out/odd`), ['result']);
});

test('more than the machine has to give is said, and not tried', async () => {
  await using one = await project(
    { 'config/good.json': '{"wants":{"memoryGiB":4000}}', 'in/b.sh': good('b') },
    { join: false, machine: { memoryGiB: 8 } },
  );
  const { out } = await one.adap('build');
  assert.match(out, /^failed +cook good +never-started: it wants 4000 GiB of memory; there are 8 GiB to give$/m);
  assert.match(out, /^built +cook b /m);
});

test('an input that changes while its recipe runs is read anew, and the result is that of the new one', async () => {
  await using one = await project(
    { 'in/odd.sh': `if [ ! -e "$0.once" ]; then touch "$0.once"; echo '# changed' >> "$0"; fi; ${good('x')}` },
    { join: false },
  );
  const { out } = await one.adap('build');
  assert.match(out, /^again +cook odd +input-changed: .*in\/odd\.sh changed while it ran; try 2/m);
  assert.match(out, /^built +cook odd /m);
  assert.match((await one.adap('build')).out, /^0 built, 2 fresh$/m);
});
