/**
 * What every executor must do, whatever it starts attempts on. The recipes say who they are, and end when they are let go; a
 * builder that is killed or leaves is this test file run once more, in a process of its own.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { causeOfDeath } from '../../engine/attempt/cause-of.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import type { Ended, Executor } from '../../engine/executors/executor.ts';
import { digest } from '../../engine/lib/digest.ts';
import type { Order } from '../../engine/model/attempt.ts';
import { controlFolder, readManifest, readOrder, writeOrder } from '../../engine/records/attempt-files.ts';
import { processesOf, until } from '../rig/processes.ts';
import { good, recipes } from '../rig/recipes.ts';
import { temporary } from '../rig/temporary.ts';

export type Place = { readonly root: string; readonly attempts: string };
export type OpenExecutor = (place: Place) => Executor;

/** Says its own pid, and makes its result once `go` is there. */
export const HELD = `cd "$(dirname "$0")/.."; echo $$ >> begun; while [ ! -e go ]; do sleep 0.02 || touch disturbed; done; ${good('held')}`;
const ORPHAN = 'setsid sleep 1000 < /dev/null > /dev/null 2>&1 &\n';

/** One order in its folder. At the end of its test no process of it may be left. */
export type Ordered = AsyncDisposable & {
  readonly place: Place;
  readonly folder: string;
  readonly control: string;
  readonly order: Order;
  write(files: Readonly<Record<string, string>>): void;
  /** Of the recipe, once it has begun. */
  recipe(): Promise<number>;
  /** Of the attempt's own process, which leads the session of the recipe. */
  attempt(): Promise<number>;
  /** How often the recipe was begun. */
  times(): number;
  letGo(): void;
};

export function ordered(script: string, more: Partial<Order> = {}): Ordered {
  const project = temporary();
  const root = project.path;
  project.write({ 'adapfile.ts': recipes, 'config/common.json': '{}', 'in/a.sh': script });
  const place = { root, attempts: `${root}/home/.adap/attempts` };
  const folder = `${place.attempts}/a`;
  const order: Order = {
    attempt: `${process.pid}-${root.slice(-6)}`,
    target: 'cook a',
    rule: 'cook',
    revision: 1,
    at: { name: 'a' },
    key: 'K',
    root,
    home: `${root}/home`,
    outputs: [{ name: 'out', path: 'out/a/result', isTree: false }],
    needs: { script: { kind: 'file', path: 'in/a.sh' }, version: { kind: 'recorded', values: { version: '1' } } },
    paths: { script: `${root}/in/a.sh` },
    inputs: [],
    wants: { cpus: 1, hours: 1 },
    tries: 1,
    graceSeconds: 0.3,
    ...more,
  };
  nodeDisk.makeFolder(controlFolder(folder));
  writeOrder(nodeDisk, controlFolder(folder), order);
  const begun = (): string[] => (existsSync(`${root}/begun`) ? readFileSync(`${root}/begun`, 'utf8').split('\n').slice(0, -1) : []);
  const one: Ordered = {
    place,
    folder,
    control: controlFolder(folder),
    order,
    write: project.write,
    async recipe() {
      await until(() => begun().length > 0);
      return Number(begun().at(-1));
    },
    attempt: async () => sessionOf(await one.recipe()),
    times: () => begun().length,
    letGo: () => writeFileSync(`${root}/go`, ''),
    async [Symbol.asyncDispose]() {
      const left = processesOf(root);
      for (const each of left) endNow(Number.parseInt(each, 10));
      await project[Symbol.asyncDispose]();
      assert.deepEqual(left, []);
    },
  };
  return one;
}

/** Field 6 of stat. */
export const sessionOf = (pid: number): number => Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[3]);

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** `sealed`, or the cause that a builder makes of it. */
export function causeIn({ order }: Ordered, ended: Ended): string {
  if (ended.kind === 'died') return causeOfDeath({ ...ended.died, limits: { hours: order.wants.hours, memoryBytes: undefined } }).cause;
  return ended.manifest.kind === 'sealed' ? 'sealed' : ended.manifest.failure.cause;
}

