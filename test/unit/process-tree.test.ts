import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { ageSeconds, isLiving, parsed, readProcess, signalTo } from '../../engine/executors/process-table.ts';
import { MARK, endAll, findMarked, openProcessTree } from '../../engine/executors/process-tree.ts';
import type { Process, ProcessTree } from '../../engine/executors/process-tree.ts';

const MiB = 2 ** 20;
const isLinux = readProcess(process.pid) !== undefined;
const linux = { skip: isLinux ? false : 'no /proc here' };
const wait = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

async function until<Found>(find: () => Found | undefined | false, what: string): Promise<Found> {
  for (let tries = 0; tries < 6000; tries += 1) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await wait(10);
  }
  assert.fail(`a minute, and still not so: ${what}`);
}

type Shell = {
  readonly leader: number;
  /** The pid that the script printed, as `say NAME` or `says NAME PID`. */
  pid(name: string): Promise<number>;
  /** Lets the next `await_go` of the script go on. */
  go(): void;
  /** How it ended. */
  ended(): Promise<{ code: number | null; signal: string | null }>;
  die(): Promise<void>;
};

/** Starts shells, each founder of a group; nothing that they printed the pid of, or that is in their groups, outlives the test. */
function shells() {
  const attempt = `A${process.pid}-${Math.trunc(performance.now() * 1000)}`;
  const started: ChildProcess[] = [];
  const said = new Map<string, Process>();
  const start = (script: string, env: Record<string, string> = { [MARK]: attempt }): Shell => {
    const words = `says() { echo "$1 $2"; }; say() { says $1 $BASHPID; }; await_go() { read -r _ <&3; }; exec 3<&0; ${script}`;
    const child = spawn('bash', ['--norc', '-c', words], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], ...env },
    });
    started.push(child);
    child.stdin.on('error', () => undefined);
    let printed = '';
    child.stdout.on('data', (piece: Buffer) => {
      printed += piece.toString();
      const lines = printed.split('\n');
      printed = lines.pop() ?? '';
      for (const [name = '', pid = ''] of lines.map((each) => each.split(' '))) {
        const each = readProcess(Number(pid));
        if (each !== undefined) said.set(name, each);
      }
    });
    const exit = once(child, 'exit');
    return {
      leader: child.pid!,
      pid: async (name) => (await until(() => said.get(name), `the script names ${name}`)).pid,
      go: () => void child.stdin.write('go\n'),
      async ended() {
        const [code, signal] = (await exit) as [number | null, string | null];
        return { code, signal };
      },
      async die() {
        child.kill('SIGKILL');
        await exit;
      },
    };
  };
  return {
    attempt,
    start,
    /** As another process sees the attempt. */
    tree: (leader: number, more: { leaderStartTicks?: string } = {}): ProcessTree =>
      openProcessTree({ attempt, leader, apart: [process.pid], ...more }),
    async [Symbol.asyncDispose]() {
      for (const each of said.values()) signalTo(each, 'SIGKILL');
      const groups = started.map(({ pid }) => `${pid}`);
      await until(() => killAll((pid) => groups.includes(sidOf(pid) ?? '') || has(pid, `${MARK}=${attempt}`)) === 0, 'all are gone');
      for (const child of started) {
        child.stdout?.destroy();
        child.stdin?.destroy();
      }
    },
  };
}

/** Not by what is tested here: a test that fails leaves nothing running either. */
function killAll(isOurs: (pid: string) => boolean): number {
  let killed = 0;
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (isOurs(pid) && process.kill(Number(pid), 'SIGKILL')) killed += 1;
    } catch {
      // It has ended meanwhile.
    }
  }
  return killed;
}

const has = (pid: string, entry: string): boolean => readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(entry);
/** None of a zombie. */
const sidOf = (pid: string): string | undefined => /.*\) [^Z] \d+ \d+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];

const pids = (tree: ProcessTree): number[] =>
  tree
    .members()
    .map(({ pid }) => pid)
    .toSorted((a, b) => a - b);
const sorted = (...all: number[]): number[] => all.toSorted((a, b) => a - b);
const isRunning = (pid: number): boolean => {
  const found = readProcess(pid);
  return found !== undefined && isLiving(found);
};
const runs = async (pid: number, name: string): Promise<Process> =>
  until(() => [readProcess(pid)].find((each) => each?.name === name), `${pid} runs ${name}`);
