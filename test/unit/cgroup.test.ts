import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { openCgroup } from '../../engine/executors/cgroup.ts';
import { oomKillsOfMachine } from '../../engine/executors/machine.ts';
import type { Cgroup } from '../../engine/executors/cgroup.ts';
import { temporary } from '../rig/temporary.ts';

const MiB = 2 ** 20;
const name = (of: string): string => `adap-test-${process.pid}-${of}`;

/** A control group of this machine, which is gone at the end of the test with all that is in it. */
async function using(group: Cgroup, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } finally {
    await until(() => {
      for (const pid of group.pids()) kill(pid);
      return group.remove();
    });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 6000; tries += 1) {
    if (isSo()) return;
    await new Promise((done) => void setTimeout(done, 10));
  }
  assert.fail('it did not come to be within a minute');
}

/** What a shell printed that was in the group from its first command on. */
async function run(group: Cgroup, command: string): Promise<string> {
  const child = spawn('bash', ['-c', `${group.enterLine}${command}`], { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (piece: Buffer) => (printed += piece.toString()));
  await once(child, 'close');
  return printed.trim();
}

const isHere = ((): boolean => {
  const group = openCgroup(name('probe'), 64 * MiB);
  return group?.remove() ?? false;
})();
const version = /^\d+:([^:]*,)?memory(,[^:]*)?:/m.test(isHere ? readFileSync('/proc/self/cgroup', 'latin1') : '') ? 1 : 2;
const skip = isHere ? false : 'no control group for memory can be made here';

test(
  `what takes more than the limit of its control group is killed, and that is counted (version ${version}, real)`,
  { skip },
  async () => {
    const before = oomKillsOfMachine();
    const group = openCgroup(name('limit'), 64 * MiB)!;
    await using(group, async () => {
      assert.equal(group.oomKills(), 0);
      // Without a line end in it, tail keeps all of its input.
      const printed = await run(group, `head -c ${200 * MiB} /dev/zero | tail | wc -c; echo \${PIPESTATUS[1]}`);
      assert.match(printed, /137$/);
      assert.ok(group.oomKills() >= 1);
      assert.ok(group.peakBytes()! <= 64 * MiB && group.peakBytes()! > 60 * MiB, `${group.peakBytes()}`);
      assert.ok(oomKillsOfMachine() > before);
    });
  },
);

test(`the peak of a control group is what its processes took, also when they are gone (version ${version}, real)`, { skip }, async () => {
  for (const limit of [undefined, 512 * MiB]) {
    const group = openCgroup(name('peak'), limit)!;
    await using(group, async () => {
      assert.equal(await run(group, `head -c ${100 * MiB} /dev/zero | tail | wc -c`), String(100 * MiB));
      assert.equal(group.oomKills(), 0);
      assert.ok(group.peakBytes()! > 100 * MiB && group.peakBytes()! < 115 * MiB, `${group.peakBytes()}`);
    });
  }
});

test(`a process that left its parent and its environment is still in its control group (version ${version}, real)`, { skip }, async () => {
  const group = openCgroup(name('escape'), undefined)!;
  await using(group, async () => {
    const pid = Number(await run(group, '(setsid env -i bash -c "echo \\$\\$; exec sleep 300 >&-" &)'));
    assert.deepEqual(group.pids(), [pid]);
    assert.ok(!group.remove());
    kill(pid);
    await until(() => group.pids().length === 0);
    await until(() => group.remove());
    assert.equal(group.peakBytes(), undefined);
  });
});

test(`a process can be moved into a control group by its pid (version ${version}, real)`, { skip }, async () => {
  const group = openCgroup(name('enter'), 64 * MiB)!;
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  await using(group, async () => {
    assert.ok(group.enter(child.pid!));
    assert.deepEqual(group.pids(), [child.pid]);
    assert.ok(!group.enter(2 ** 22 + 1));
  });
});

test('a control group that a killed attempt left empty is made anew (real)', { skip }, async () => {
  const before = openCgroup(name('left'), 64 * MiB)!;
  await using(before, async () => {
    await run(before, `head -c ${20 * MiB} /dev/zero | tail | wc -c`);
    const after = openCgroup(name('left'), 64 * MiB)!;
    assert.ok(after.peakBytes()! < 10 * MiB);
  });
});

const v2 = {
  'cgroup.procs': '',
  'cgroup.subtree_control': 'cpu memory pids\n',
  'memory.events': 'low 0\noom 3\noom_kill 2\noom_group_kill 1\n',
};

function madeUp(self: string, group: Record<string, string>) {
  const folder = temporary();
  folder.write({ self, ...Object.fromEntries(Object.entries(group).map(([file, text]) => [`groups/${file}`, text])) });
  return Object.assign(folder, { roots: { groups: `${folder.path}/groups`, self: `${folder.path}/self` } });
}

const below = (path: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [`${path}/${file}`, text]));