const saysIn = ({ order }: Ordered, ended: Ended): string => {
  if (ended.kind === 'died') return causeOfDeath({ ...ended.died, limits: { hours: order.wants.hours, memoryBytes: undefined } }).says;
  return ended.manifest.kind === 'sealed' ? '' : ended.manifest.failure.says;
};

/** What is in the attempt's folder besides what it says of itself. */
const made = ({ folder }: Ordered): string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.adap') : []);

const OTHER = 'ADAP_CONTRACT_OTHER_BUILDER';
type Other = { readonly place: Place; readonly folder: string; readonly does: 'start' | 'start-and-leave' | 'prepare' };

/** A builder in a process of its own; it has done its work when this is settled, and stays unless it leaves. */
async function otherBuilder({ place, folder }: Ordered, does: Other['does']): Promise<ChildProcess> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [process.argv[1] ?? ''], {
    env: { ...env, [OTHER]: JSON.stringify({ place, folder, does } satisfies Other) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
  await until(() => said === 'done\n');
  return child;
}

function beOtherBuilder(open: OpenExecutor, { place, folder, does }: Other): void {
  const executor = open(place);
  const order = readOrder(nodeDisk, controlFolder(folder));
  assert.ok(order !== undefined);
  const running = does === 'prepare' ? executor.prepare(place.root) : executor.start(folder, order);
  if (does === 'start-and-leave') running?.release();
  else setInterval(() => undefined, 1000);
  process.stdout.write('done\n');
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

export function executorContract(name: string, open: OpenExecutor): void {
  const other = process.env[OTHER];
  if (other !== undefined) return beOtherBuilder(open, JSON.parse(other) as Other);

  const row = (title: string, one: () => Ordered, run: (one: Ordered, executor: Executor) => Promise<void>): void =>
    void test(`${name}: ${title}`, async () => {
      await using begun = one();
      await run(begun, open(begun.place));
    });

  row(
    'a good attempt ends with a sealed manifest, which names its outputs with their digests',
    () => ordered(good('a')),
    async (one, executor) => {
      const ended = await executor.start(one.folder, one.order).ended;
      assert.ok(ended.kind === 'manifest' && ended.manifest.kind === 'sealed', saysIn(one, ended));
      const { attempt, target, key, tries } = one.order;
      assert.deepEqual(ended.manifest.order, { attempt, target, key, tries });
      assert.deepEqual(
        ended.manifest.outputs.map(({ name: output, path, digest: sum }) => [output, path, sum]),
        [['out', 'out/a/result', digest(Buffer.from('a\nend\n'))]],
      );
      assert.equal(readFileSync(`${one.folder}/out/a/result`, 'utf8'), 'a\nend\n');
      assert.deepEqual(readManifest(nodeDisk, one.control), ended.manifest);
      assert.equal(ended.manifest.evidence.attempt, attempt);
    },
  );

  const failing: [title: string, script: string, cause: string, says: RegExp][] = [
    ['exits', 'echo half > "$OUT"; echo why >&2; exit 3\n', 'exited', /exited with 3: why$/],
    ['is killed from outside', 'kill -9 $$\n', 'preempted', /SIGKILL from outside$/],
    ['makes nothing', 'true\n', 'incomplete', /^out\/a\/result is missing$/],
    ['makes half of it', 'echo half > "$OUT"\n', 'incomplete', /^its last line is not end$/],
  ];
  for (const [title, script, cause, says] of failing)
    row(
      `a recipe that ${title} ends with a failed manifest: ${cause}`,
      () => ordered(script),
      async (one, executor) => {
        const ended = await executor.start(one.folder, one.order).ended;
        assert.equal(ended.kind, 'manifest');
        assert.equal(causeIn(one, ended), cause);
        assert.match(saysIn(one, ended), says);
        assert.deepEqual(made(one), []);
      },
    );

  for (const [title, script, cause] of [
    ['succeeds', `${ORPHAN}${good('a')}`, 'sealed'],
    ['fails', `${ORPHAN}exit 3\n`, 'exited'],
  ] as const)
    row(
      `what a recipe that ${title} has left running is gone when it is said to have ended`,
      () => ordered(script),
      async (one, executor) => {
        const ended = await executor.start(one.folder, one.order).ended;
        assert.deepEqual(processesOf(one.place.root), []);
        assert.equal(causeIn(one, ended), cause);
      },
    );

  row(
    'an attempt whose own process is killed died by that signal, and its recipe is gone',
    () => ordered(`${ORPHAN}${HELD}`),
    async (one, executor) => {
      const running = executor.start(one.folder, one.order);
      process.kill(await one.attempt(), 'SIGKILL');
      const ended = await running.ended;
      assert.deepEqual(processesOf(one.place.root), []);
      assert.ok(ended.kind === 'died');
      assert.deepEqual([ended.died.asked, ended.died.hadBegun, ended.died.signal], ['nothing', true, 'SIGKILL']);
      assert.equal(causeIn(one, ended), 'preempted');
    },
  );

  const cancels: [title: string, script: string, how: (one: Ordered) => Promise<void>, heard: boolean][] = [
    ['hears', `trap 'echo heard > heard; exit 1' TERM; ${HELD}`, async () => undefined, true],
    ['does not hear', `trap '' TERM; ${HELD}`, async () => undefined, false],
    ['is stopped', `trap 'echo heard > heard; exit 1' TERM; ${HELD}`, async (one) => stop(await one.recipe()), true],
    ['is stopped together with its attempt', HELD, async (one) => stop(-(await one.attempt())), false],
  ];
  for (const [title, script, prepare, heard] of cancels)
    row(
      `cancel of a recipe that ${title}: cancelled, and nothing of it is left`,
      () => ordered(script),
      async (one, executor) => {
        const running = executor.start(one.folder, one.order);
        await one.recipe();
        await prepare(one);
        running.cancel();
        const ended = await running.ended;
        assert.deepEqual(processesOf(one.place.root), []);
        assert.equal(causeIn(one, ended), 'cancelled');
        assert.equal(existsSync(`${one.place.root}/heard`), heard);
        assert.deepEqual(made(one), []);
      },
    );

  row(
    'cancel twice is cancel once',
    () => ordered(HELD),
    async (one, executor) => {
      const running = executor.start(one.folder, one.order);
      await one.recipe();
      running.cancel();
      running.cancel();
      assert.equal(causeIn(one, await running.ended), 'cancelled');
    },
  );

  row(
    'cancel of one that has not come up yet: it never begins',
    () => ordered(HELD),
    async (one, executor) => {
      const running = executor.start(one.folder, one.order);
      running.cancel();
      assert.equal(causeIn(one, await running.ended), 'cancelled');
      assert.equal(one.times(), 0);
    },
  );

  row(
    'cancel of one that has ended changes nothing',
    () => ordered(good('a')),
    async (one, executor) => {
      const running = executor.start(one.folder, one.order);
      await running.ended;
      const before = readdirSync(one.control);
      running.cancel();
      assert.deepEqual(readdirSync(one.control), before);
      assert.equal(causeIn(one, await running.ended), 'sealed');
    },
  );

  row(
    'a builder that leaves ends, while its attempt goes on; the next adopts it, and gets its manifest',
    () => ordered(HELD),
    async (one, executor) => {
      const builder = await otherBuilder(one, 'start-and-leave');
      const [code] = builder.exitCode === null ? ((await once(builder, 'exit')) as [number]) : [builder.exitCode];
      assert.equal(code, 0);
      await one.recipe();
      const running = executor.adopt(one.folder, one.order);
      assert.ok(running !== undefined);
      one.letGo();
      assert.equal(causeIn(one, await running.ended), 'sealed');
      assert.equal(one.times(), 1);
    },
  );

  row(
    'an attempt of a killed builder goes on; the next adopts it, and can cancel it',
    () => ordered(HELD),
    async (one, executor) => {
      await killed(await otherBuilder(one, 'start'));
      await one.recipe();
      const running = executor.adopt(one.folder, one.order);
      assert.ok(running !== undefined);
      running.cancel();
      const ended = await running.ended;
      assert.deepEqual(processesOf(one.place.root), []);
      assert.equal(causeIn(one, ended), 'cancelled');
    },
  );

  row(
    'an adopted attempt whose own process is killed has died, and its recipe is gone',
    () => ordered(HELD),
    async (one, executor) => {
      await killed(await otherBuilder(one, 'start'));
      const attempt = await one.attempt();
      const running = executor.adopt(one.folder, one.order);
      process.kill(attempt, 'SIGKILL');
      const ended = await running?.ended;
      assert.deepEqual(processesOf(one.place.root), []);
      assert.equal(ended === undefined ? undefined : causeIn(one, ended), 'preempted');
    },
  );

  row(
    'an attempt that has not said yet who it is: either it is adopted, or it never begins',
    () => ordered(HELD),
    async (one, executor) => {
      const first = open(one.place).start(one.folder, one.order);
      const pids = processesOf(one.place.root).map((each) => Number.parseInt(each, 10));
      pids.forEach(stop);
      const adopted = executor.adopt(one.folder, one.order);
      for (const pid of pids) process.kill(pid, 'SIGCONT');
      one.letGo();
      const ended = await (adopted ?? first).ended;
      assert.equal(causeIn(one, ended) === 'sealed', adopted !== undefined);
      assert.equal(one.times(), adopted === undefined ? 0 : 1);
      assert.deepEqual(made(one), adopted === undefined ? [] : ['out']);
    },
  );

  row(
    'a dead attempt is not adopted, and what it left running is swept',
    () => ordered(`${ORPHAN}${HELD}`),
    async (one, executor) => {
      await killed(await otherBuilder(one, 'start'));
      const attempt = await one.attempt();
      process.kill(attempt, 'SIGKILL');
      await until(() => executor.adopt(one.folder, one.order) === undefined);
      assert.notDeepEqual(processesOf(one.place.root), []);
      await executor.sweep(one.order);
      assert.deepEqual(processesOf(one.place.root), []);
    },
  );

  row(
    'an attempt that is started twice runs once; the second disturbs neither it nor its commands',
    () => ordered(HELD),
    async (one, executor) => {
      const first = executor.start(one.folder, one.order);
      await one.recipe();
      const second = await open(one.place).start(one.folder, one.order).ended;
      assert.equal(second.kind, 'died');
      one.letGo();
      assert.equal(causeIn(one, await first.ended), 'sealed');
      assert.equal(one.times(), 1);
    },
  );

  row(
    'an attempt that is started twice at once runs once',
    () => ordered(HELD),
    async (one, executor) => {
      const both = [executor.start(one.folder, one.order), open(one.place).start(one.folder, one.order)];
      one.letGo();
      const ends = await Promise.all(both.map(({ ended }) => ended));
      assert.ok(ends.some((each) => causeIn(one, each) === 'sealed'));
      assert.equal(one.times(), 1);
      assert.equal(readFileSync(`${one.folder}/out/a/result`, 'utf8'), 'held\nend\n');
    },
  );

  row(
    'an attempt whose folder is removed while it comes up makes nothing',
    () => ordered(HELD),
    async (one, executor) => {
      const running = executor.start(one.folder, one.order);
      rmSync(one.folder, { recursive: true });
      const ended = await running.ended;
      assert.equal(ended.kind, 'died');
      assert.equal(existsSync(one.folder), false);
      assert.equal(one.times(), 0);
    },
  );

  row(
    'an attempt in whose folder another is ordered while it comes up leaves that one alone',
    () => ordered(HELD),
    async (one, executor) => {
      const running = executor.start(one.folder, one.order);
      writeOrder(nodeDisk, one.control, { ...one.order, attempt: 'another' });
      assert.equal((await running.ended).kind, 'died');
      assert.equal(one.times(), 0);
      assert.equal(causeIn(one, await executor.start(one.folder, { ...one.order, attempt: 'another' }).ended), 'sealed');
    },
  );
}

const stop = (pid: number): void => void process.kill(pid, 'SIGSTOP');