const orphan = async (pid: number, parent: number): Promise<unknown> =>
  until(() => readProcess(pid)?.parent !== parent, `${pid} is no child of ${parent} any more`);

/** One of each kind that an attempt may have, in a shell that waits. */
const FAMILY = `
  (say child; (say grandchild; exec sleep 300) & wait) &
  (setsid bash -c 'echo daemon $$; exec sleep 300' &)
  say leader; await_go`;

async function family(shell: Shell): Promise<Record<'child' | 'grandchild' | 'daemon', number>> {
  await shell.pid('leader');
  const [child, grandchild, daemon] = [await shell.pid('child'), await shell.pid('grandchild'), await shell.pid('daemon')];
  await Promise.all([runs(grandchild, 'sleep'), runs(daemon, 'sleep')]);
  return { child, grandchild, daemon };
}

test('child, grandchild and a daemon of its own group belong to an attempt', linux, async () => {
  await using rig = shells();
  const shell = rig.start(FAMILY);
  const { child, grandchild, daemon } = await family(shell);
  const found = readProcess(daemon)!;
  assert.equal(found.sid, daemon);
  assert.ok(![shell.leader, child].includes(found.parent));
  assert.deepEqual(pids(rig.tree(shell.leader)), sorted(shell.leader, child, grandchild, daemon));
});

test('the attempt leaves itself apart, and finds its processes', linux, async () => {
  await using rig = shells();
  const shell = rig.start(FAMILY);
  const { child, grandchild, daemon } = await family(shell);
  const inside = openProcessTree({ attempt: rig.attempt, leader: shell.leader, apart: [shell.leader] });
  assert.deepEqual(pids(inside), sorted(child, grandchild, daemon));
  assert.deepEqual(await endAll(inside, { graceSeconds: 30, wait }), { ended: 3, stubborn: 0 });
  assert.ok(isRunning(shell.leader));
});

test('what a killed attempt left is found by one that never saw it, and ended', linux, async () => {
  await using rig = shells();
  const shell = rig.start(FAMILY);
  const { child, grandchild, daemon } = await family(shell);
  await shell.die();
  for (const leader of [shell.leader, 0]) assert.deepEqual(pids(rig.tree(leader)), sorted(child, grandchild, daemon));
  assert.deepEqual(
    findMarked(rig.attempt).map(({ pid }) => pid),
    sorted(child, grandchild, daemon),
  );
  assert.deepEqual(await endAll(rig.tree(0), { graceSeconds: 0, wait }), { ended: 3, stubborn: 0 });
  assert.deepEqual([child, grandchild, daemon].filter(isRunning), []);
  assert.deepEqual(await endAll(rig.tree(0), { graceSeconds: 0, wait }), { ended: 0, stubborn: 0 });
});

test('one that was seen stays known when it left its group, cleared its environment and lost its parent', linux, async () => {
  await using rig = shells();
  const shell = rig.start('(say it; await_go; exec setsid env -i sleep 300) & say leader; wait');
  const it = await shell.pid('it');
  await shell.pid('leader');
  const tree = rig.tree(shell.leader);
  assert.deepEqual(pids(tree), sorted(shell.leader, it));
  shell.go();
  await runs(it, 'sleep');
  await shell.die();
  await orphan(it, shell.leader);
  assert.equal(readProcess(it)?.sid, it);
  assert.deepEqual(pids(tree), [it]);
  assert.deepEqual(pids(rig.tree(shell.leader)), []);
  assert.deepEqual(await endAll(tree, { graceSeconds: 30, wait }), { ended: 1, stubborn: 0 });
  assert.ok(!isRunning(it));
});

test('the group of a process that is ours is ours, without a mark and a parent too', linux, async () => {
  await using rig = shells();
  const shell = rig.start(
    `(setsid bash -c 'echo founder $$; (env -i bash -c "echo it \\$\\$; exec sleep 300" &); exec sleep 300' &); say leader; await_go`,
  );
  const [founder, it] = [await shell.pid('founder'), await shell.pid('it')];
  await Promise.all([runs(founder, 'sleep'), runs(it, 'sleep')]);
  assert.equal(readProcess(it)?.sid, founder);
  assert.ok(![founder, shell.leader].includes(readProcess(it)!.parent));
  const tree = rig.tree(shell.leader);
  assert.deepEqual(pids(tree), sorted(shell.leader, founder, it));
  // Seen once, it stays known when its founder is gone.
  signalTo(readProcess(founder)!, 'SIGKILL');
  await until(() => !isRunning(founder), 'the founder is gone');
  assert.deepEqual(pids(tree), sorted(shell.leader, it));
});

