/** Runs a recipe until it has ended and no process of it is left: by itself, by a limit, or because it was told to. */
import { dirname } from 'node:path';
import { quietly } from '../disk/quietly.ts';
import { ownOomKills } from '../executors/machine.ts';
import { openShell } from '../executors/shell.ts';
import type { Order } from '../model/attempt.ts';
import type { CommandRecord, Usage } from '../model/evidence.ts';
import { failingOf } from '../model/failing.ts';
import type { Given, RunsRule } from '../model/rule.ts';
import { memoryLimitBytes } from '../model/wants.ts';
import { givenOf } from '../plan/given.ts';
import { controlFolder, isAskedToCancel, writeUsage } from '../records/attempt-files.ts';
import type { Asked, Thrown } from './cause-of.ts';
import type { LogWriter } from './log-writer.ts';
import { measure } from './measure.ts';
import type { Places } from './places.ts';
import type { AttemptPlace } from './attempt-place.ts';

export type RecipeEnd = {
  readonly asked: Asked;
  readonly thrown: Thrown | undefined;
  readonly usage: Usage;
  readonly commands: readonly CommandRecord[];
  readonly caveats: readonly string[];
  readonly oomKills: number;
  readonly memoryLimit: number | undefined;
  readonly given: Given;
};

type Work = { readonly order: Order; readonly log: LogWriter; readonly rule: RunsRule; readonly places: Places };

/** A recipe that waits for something else than its processes is given up this long after they are gone. */
const DEAF_MS = 2000;

export async function runRecipe({ world, machine, folder }: AttemptPlace, { order, log, rule, places }: Work): Promise<RecipeEnd> {
  const { disk } = world;
  const control = controlFolder(folder);
  const memoryLimit = memoryLimitBytes(order.wants);
  const cgroup = memoryLimit === undefined ? undefined : await machine.openCgroup(`adap-${order.attempt}`, memoryLimit);
  const tree = machine.openTree(order.attempt, world.pid);
  const oomKills = machine.oomKills();
  const commands: CommandRecord[] = [];
  const interruption = createInterruption();
  const ask = (why: Asked): void => {
    if (interruption.why() === 'nothing') log.say(`adap: ${why.replace('-', ' ')}: its processes are told to end`);
    interruption.ask(why);
  };
  const isOver = (): boolean => interruption.why() !== 'nothing';
  const calls = { open: 0, isOver: false };
  const deafen = machine.onTerminate(() => ask(isAskedToCancel(disk, control) ? 'cancel' : 'terminate'));
  const measuring = measure({
    machine,
    tree,
    folder,
    limits: { hours: order.wants.hours, memoryBytes: memoryLimit },
    now: world.now,
    cgroup,
    passed: ask,
    eachSecond(usage) {
      log.flush();
      quietly(() => writeUsage(disk, control, { ...usage, atMs: world.now() }));
    },
  });
  for (const path of [...Object.values(places.makes).map((each) => dirname(each)), places.temporary]) disk.makeFolder(path);
  const target = { id: order.target, needs: order.needs, outputs: order.outputs };
  const given = givenOf({
    target,
    home: order.named,
    here: order.home,
    path: (need) => order.paths[need],
    made: (need) => order.made[need],
    read: disk.read,
  });
  const $ = openShell({
    folder: places.folder,
    attempt: folder,
    env: { ...withoutKeys(machine.env), TMPDIR: places.temporary },
    first: cgroup?.enterLine ?? '',
    write: log.write,
    say: log.say,
    ended: (command) => void commands.push(command),
    called: (change) => void (calls.open += change),
    isOver: () => isOver() || calls.isOver,
    now: world.now,
  });
  world.step('recipe-begun');
  const recipe = thrownBy(async () => rule.runs({ ...given, $, folder: places.folder, makes: places.makes, say: log.say }));
  await Promise.race([recipe, interruption.happened]);
  if (isOver())
    await machine.endAll(tree, { graceSeconds: interruption.why() === 'memory-limit' ? 0 : order.graceSeconds, wait: machine.wait });
  const thrownByIt = await (isOver() ? Promise.race([recipe, machine.wait(DEAF_MS).then(() => undefined)]) : recipe);
  calls.isOver = true;
  const isForgotten = thrownByIt === undefined && !isOver() && calls.open > 0;
  const thrown = isForgotten ? { says: `the recipe ended while ${calls.open} of its commands ran: they were not awaited` } : thrownByIt;
  // To look through all processes of the machine takes a while; most short recipes start none.
  const left = machine.hadChildren() ? await machine.endAll(tree, { graceSeconds: 1, wait: machine.wait }) : { ended: 0 };
  const usage = measuring.stop();
  deafen();
  const kills = cgroup === undefined ? ownOomKills(machine, oomKills, usage.peakMemoryBytes) : cgroup.oomKills();
  cgroup?.remove();
  const caveats = left.ended > 0 && !isOver() ? [`${left.ended} of its processes still ran when it had ended, and were ended`] : [];
  return { asked: interruption.why(), thrown, usage, commands, caveats, oomKills: kills, memoryLimit, given };
}

/** Of the store's credentials a recipe needs none, and might print them. */
const withoutKeys = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^AWS_.*(KEY|TOKEN|SECRET|PASSWORD)/.test(name)));

function createInterruption() {
  let asked: Asked = 'nothing';
  let happen: () => void = () => undefined;
  const happened = new Promise<void>((done) => {
    happen = done;
  });
  return {
    happened,
    why: (): Asked => asked,
    ask(why: Asked): void {
      // The first reason counts: what follows is its consequence.
      if (asked === 'nothing') asked = why;
      happen();
    },
  };
}

async function thrownBy(run: () => Promise<void>): Promise<Thrown | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return thrownOf(error);
  }
}

export function thrownOf(error: unknown): Thrown {
  const says = error instanceof Error ? error.message : String(error);
  const of = (name: string): unknown =>
    typeof error === 'object' && error !== null && name in error ? (error as Record<string, unknown>)[name] : undefined;
  const [exit, signal, code] = [of('exit'), of('signal'), of('code')];
  return {
    says: says.split('\n')[0] ?? says,
    failing: failingOf(error),
    exit: typeof exit === 'number' ? exit : undefined,
    signal: typeof signal === 'string' ? signal : undefined,
    code: typeof code === 'string' ? code : undefined,
  };
}
