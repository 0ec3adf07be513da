import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { test } from 'node:test';
import { identity } from '../../engine/disk/process-identity.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { parsed, readProcesses } from '../../engine/executors/process-table.ts';
import type { Capacity } from '../../engine/executors/executor.ts';
import { writeClaim } from '../../engine/records/attempt-files.ts';
import type { Claim } from '../../engine/records/attempt-files.ts';
import { processesOf, until } from '../rig/processes.ts';
import { openLocal } from './open-local.ts';
import { HELD, failureIn, isDead, orderAttempt, send, wordFor } from './ordered-attempt.ts';

/** What the contract does not say: how it is kept by processes of this machine. */
const NAME = 'executor of this machine';

test(`${NAME}: an attempt leads a session of its own, so that no signal to its builder's group reaches it`, async () => {
  await using one = orderAttempt(HELD);
  const running = openLocal(one.place).start(one.folder, one.order);
  const leader = await one.leader();
  const [, , , , group, sid] = readFileSync(`/proc/${leader}/stat`, 'latin1')
    .replace(/\(.*\)/, 'name')
    .split(' ')
    .map(Number);
  assert.deepEqual([group, sid], [leader, leader]);
  assert.notEqual(sid, parsed(readFileSync('/proc/self/stat', 'latin1')).sid);
  one.letGo();
  assert.equal(wordFor(one, await running.ended), 'sealed');
});

/** A claim of a process that lives: this one. */
const truly = (attempt: string): Claim => ({ ...identity(process.pid), host: hostname(), attempt, startedAtMs: 0 });

const claims: [title: string, claim: (attempt: string) => Claim, isAdopted: boolean][] = [
  ['that lives', truly, true],
  ['that is gone', (attempt) => ({ ...truly(attempt), pid: 2 ** 22 + 1 }), false],
  ['whose number is in use again', (attempt) => ({ ...truly(attempt), startTicks: '1' }), false],
  ['of another start of the machine', (attempt) => ({ ...truly(attempt), bootId: 'another' }), false],
  ['of another host', (attempt) => ({ ...truly(attempt), host: 'another' }), false],
  ['of another attempt', () => truly('another'), false],
];
for (const [title, claim, isAdopted] of claims)
  test(`${NAME}: a claim of a process ${title} is ${isAdopted ? '' : 'not '}adopted`, async () => {
    await using one = orderAttempt(HELD);
    writeClaim(nodeDisk, one.control, claim(one.order.attempt));
    const running = openLocal(one.place).adopt(one.folder, one.order);
    running?.release();
    assert.equal(running !== undefined, isAdopted);
  });

test(`${NAME}: a process that is dead, and whose end nobody takes note of, is not adopted`, async () => {
  await using one = orderAttempt(HELD);
  // What is a `sleep` now has a child that it never waits for.
  const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const who = identity(Number(said.toString()));
  send('SIGKILL', who.pid);
  await until(() => isDead(who.pid));
  writeClaim(nodeDisk, one.control, { ...truly(one.order.attempt), ...who });
  const running = openLocal(one.place).adopt(one.folder, one.order);
  running?.release();
  parent.kill('SIGKILL');
  assert.equal(running, undefined);
});

test(`${NAME}: an attempt that cannot hear that its time is over is ended all the same, and nothing of it is left`, async () => {
  // Its recipe stops it at once, long before the limit of about two seconds.
  const stops = 'read -r _ _ _ _ _ leader _ < /proc/$$/stat; kill -STOP "$leader"\n';
  await using one = orderAttempt(`${stops}${HELD}`, { wants: { cpus: 1, hours: 0.0006 }, graceSeconds: 0 });
  const ended = await openLocal(one.place, { deafSeconds: 0 }).start(one.folder, one.order).ended;
  assert.deepEqual(processesOf(one.place.root), []);
  assert.equal(ended.kind, 'died');
  assert.deepEqual(failureIn(one, ended), { cause: 'timed-out', says: 'it did not end within 0.0006 h, and did not hear' });
});

/** The small process that starts attempts for this one, while others run. */
const starterOf = (): number | undefined =>
  [...readProcesses().values()].find(
    ({ pid, parent }) => parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('/starter.ts'),
  )?.pid;

test(`${NAME}: what starts attempts may be killed: those that run go on, and others are started`, async () => {
  await using one = orderAttempt(HELD);
  const executor = openLocal(one.place);
  executor.prepare(one.place.root);
  await until(() => starterOf() !== undefined);
  const running = executor.start(one.folder, one.order);
  await one.leader();
  send('SIGKILL', starterOf() ?? 0);
  await until(() => starterOf() === undefined);
  one.letGo();
  assert.equal(wordFor(one, await running.ended), 'sealed');

  await using other = orderAttempt('exit 3\n');
  const after = openLocal(other.place);
  after.prepare(other.place.root);
  await until(() => starterOf() !== undefined);
  send('SIGKILL', starterOf() ?? 0);
  // Whether it was started before that is chance; it is told either way, and never waited for in vain.
  const cause = wordFor(other, await after.start(other.folder, other.order).ended);
  assert.ok(['exited', 'never-started'].includes(cause), cause);
  executor.close();
  after.close();
  await until(() => starterOf() === undefined);
});

test(`${NAME}: gives what the machine has, or what is allowed where that is less`, async () => {
  await using one = orderAttempt(HELD);
  const capacity = (allowed: Partial<Capacity>): Capacity => openLocal(one.place, { allowed }).capacity;
  const has = capacity({});
  assert.equal(has.cpus, availableParallelism());
  assert.ok(has.memoryGiB > 0 && has.scratchGiB > 0);
  const less = { cpus: has.cpus / 2, memoryGiB: has.memoryGiB / 2, scratchGiB: 0.001 };
  assert.deepEqual(capacity(less), less);
  const more = capacity({ cpus: 1e6, memoryGiB: 1e6, scratchGiB: 1e6 });
  assert.deepEqual([more.cpus, more.memoryGiB], [has.cpus, has.memoryGiB]);
  assert.ok(more.scratchGiB < 1e6);
  assert.equal(capacity({ cpus: 0.5 }).memoryGiB, has.memoryGiB);
});