test('the group of a leader that is gone counts beside one that carries the mark only', linux, async () => {
  await using rig = shells();
  const strangers = '(env -i bash -c "echo it \\$\\$; exec sleep 300" &); say leader; await_go';
  const [alone, beside] = [
    rig.start(strangers, {}),
    rig.start(strangers.replace('it', 'other').replace('say', '(say marked; exec sleep 300) & say')),
  ];
  const [it, other, marked] = [await alone.pid('it'), await beside.pid('other'), await beside.pid('marked')];
  await Promise.all([runs(it, 'sleep'), runs(other, 'sleep'), runs(marked, 'sleep')]);
  await Promise.all([alone.die(), beside.die()]);
  await orphan(marked, beside.leader);
  assert.deepEqual([readProcess(it)?.sid, readProcess(other)?.sid], [alone.leader, beside.leader]);
  assert.deepEqual(pids(rig.tree(beside.leader)), sorted(other, marked));
  assert.equal(openProcessTree({ attempt: 'none', leader: alone.leader, apart: [] }).members().length, 0);
});

test('a process that took over the number of a leader, and its group, are not of the attempt', linux, async () => {
  await using rig = shells();
  const shell = rig.start('(say it; exec sleep 300) & say leader; await_go', {});
  const it = await shell.pid('it');
  await shell.pid('leader');
  const tree = rig.tree(shell.leader, { leaderStartTicks: '1' });
  assert.deepEqual(pids(tree), []);
  assert.equal(tree.signal('SIGKILL'), 0);
  assert.deepEqual(await endAll(tree, { graceSeconds: 0, wait }), { ended: 0, stubborn: 0 });
  assert.deepEqual([shell.leader, it].filter(isRunning), [shell.leader, it]);
});

test('a process that took over the number of another is not hit by a signal for that one', linux, async () => {
  await using rig = shells();
  const shell = rig.start('say leader; await_go');
  const leader = await shell.pid('leader');
  const is = readProcess(leader)!;
  assert.ok(!signalTo({ pid: leader, startTicks: String(Number(is.startTicks) - 1) }, 'SIGKILL'));
  assert.ok(!signalTo({ pid: 2 ** 22 + 1, startTicks: is.startTicks }, 'SIGKILL'));
  assert.ok(isRunning(leader));
  assert.ok(signalTo(is, 'SIGKILL'));
  assert.deepEqual(await shell.ended(), { code: null, signal: 'SIGKILL' });
});

test('a process that gets the mark with a later exec is looked at again', linux, async () => {
  await using rig = shells();
  const shell = rig.start(`say it; await_go; exec env ${MARK}=${rig.attempt} sleep 300`, {});
  const it = await shell.pid('it');
  const tree = rig.tree(0);
  await until(
    () =>
      pids(tree).length === 0 &&
      Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) > Number(readProcess(it)!.startTicks) / 100 + 1.2,
    'it is not young',
  );
  assert.deepEqual(pids(tree), []);
  shell.go();
  await runs(it, 'sleep');
  assert.deepEqual(pids(tree), [it]);
});

test('a process that is young gets the mark with an exec of its own program, and is looked at again', linux, async () => {
  await using rig = shells();
  for (let tries = 0; tries < 50; tries += 1) {
    const shell = rig.start(
      `say first${tries}; await_go; exec env ${MARK}=${rig.attempt} bash --norc -c 'echo second${tries} $$; read -r _ <&3'`,
      {},
    );
    const it = await shell.pid(`first${tries}`);
    const tree = rig.tree(0);
    assert.ok(!pids(tree).includes(it));
    const age = ageSeconds(readProcess(it)!);
    shell.go();
    assert.equal(await shell.pid(`second${tries}`), it);
    // On a busy machine it may not be young any more when it is first looked at.
    if (age < 1) return assert.ok(pids(tree).includes(it));
  }
  assert.fail('none was looked at while it was young');
});

