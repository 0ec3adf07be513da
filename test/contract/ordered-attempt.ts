/** An attempt that is ordered and not begun, in a project of its own; and builders in processes of their own that start it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { causeOfDeath } from '../../engine/attempt/cause-of.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import type { Ended, Executor } from '../../engine/executors/executor.ts';
import { isLiving, readProcess } from '../../engine/executors/process-table.ts';
import type { Order } from '../../engine/model/attempt.ts';
import type { Failure } from '../../engine/model/cause.ts';
import { controlFolder, readOrder, writeOrder } from '../../engine/records/attempt-files.ts';
import { processesOf, until } from '../rig/processes.ts';
import { good, recipes } from '../rig/recipes.ts';
import { temporary } from '../rig/temporary.ts';

export type Place = { readonly root: string; readonly attempts: string };
export type OpenExecutor = (place: Place) => Executor;

/** Says its own pid, and makes its result once `go` is there. */
export const HELD = `cd "$(dirname "$0")/.."; echo $$ >> begun; while [ ! -e go ]; do sleep 0.02 || touch disturbed; done; ${good('held')}`;

/** At the end of its test, no process may be left of it. */
export type OrderedAttempt = AsyncDisposable & {
  readonly place: Place;
  readonly folder: string;
  readonly control: string;
  readonly order: Order;
  write(files: Readonly<Record<string, string>>): void;
  /** The pid of the recipe, once it has begun. */
  recipe(): Promise<number>;
  /** That of the attempt's own process, which leads the group of the recipe. */
  leader(): Promise<number>;
  /** How often the recipe was begun. */
  times(): number;
  letGo(): void;
  /** What lies in its folder besides what it says of itself. */
  made(): readonly string[];
};

export function orderAttempt(script: string, more: Partial<Order> = {}): OrderedAttempt {
  const project = temporary();
  const root = project.path;
  project.write({ 'adapfile.ts': recipes, 'config/common.json': '{}', 'in/a.sh': script });
  const place = { root, attempts: `${root}/home/.adap/attempts` };
  const folder = `${place.attempts}/a`;
  const control = controlFolder(folder);
  const order: Order = {
    attempt: `${process.pid}-${root.slice(-6)}`,
    target: 'cook a',
    rule: 'cook',
    revision: 1,
    at: { name: 'a' },
    key: 'K',
    root,
    home: `${root}/home`,
    named: `${root}/home`,
    outputs: [{ name: 'out', path: 'out/a/result', isTree: false }],
    needs: { script: { kind: 'file', path: 'in/a.sh' }, version: { kind: 'recorded', values: { version: '1' } } },
    paths: { script: `${root}/in/a.sh` },
    inputs: [],
    made: {},
    wants: { cpus: 1, hours: 1 },
    tries: 1,
    graceSeconds: 0.3,
    ...more,
  };
  nodeDisk.makeFolder(control);
  writeOrder(nodeDisk, control, order);
  const begun = (): string[] => (existsSync(`${root}/begun`) ? readFileSync(`${root}/begun`, 'utf8').split('\n').slice(0, -1) : []);
  const recipe = async (): Promise<number> => {
    await until(() => begun().length > 0);
    return Number(begun().at(-1));
  };
  return {
    place,
    folder,
    control,
    order,
    write: project.write,
    recipe,
    async leader() {
      const leader = readProcess(await recipe())?.sid ?? 0;
      // Whom the tests kill may not be who runs them.
      assert.ok(leader > 0 && leader !== readProcess(process.pid)?.sid);
      return leader;
    },
    times: () => begun().length,
    letGo: () => writeFileSync(`${root}/go`, ''),
    made: () => (existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.adap') : []),
    async [Symbol.asyncDispose]() {
      const left = processesOf(root);
      for (const pid of pidsIn(left)) send('SIGKILL', pid);
      await project[Symbol.asyncDispose]();
      assert.deepEqual(left, []);
    },
  };
}

export const pidsIn = (processes: readonly string[]): number[] => processes.map((each) => Number.parseInt(each, 10));

/** With all of its threads, which may take a moment longer than the first. */
export function isDead(pid: number): boolean {
  const now = readProcess(pid);
  return now === undefined || !isLiving(now);
}

export function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}

/** What a builder makes of an end; undefined where it has a result. */
export function failureIn({ order }: OrderedAttempt, ended: Ended): Failure | undefined {
  if (ended.kind === 'died') return causeOfDeath({ ...ended.died, limits: { hours: order.wants.hours, memoryBytes: undefined } });
  return ended.manifest.kind === 'sealed' ? undefined : ended.manifest.failure;
}

/** `sealed`, or the cause. */
export const wordFor = (one: OrderedAttempt, ended: Ended): string => failureIn(one, ended)?.cause ?? 'sealed';

const OTHER = 'ADAP_CONTRACT_OTHER_BUILDER';
type Other = { readonly place: Place; readonly folder: string; readonly does: 'start' | 'start and leave' | 'prepare' };

/** This test file once more, as a builder that has done so when this is settled, and stays unless it leaves. */
export async function otherBuilder({ place, folder }: OrderedAttempt, does: Other['does']): Promise<ChildProcess> {
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

/** Whether this process is one, and no test. */
export function isOtherBuilder(open: OpenExecutor): boolean {
  const told = process.env[OTHER];
  if (told === undefined) return false;
  const { place, folder, does } = JSON.parse(told) as Other;
  const executor = open(place);
  const order = readOrder(nodeDisk, controlFolder(folder));
  assert.ok(order !== undefined);
  const running = does === 'prepare' ? executor.prepare(place.root) : executor.start(folder, order);
  if (does === 'start and leave') running?.release();
  // However long its test takes, it does not outlive it for long.
  else setTimeout(() => process.exit(1), 120_000);
  void Promise.resolve(running?.ordered).then(() => process.stdout.write('done\n'));
  return true;
}

/** Its exit code, or the signal that ended it. */
export async function endOf(builder: ChildProcess): Promise<number | string | undefined> {
  if (builder.exitCode === null && builder.signalCode === null) await once(builder, 'exit');
  return builder.exitCode ?? builder.signalCode ?? undefined;
}

export async function killBuilder(builder: ChildProcess): Promise<void> {
  builder.kill('SIGKILL');
  await endOf(builder);
}
