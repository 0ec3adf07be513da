/** What every executor must do, wherever it starts attempts; those of this machine are looked at by their processes. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import { digest } from '../../engine/lib/digest.ts';
import { readManifest, writeOrder } from '../../engine/records/attempt-files.ts';
import { processesOf, until } from '../rig/processes.ts';
import { good, recipes } from '../rig/recipes.ts';
import {
  HELD,
  endOf,
  failureIn,
  isDead,
  isOtherBuilder,
  killBuilder,
  orderAttempt,
  otherBuilder,
  pidsIn,
  send,
  wordFor,
} from './ordered-attempt.ts';
import type { OpenExecutor, OrderedAttempt } from './ordered-attempt.ts';

const ORPHAN = 'setsid sleep 1000 < /dev/null > /dev/null 2>&1 &\n';
const HEARS = `trap 'touch "$(dirname "$0")/../heard"; exit 1' TERM\n`;

export function executorContract(name: string, open: OpenExecutor): void {
  if (isOtherBuilder(open)) return;

  const row = (title: string, script: string, run: (one: OrderedAttempt, executor: Executor) => Promise<void>): void =>
    void test(`${name}: ${title}`, async () => {
      await using one = orderAttempt(script);
      await run(one, open(one.place));
    });

  row('a good attempt ends with a sealed manifest that names its outputs with their digests', good('a'), async (one, executor) => {
    const ended = await executor.start(one.folder, one.order).ended;
    assert.ok(ended.kind === 'manifest' && ended.manifest.kind === 'sealed', failureIn(one, ended)?.says);
    const { attempt, target, key, tries } = one.order;
    assert.deepEqual(ended.manifest.order, { attempt, target, key, tries });
    assert.deepEqual(
      ended.manifest.outputs.map((output) => [output.name, output.path, output.digest]),
      [['out', 'out/a/result', digest(Buffer.from('a\nend\n'))]],
    );
    assert.equal(readFileSync(`${one.folder}/out/a/result`, 'utf8'), 'a\nend\n');
    assert.equal(ended.manifest.evidence.attempt, attempt);
    assert.deepEqual(readManifest(nodeDisk, one.control), ended.manifest);
  });

  const failing: [title: string, script: string, cause: string, says: RegExp][] = [
    ['exits', 'echo half > "$OUT"; echo why >&2; exit 3\n', 'exited', / exited with 3: why$/],
    ['is ended from outside', 'echo half > "$OUT"; kill -TERM $$\n', 'preempted', /: SIGTERM from outside$/],
    ['makes nothing', 'true\n', 'incomplete', /^out\/a\/result is missing$/],
    ['makes half of it', 'echo half > "$OUT"\n', 'incomplete', /^its last line is not end$/],
  ];
  for (const [title, script, cause, says] of failing)
    row(`a recipe that ${title} ends with a failed manifest, and its outputs are gone: ${cause}`, script, async (one, executor) => {
      const ended = await executor.start(one.folder, one.order).ended;
      assert.equal(ended.kind, 'manifest');
      assert.equal(wordFor(one, ended), cause);
      assert.match(failureIn(one, ended)?.says ?? '', says);
      assert.deepEqual(one.made(), []);
    });

  const adapfiles: [title: string, adapfile: (root: string) => string, cause: string, says: RegExp][] = [
    [
      'raised the revision of its rule',
      () => recipes.replace('revision: 1', 'revision: 2'),
      'input-changed',
      /rule cook is of revision 2, and 1 /,
    ],
    ['lost its rule', () => recipes.replace("name: 'cook'", "name: 'boil'"), 'input-changed', /no rule cook /],
    [
      'makes its rule one of bytes',
      () => recipes.replace("kind: 'runs'", "kind: 'writes'"),
      'input-changed',
      /no rule cook .* runs commands/,
    ],
    ['throws', () => `${recipes}throw new Error('no such luck');`, 'never-started', /\/adapfile\.ts .*: no such luck$/],
    ['is no program', () => 'export default {', 'never-started', /\/adapfile\.ts /],
    ['imports what is not there', () => `import './gone.ts';\n${recipes}`, 'never-started', /\/adapfile\.ts .*gone\.ts/],
  ];
  for (const [title, adapfile, cause, says] of adapfiles)
    row(`an adapfile that, since the order, ${title}: ${cause}`, HELD, async (one, executor) => {
      one.write({ 'adapfile.ts': adapfile(one.place.root) });
      const ended = await executor.start(one.folder, one.order).ended;
      assert.equal(wordFor(one, ended), cause);
      assert.match(failureIn(one, ended)?.says ?? '', says);
      assert.equal(one.times(), 0);
    });

  for (const [title, script, word] of [
    ['succeeds', `${ORPHAN}${good('a')}`, 'sealed'],
    ['fails', `${ORPHAN}exit 3\n`, 'exited'],
  ] as const)
    row(`what a recipe that ${title} has left running is gone when it is said to have ended`, script, async (one, executor) => {
      const ended = await executor.start(one.folder, one.order).ended;
      assert.deepEqual(processesOf(one.place.root), []);
      assert.equal(wordFor(one, ended), word);
    });

  row(
    'an attempt whose own process is killed has died by that signal, and its recipe is gone',
    `${ORPHAN}${HELD}`,
    async (one, executor) => {
      const running = executor.start(one.folder, one.order);
      send('SIGKILL', await one.leader());
      const ended = await running.ended;
      assert.deepEqual(processesOf(one.place.root), []);
      assert.ok(ended.kind === 'died');
      assert.deepEqual([ended.died.asked, ended.died.hadBegun, ended.died.signal], ['nothing', true, 'SIGKILL']);
      assert.equal(wordFor(one, ended), 'preempted');
    },
  );

  row('an attempt whose own process breaks has died with what it said last, and its recipe is gone', HELD, async (one, executor) => {
    one.write({ 'adapfile.ts': `${recipes}Promise.reject(new Error('late'));` });
    const ended = await executor.start(one.folder, one.order).ended;
    assert.deepEqual(processesOf(one.place.root), []);
    assert.match(failureIn(one, ended)?.says ?? '', /^adap attempt ended with 1: .*\/adapfile\.ts:\d+ .* Error: late$/);
    assert.equal(wordFor(one, ended), 'bug');
  });

  const cancels: [title: string, script: string, before: (one: OrderedAttempt) => Promise<void>, isHeard: boolean][] = [
    ['hears', `${HEARS}${HELD}`, async () => undefined, true],
    ['does not hear', `trap '' TERM; ${HELD}`, async () => undefined, false],
    ['is stopped', `${HEARS}${HELD}`, async (one) => send('SIGSTOP', await one.recipe()), true],
    ['is stopped, as its attempt is', `${HEARS}${HELD}`, async (one) => send('SIGSTOP', -(await one.leader())), false],
  ];
  for (const [title, script, before, isHeard] of cancels)
    row(`cancel of a recipe that ${title}: it ends, and nothing of it is left`, script, async (one, executor) => {
      const running = executor.start(one.folder, one.order);
      await one.recipe();
      await before(one);
      running.cancel();
      const ended = await running.ended;
      assert.deepEqual(processesOf(one.place.root), []);
      assert.equal(wordFor(one, ended), 'cancelled');
      assert.equal(existsSync(`${one.place.root}/heard`), isHeard);
    });

  row('cancel twice is cancel once', HELD, async (one, executor) => {
    const running = executor.start(one.folder, one.order);
    await one.recipe();
    running.cancel();
    running.cancel();
    assert.equal(wordFor(one, await running.ended), 'cancelled');
  });

  row('cancel of one that has not come up yet: it never begins', HELD, async (one, executor) => {
    const running = executor.start(one.folder, one.order);
    running.cancel();
    assert.equal(wordFor(one, await running.ended), 'cancelled');
    assert.equal(one.times(), 0);
  });

  row('cancel of one that has ended changes nothing', good('a'), async (one, executor) => {
    const running = executor.start(one.folder, one.order);
    await running.ended;
    const before = readdirSync(one.control);
    running.cancel();
    assert.deepEqual(readdirSync(one.control), before);
    assert.equal(wordFor(one, await running.ended), 'sealed');
  });

  row('a builder that leaves ends while its attempt goes on; the next adopts it, and gets its manifest', HELD, async (one, executor) => {
    assert.equal(await endOf(await otherBuilder(one, 'start and leave')), 0);
    await one.recipe();
    const running = executor.adopt(one.folder, one.order);
    assert.ok(running !== undefined);
    one.letGo();
    assert.equal(wordFor(one, await running.ended), 'sealed');
    assert.equal(one.times(), 1);
  });

  row('an attempt of a killed builder goes on; the next adopts it, and may leave it, too', HELD, async (one, executor) => {
    await killBuilder(await otherBuilder(one, 'start'));
    await one.recipe();
    executor.adopt(one.folder, one.order)?.release();
    const running = executor.adopt(one.folder, one.order);
    one.letGo();
    const ended = await running?.ended;
    assert.equal(ended && wordFor(one, ended), 'sealed');
    assert.equal(one.times(), 1);
  });

  for (const [title, end, word] of [
    ['cancelled', 'cancel', 'cancelled'],
    ['killed', 'kill', 'preempted'],
  ] as const)
    row(`an adopted attempt that is ${title} ends, and nothing of it is left`, `${ORPHAN}${HELD}`, async (one, executor) => {
      await killBuilder(await otherBuilder(one, 'start'));
      const leader = await one.leader();
      const running = executor.adopt(one.folder, one.order);
      if (end === 'cancel') running?.cancel();
      else send('SIGKILL', leader);
      const ended = await running?.ended;
      assert.deepEqual(processesOf(one.place.root), []);
      assert.equal(ended && wordFor(one, ended), word);
    });

  row('an attempt that has not said yet who it is: either it is adopted, or it never begins', HELD, async (one, executor) => {
    const first = open(one.place).start(one.folder, one.order);
    await until(() => processesOf(one.place.root).length > 0);
    const pids = pidsIn(processesOf(one.place.root));
    for (const pid of pids) send('SIGSTOP', pid);
    const adopted = executor.adopt(one.folder, one.order);
    for (const pid of pids) send('SIGCONT', pid);
    one.letGo();
    const ended = await (adopted ?? first).ended;
    assert.equal(one.times(), adopted === undefined ? 0 : 1);
    assert.equal(wordFor(one, ended) === 'sealed', adopted !== undefined);
    assert.deepEqual(one.made(), adopted === undefined ? [] : ['out']);
  });

  row('a dead attempt is not adopted; what it left running is swept', `${ORPHAN}${HELD}`, async (one, executor) => {
    await killBuilder(await otherBuilder(one, 'start'));
    const leader = await one.leader();
    send('SIGKILL', leader);
    await until(() => isDead(leader));
    assert.equal(executor.adopt(one.folder, one.order), undefined);
    await executor.sweep(one.order);
    assert.deepEqual(processesOf(one.place.root), []);
  });

  row('an attempt that is started twice runs once; the second try disturbs neither it nor its commands', HELD, async (one, executor) => {
    const first = executor.start(one.folder, one.order);
    await one.recipe();
    // It ends as one that came too late, or is the same attempt.
    const second = open(one.place).start(one.folder, one.order);
    await Promise.race([second.ended, new Promise((done) => void setTimeout(done, 500))]);
    assert.equal(existsSync(`${one.place.root}/disturbed`), false);
    one.letGo();
    const [is, other] = await Promise.all([first.ended, second.ended]);
    assert.equal(wordFor(one, is), 'sealed');
    assert.ok(other.kind === 'died' || wordFor(one, other) === 'sealed');
    assert.equal(one.times(), 1);
  });

  row('an attempt that is started twice at once runs once', HELD, async (one, executor) => {
    const both = [executor.start(one.folder, one.order), open(one.place).start(one.folder, one.order)];
    one.letGo();
    const ends = await Promise.all(both.map(({ ended }) => ended));
    assert.ok(ends.some((each) => wordFor(one, each) === 'sealed'));
    assert.equal(existsSync(`${one.place.root}/disturbed`), false);
    assert.equal(one.times(), 1);
  });

  row('an attempt whose folder is removed while it comes up makes nothing', HELD, async (one, executor) => {
    const running = executor.start(one.folder, one.order);
    rmSync(one.folder, { recursive: true });
    assert.equal((await running.ended).kind, 'died');
    assert.equal(existsSync(one.folder), false);
    assert.equal(one.times(), 0);
  });

  row('an attempt in whose folder another is ordered while it comes up leaves the place to that one', HELD, async (one, executor) => {
    const running = executor.start(one.folder, one.order);
    const another = { ...one.order, attempt: `${one.order.attempt}-another` };
    writeOrder(nodeDisk, one.control, another);
    assert.equal((await running.ended).kind, 'died');
    assert.equal(one.times(), 0);
    one.letGo();
    assert.equal(wordFor(one, await executor.start(one.folder, another).ended), 'sealed');
  });

  row('what another attempt has left in the folder is not taken for the result of this one', good('a'), async (one, executor) => {
    assert.equal(wordFor(one, await executor.start(one.folder, one.order).ended), 'sealed');
    const another = { ...one.order, attempt: `${one.order.attempt}-another` };
    writeOrder(nodeDisk, one.control, another);
    assert.equal(executor.adopt(one.folder, another), undefined);
    assert.equal((await executor.start(one.folder, another).ended).kind, 'died');
  });

  row('what was made ready begins the next attempt, and is not taken for one before', good('a'), async (one, executor) => {
    executor.prepare(one.place.root);
    assert.equal(executor.adopt(`${one.place.attempts}/none`, one.order), undefined);
    const ended = await executor.start(one.folder, one.order).ended;
    executor.close();
    assert.equal(wordFor(one, ended), 'sealed');
    await until(() => processesOf(one.place.root).length === 0);
  });

  row('what was made ready and is not needed ends by itself', good('a'), async (one, executor) => {
    executor.prepare(one.place.root);
    executor.close();
    await until(() => processesOf(one.place.root).length === 0);
  });

  row('what a killed builder had made ready ends by itself', good('a'), async (one) => {
    await killBuilder(await otherBuilder(one, 'prepare'));
    await until(() => processesOf(one.place.root).length === 0);
  });
}