test('the mark is found where it is all of an environment', linux, async () => {
  await using rig = shells();
  const shell = rig.start(`say it; exec env -i ${MARK}=${rig.attempt} sleep 300`, {});
  const it = await shell.pid('it');
  await runs(it, 'sleep');
  assert.deepEqual(pids(rig.tree(0)), [it]);
});

test('a child belongs to an attempt though it left its group and cleared its environment before it was seen', linux, async () => {
  await using rig = shells();
  const shell = rig.start('(say it; exec setsid env -i sleep 300) & say leader; wait');
  const it = await shell.pid('it');
  await shell.pid('leader');
  await runs(it, 'sleep');
  assert.deepEqual([readProcess(it)?.sid, readProcess(it)?.parent], [it, shell.leader]);
  assert.deepEqual(pids(rig.tree(shell.leader)), sorted(shell.leader, it));
});

test('marks of others, and what only looks like a mark, are not touched', linux, async () => {
  await using rig = shells();
  const [mine, ...others] = [
    rig.start('say mine; await_go'),
    rig.start('say longer; await_go', { [MARK]: `${rig.attempt}0` }),
    rig.start('say shorter; await_go', { [MARK]: rig.attempt.slice(0, -1) }),
    rig.start('say prefixed; await_go', { [`X${MARK}`]: rig.attempt }),
    rig.start('say within; await_go', { OTHER: `${MARK}=${rig.attempt}` }),
    rig.start('say none; await_go', {}),
  ] as const;
  const names = ['longer', 'shorter', 'prefixed', 'within', 'none'];
  const alive = await Promise.all(names.map(async (name) => others[0].pid(name)));
  await mine.pid('mine');
  const tree = rig.tree(mine.leader);
  assert.deepEqual(pids(tree), [mine.leader]);
  assert.deepEqual(await endAll(tree, { graceSeconds: 30, wait }), { ended: 1, stubborn: 0 });
  assert.deepEqual(await mine.ended(), { code: null, signal: 'SIGTERM' });
  assert.deepEqual(alive.filter(isRunning), alive);
});

test('a zombie does not count', linux, async () => {
  await using rig = shells();
  const shell = rig.start('(say it; await_go) & say leader; exec sleep 300');
  const it = await shell.pid('it');
  await runs(shell.leader, 'sleep');
  assert.deepEqual(pids(rig.tree(shell.leader)), sorted(shell.leader, it));
  shell.go();
  await until(() => readProcess(it)?.state === 'Z', 'it is a zombie');
  const tree = openProcessTree({ attempt: rig.attempt, leader: shell.leader, apart: [shell.leader] });
  assert.deepEqual(pids(tree), []);
  assert.deepEqual(await endAll(tree, { graceSeconds: 30, wait }), { ended: 0, stubborn: 0 });
  assert.equal(readProcess(it)?.state, 'Z');
});

test('what does not hear SIGTERM is killed after the grace', linux, async () => {
  await using rig = shells();
  const shell = rig.start(`trap '' TERM; say leader; exec sleep 300`);
  await runs(shell.leader, 'sleep');
  assert.deepEqual(await endAll(rig.tree(shell.leader), { graceSeconds: 0.2, wait }), { ended: 1, stubborn: 0 });
  assert.deepEqual(await shell.ended(), { code: null, signal: 'SIGKILL' });
});

test('what hears SIGTERM has its grace to clean up in', linux, async () => {
  await using rig = shells();
  const shell = rig.start(`trap 'sleep 0.2; exit 7' TERM; say leader; await_go`);
  await shell.pid('leader');
  await endAll(rig.tree(shell.leader), { graceSeconds: 60, wait });
  assert.deepEqual(await shell.ended(), { code: 7, signal: null });
});

test('what is stopped goes on to hear that it shall end', linux, async () => {
  await using rig = shells();
  const shell = rig.start(`trap 'exit 7' TERM; say leader; while :; do await_go; done`);
  await shell.pid('leader');
  signalTo(readProcess(shell.leader)!, 'SIGSTOP');
  await until(() => readProcess(shell.leader)?.state === 'T', 'it is stopped');
  assert.deepEqual(await endAll(rig.tree(shell.leader), { graceSeconds: 60, wait }), { ended: 1, stubborn: 0 });
  assert.deepEqual(await shell.ended(), { code: 7, signal: null });
});