test('files of version 2, in a made-up tree: limit without swap, killed as one, peak, kills, members', async () => {
  await inTree(madeUp('0::/pod/it\n', below('pod/it', v2)), async ({ path, roots, write }) => {
    const group = openCgroup('a-1', 64 * MiB + 0.5, roots)!;
    const folder = `${path}/groups/pod/it/a-1`;
    const has = (file: string): string => readFileSync(`${folder}/${file}`, 'latin1');
    assert.deepEqual(['memory.max', 'memory.swap.max', 'memory.oom.group'].map(has), [String(64 * MiB), '0', '1']);
    assert.deepEqual([group.peakBytes(), group.oomKills(), group.pids()], [undefined, 0, []]);
    write(below('groups/pod/it/a-1', { 'memory.peak': '1234\n', 'memory.events': 'oom 1\noom_kill 7\noom_group_kill 1\n' }));
    assert.deepEqual([group.peakBytes(), group.oomKills()], [1234, 7]);
    assert.ok(group.enter(42));
    assert.equal(has('cgroup.procs'), '42');
    write({ 'groups/pod/it/a-1/cgroup.procs': '42\n43\n' });
    assert.deepEqual(group.pids(), [42, 43]);
    assert.ok(group.enterLine.includes(`'${folder}/cgroup.procs'`));
    // Of the kernel's tree the files go with the folder.
    assert.ok(!group.remove());
    for (const file of ['memory.max', 'memory.swap.max', 'memory.oom.group', 'memory.peak', 'memory.events', 'cgroup.procs'])
      rmSync(`${folder}/${file}`);
    assert.ok(group.remove());
    assert.ok(!existsSync(folder));
  });
});

async function inTree(tree: ReturnType<typeof madeUp>, body: (tree: ReturnType<typeof madeUp>) => Promise<void>): Promise<void> {
  await using disposed = tree;
  await body(disposed);
}

const v1 = { 'cgroup.procs': '', 'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 5\n' };
const both = '5:cpu,cpuacct:/x\n4:memory:/x\n0::/x\n';
const handsOutCpu = { ...v2, 'cgroup.subtree_control': 'cpu\n' };
const withoutEvents = { 'cgroup.procs': '', 'cgroup.subtree_control': 'memory' };

const truth: [title: string, self: string, groups: Record<string, string>, isMade: boolean][] = [
  ['nothing at all', '', {}, false],
  ['no control group of either version', '1:name=systemd:/\n', {}, false],
  ['version 2, and its group hands out memory', '0::/\n', v2, true],
  ['version 2, and its group hands out other things', '0::/\n', handsOutCpu, false],
  ['version 2, a group in a group', '0::/x/y\n', below('x/y', v2), true],
  ['version 2, and the path is that of the host', '0::/x/y\n', v2, true],
  ['version 2, and the path leads out of what is seen', '0::/../x\n', v2, false],
  ['version 2, and nothing says what was killed', '0::/\n', withoutEvents, true],
  ['version 1', '4:memory:/x\n', below('memory/x', v1), true],
  ['version 1, with another controller', '4:cpu,memory:/x\n', below('memory/x', v1), true],
  ['both versions, memory of version 1', both, { ...below('memory/x', v1), ...below('x', v2) }, true],
  ['version 1, and nothing is mounted there', '4:memory:/x\n', {}, false],
];
for (const [title, self, groups, isMade] of truth)
  test(`a control group in a made-up tree: ${title}: ${isMade ? 'made' : 'none'}`, async () => {
    await inTree(madeUp(self, groups), async ({ roots }) => {
      assert.equal(openCgroup('a', 64 * MiB, roots) !== undefined, isMade);
    });
  });

test('a name that leads elsewhere makes no control group', async () => {
  await inTree(madeUp('0::/\n', v2), async ({ roots }) => {
    for (const each of ['', '.', '..', '../a', 'a/b', 'a b']) assert.equal(openCgroup(each, 1, roots), undefined);
  });
});