test('what begins ever new processes is ended too', linux, async () => {
  await using rig = shells();
  const shell = rig.start(`trap '' TERM; say leader; for n in {1..500}; do (setsid sleep 300 &); sleep 0.01; done`);
  const tree = rig.tree(shell.leader);
  await until(() => tree.members().length > 10, 'there are more than ten');
  const { ended, stubborn } = await endAll(tree, { graceSeconds: 0.1, wait });
  assert.ok(ended > 10);
  assert.equal(stubborn, 0);
  assert.deepEqual(findMarked(rig.attempt), []);
});

type Heard = { readonly says: string[]; waited: number; looks: number };

/** A tree of made-up processes, which ends `when` it is told. */
function madeUp(ends: (heard: Heard) => number): { tree: ProcessTree; heard: Heard; wait: (ms: number) => Promise<void> } {
  const heard: Heard = { says: [], waited: 0, looks: 0 };
  const one = readProcess(process.pid) ?? parsed('1 (it) S 0 1 1');
  const members = (): Process[] => {
    heard.looks += 1;
    return Array.from({ length: ends(heard) }, (_, index) => ({ ...one, pid: index + 1 }));
  };
  const signal = (name: string): number => {
    heard.says.push(name);
    return members().length;
  };
  const waiting = async (ms: number): Promise<void> => {
    assert.ok(ms > 0 && ms <= 100);
    heard.waited += ms;
    // Lets nobody wait for ever.
    assert.ok(heard.waited < 60_000);
  };
  return { tree: { members, memoryBytes: () => 0, signal }, heard, wait: waiting };
}

const endings: [
  title: string,
  grace: number,
  ends: (heard: Heard) => number,
  result: object,
  says: string,
  waited: [from: number, to: number],
][] = [
  ['nobody is left', 5, () => 0, { ended: 0, stubborn: 0 }, '', [0, 0]],
  ['all end when asked', 5, ({ says }) => (says.length > 1 ? 0 : 3), { ended: 3, stubborn: 0 }, 'SIGTERM SIGCONT', [0, 0]],
  ['all end within the grace', 5, ({ waited }) => (waited > 3000 ? 0 : 3), { ended: 3, stubborn: 0 }, 'SIGTERM SIGCONT', [3000, 3200]],
  [
    'some do not',
    5,
    ({ says }) => (says.includes('SIGKILL') ? 0 : 3 - Math.min(2, says.length)),
    { ended: 3, stubborn: 0 },
    'SIGTERM SIGCONT SIGKILL',
    [5000, 5100],
  ],
  ['no grace', 0, ({ says }) => (says.length > 0 ? 0 : 3), { ended: 3, stubborn: 0 }, 'SIGKILL', [20, 20]],
  [
    'one escaped the first look',
    0,
    ({ says, looks }) => (says.length > 0 || looks === 1 ? 0 : 1),
    { ended: 1, stubborn: 0 },
    'SIGKILL',
    [20, 20],
  ],
  ['one hangs in the kernel', 0, ({ says }) => (says.length > 1 ? 1 : 3), { ended: 2, stubborn: 1 }, 'SIGKILL', [10_000, 10_000]],
  [
    'one hangs in the kernel, with a grace',
    2,
    ({ says }) => (says.length > 3 ? 1 : 3),
    { ended: 2, stubborn: 1 },
    'SIGTERM SIGCONT SIGKILL',
    [12_000, 12_000],
  ],
];
for (const [title, graceSeconds, ends, result, says, [from, to]] of endings)
  test(`ending made-up processes: ${title}`, async () => {
    const { tree, heard, wait: waiting } = madeUp(ends);
    assert.deepEqual(await endAll(tree, { graceSeconds, wait: waiting }), result);
    assert.equal([...new Set(heard.says)].join(' '), says);
    assert.ok(heard.waited >= from && heard.waited <= to, `${heard.waited}`);
  });

const numbers = '1 77 88 0 -1 4194304 5 6 7 8 250 50 30 70 20 0 3 0 4242 9999 12';
const names: [title: string, name: string][] = [
  ['plain', 'sleep'],
  ['with blanks and brackets', 'a) (b) R 1'],
  ['empty', ''],
];
for (const [title, name] of names)
  test(`a process whose name is ${title} is read as any other`, () => {
    const { rssBytes, ...rest } = parsed(`77 (${name}) D ${numbers} 0\n`);
    assert.deepEqual(rest, { pid: 77, startTicks: '4242', name, state: 'D', parent: 1, sid: 88, threads: 3, cpuSeconds: 4 });
    assert.equal(rssBytes % (12 * 4096), 0);
  });

test('one whose first thread has ended lives while another works', () => {
  const it = parsed(`77 (it) Z ${numbers} 0\n`);
  assert.deepEqual(
    [3, 1, 0].map((threads) => isLiving({ ...it, threads })),
    [true, false, false],
  );
});

const pss = (all: readonly Process[]): number =>
  all.reduce((sum, { pid }) => sum + Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]) * 1024, 0);
const hasPss = isLinux && readFileSync('/proc/self/smaps_rollup', 'latin1').includes('Pss:');
const within = (is: number, of: number, share: number): void =>
  assert.ok(Math.abs(is - of) <= of * share, `${is / MiB} MiB, and it is ${of / MiB}`);

/** Looks until the tree holds so much, as one who measures it; gives the highest figure. */
async function peak(tree: ProcessTree, bytes: number): Promise<number> {
  let highest = 0;
  await until(() => {
    highest = Math.max(highest, tree.memoryBytes());
    return tree.members().reduce((sum, { rssBytes }) => sum + rssBytes, 0) >= bytes;
  }, `the tree holds ${bytes}`);
  for (let more = 0; more < 15; more += 1) highest = Math.max(highest, tree.memoryBytes());
  return highest;
}

test('memory of five processes with 60 MiB each is 300 MiB', { skip: hasPss ? false : 'no smaps_rollup here' }, async (context) => {
  await using rig = shells();
  // Without a line end in it, tail keeps all of its input.
  const shell = rig.start(`for n in 1 2 3 4 5; do (head -c ${60 * MiB} /dev/zero; exec sleep 300) | tail & done; say leader; wait`);
  const tree = rig.tree(shell.leader);
  const highest = await peak(tree, 300 * MiB);
  context.diagnostic(`${(highest / MiB).toFixed(1)} MiB measured, ${(pss(tree.members()) / MiB).toFixed(1)} by a sum over all`);
  within(highest, 300 * MiB, 0.1);
  within(tree.memoryBytes(), pss(tree.members()), 0.02);
});

const perl = await once(
  spawn('perl', ['-e', 'exit 7'], { stdio: 'ignore' }).on('error', () => undefined),
  'close',
).then(([code]) => code === 7);
const skip = !hasPss ? 'no smaps_rollup here' : !perl && 'no perl here';

test('memory that five processes share since their fork counts once', { skip }, async (context) => {
  await using rig = shells();
  const fork = `open F, "/dev/zero"; sysread F, $x, ${200 * MiB}; for (1..4) { last unless fork } sleep 300`;
  const shell = rig.start(`say leader; exec perl -e '${fork}'`);
  const tree = rig.tree(shell.leader);
  const highest = await peak(tree, 1000 * MiB);
  const rss = tree.members().reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  context.diagnostic(`${(highest / MiB).toFixed(1)} MiB measured, ${(rss / MiB).toFixed(1)} if each counted all of its own`);
  assert.equal(tree.members().length, 5);
  within(highest, 200 * MiB, 0.1);
});

test('memory that ceases to be shared is noticed after ten looks', { skip }, async (context) => {
  await using rig = shells();
  // Each child writes into its copy when told to; what is resident does not change by that.
  const fork = `open F, "/dev/zero"; sysread F, $x, ${100 * MiB}; pipe R, W; for (1..2) { if (!fork) { close W; <R>; for ($i = 0; $i < length $x; $i += 4096) { substr($x, $i, 1) = "x" } sleep 300 } } close R; <STDIN>; close W; sleep 300`;
  const shell = rig.start(`say leader; exec perl -e '${fork}'`);
  const tree = rig.tree(shell.leader);
  within(await peak(tree, 300 * MiB), 100 * MiB, 0.15);
  shell.go();
  await until(() => pss(tree.members()) > 290 * MiB, 'all is copied');
  const looks = Array.from({ length: 12 }, () => tree.memoryBytes());
  context.diagnostic(`${(Math.max(...looks) / MiB).toFixed(1)} MiB measured`);
  within(Math.max(...looks), 300 * MiB, 0.1);
});
