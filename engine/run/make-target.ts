/** Makes one stale target: here, where it is but bytes or links; by an attempt of its own, where it is commands. */
import { causeOfDeath } from '../attempt/cause-of.ts';
import { createTurns } from '../lib/turns.ts';
import type { Ended, Executor, Running } from '../executors/executor.ts';
import type { Order } from '../model/attempt.ts';
import type { Failure } from '../model/cause.ts';
import { NO_USAGE } from '../model/evidence.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Flat } from '../model/rule.ts';
import type { Snapshot } from '../model/state.ts';
import type { TargetId } from '../model/target.ts';
import type { Wants } from '../model/wants.ts';
import { memoryLimitBytes } from '../model/wants.ts';
import { givenOf } from '../plan/given.ts';
import { inputPaths } from '../plan/input-paths.ts';
import { madeInputs } from '../plan/made-inputs.ts';
import { environmentOf } from '../plan/inspector.ts';
import type { Inspected } from '../plan/inspector.ts';
import { sameFlat } from '../plan/judge.ts';
import type { Survey } from '../plan/survey.ts';
import { controlFolder, isAskedToCancel, readManifest, readOrder, readUsage, writeOrder } from '../records/attempt-files.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import { attempt } from './attempt.ts';
import type { Made } from './attempt.ts';
import { createBringing } from './bring.ts';
import { discard } from './found-attempts.ts';
import type { Found } from './found-attempts.ts';
import { orderOf } from './order.ts';
import { attemptFolder, isStillSealed } from './publish.ts';

export type Making = { readonly by: 'started' | 'adopted'; readonly sinceMs: number; readonly made: Promise<Made> };

type How = { readonly wants: Wants; readonly tries: number; readonly wish: Snapshot['wish']; readonly isStopped: () => boolean };
type Asked = { readonly wish: Snapshot['wish']; readonly environment: Flat };

export type Workshop = {
  /** Bytes or links, in this process. */
  here(inspected: Inspected): Promise<Made>;
  /** Commands; an attempt of an earlier builder with the same key takes the place of a new one. */
  elsewhere(inspected: Inspected, how: How): Making;
  /** An attempt of an earlier builder with this key lives, or has made a result. */
  has(inspected: Inspected): boolean;
  /** What was found of a target that turned out to be fresh is of no use any more. */
  dismiss(target: TargetId): void;
  /** A turn of the event loop of one's own. */
  turn(): Promise<void>;
  /** More will follow: the executor may make itself ready. */
  expectMore(): void;
  /** Attempts that this builder knows to be alive. */
  running(): readonly TargetId[];
  cancelAll(): void;
  /** Attempts of earlier builders that live: what they were promised, and when it is free. */
  reservations(): readonly { readonly wants: Wants; readonly ended: Promise<unknown> }[];
  /** Another machine may be at work on it. */
  standsInTheWay(target: TargetId): Failure | undefined;
  /** Nothing is begun or published any more; what runs goes on without a builder. */
  close(): void;
  isClosed(): boolean;
};

export function createWorkshop(survey: Survey, executor: Executor, found: Map<TargetId, Found>): Workshop {
  const { world, site, folders } = survey;
  const { disk } = world;
  const live = new Map<TargetId, Running>();
  /** Of an older key, or not wanted any more: being ended. */
  const ending = new Map<TargetId, Running>();
  /** Attempts that this builder began, or has taken over. */
  const mine = new Set<string>();
  let isClosed = false;
  const turn = createTurns();
  const bringing = world.bucket === undefined ? undefined : createBringing(world.bucket);

  const result = async (order: Order, running: Running): Promise<Made> => {
    live.set(order.target, running);
    mine.add(order.attempt);
    const ended = await running.ended;
    live.delete(order.target);
    // To publish takes a few milliseconds, and so does the next start: each in a turn of its own.
    await turn();
    world.step('ended');
    const made = madeOf(survey, order, ended);
    // What ended without a result is put away now; a sealed one, when it is published.
    if (made.kind === 'failed') discard({ world, folders }, { folder: attemptFolder(folders, order.target), order });
    return made;
  };
  /** Of this build: made, and then not to be published, because a disk was full, or away. */
  const sealedIn = (folder: string, target: TargetId): Found | undefined => {
    const manifest = readManifest(disk, controlFolder(folder));
    const order = manifest === undefined ? undefined : readOrder(disk, controlFolder(folder));
    const isOwn = manifest !== undefined && order?.target === target && order.attempt === manifest.order.attempt;
    return isOwn ? { kind: 'sealed', folder, order, manifest } : undefined;
  };
  const adopt = ({ target, key }: Inspected, wish: How['wish']): Making | undefined => {
    const old = found.get(target.id) ?? sealedIn(attemptFolder(folders, target.id), target.id);
    found.delete(target.id);
    if (old === undefined) return undefined;
    if (old.kind === 'elsewhere') throw new Error(`bug: ${target.id} may run elsewhere`);
    // One that was told to end by an earlier builder is waited for, and begun anew.
    if (old.kind === 'live' && isAskedToCancel(disk, controlFolder(old.folder))) return undefined;
    if (old.order.key !== key) {
      if (old.kind === 'live') {
        old.running.cancel();
        ending.set(target.id, old.running);
      }
      return undefined;
    }
    if (old.kind === 'live') return { by: 'adopted', sinceMs: old.running.startedAtMs, made: result(old.order, old.running) };
    return isTakable(old, { wish, environment: environmentOf(target) })
      ? { by: 'adopted', sinceMs: old.manifest.evidence.startedAtMs, made: taken(old) }
      : undefined;
  };
  /** Who asks for another try is not given the old one, unless it is of this very build. */
  const isTakable = ({ folder, order, manifest }: Extract<Found, { kind: 'sealed' }>, how: Asked): boolean =>
    manifest.kind === 'failed'
      ? how.wish === 'none' && sameFlat(environmentOf(order), how.environment)
      : (how.wish !== 'force' || mine.has(order.attempt)) &&
        isStillSealed({ world, home: site.home }, { attempt: folder, record: manifest });
  const taken = async (old: Extract<Found, { kind: 'sealed' }>): Promise<Made> => {
    const made = madeOf(survey, old.order, { kind: 'manifest', manifest: old.manifest });
    if (made.kind === 'failed') discard({ world, folders }, old);
    return made;
  };

  return {
    async here(inspected) {
      const { target, record } = inspected;
      const paths = inputPaths(target, site);
      const made = madeInputs(target, survey.records);
      const members = Object.values(made).flatMap((input) => input.members.map(({ path }) => `${site.home}/${path}`));
      // What is linked to need not be here.
      const release = target.rule.kind === 'links' ? undefined : await bringing?.bring(members);
      const given = givenOf({
        target,
        home: site.named,
        here: site.home,
        path: (need) => paths[need],
        made: (need) => made[need],
        read: disk.read,
      });
      try {
        return await attempt({ world, target, folder: attemptFolder(folders, target.id), given, record });
      } finally {
        release?.();
      }
    },
    elsewhere(inspected, how) {
      const { target } = inspected;
      const old = found.get(target.id);
      const adopted = adopt(inspected, how.wish);
      if (adopted !== undefined) return adopted;
      const order = orderOf(survey, inspected, how);
      const folder = attemptFolder(folders, target.id);
      const begin = async (): Promise<Made> => {
        // Two never write below one path: what is being ended is waited for.
        if (old?.kind === 'live') await old.running.ended;
        ending.delete(target.id);
        if (old !== undefined) discard({ world, folders }, old);
        await turn();
        // While it waited, the build may have been stopped.
        if (isClosed || how.isStopped())
          return { kind: 'failed', failure: { cause: 'cancelled', says: 'it was not begun: the build was stopped' } };
        world.step('dispatched');
        disk.removeLater(folder);
        disk.makeFolder(controlFolder(folder));
        const here = executor.isElsewhere === true ? undefined : bringing;
        const release = await here?.bring(order.inputs.map(({ path }) => path));
        writeOrder(disk, controlFolder(folder), here === undefined ? order : restamped(order));
        world.step('ordered');
        const running = executor.start(folder, order);
        world.step('started');
        return result(order, running).finally(() => release?.());
      };
      return { by: 'started', sinceMs: world.now(), made: begin() };
    },
    has({ target, key }) {
      const old = found.get(target.id);
      return (
        old !== undefined && old.order.key === key && (old.kind === 'live' || (old.kind === 'sealed' && old.manifest.kind === 'sealed'))
      );
    },
    dismiss(target) {
      const old = found.get(target);
      if (old === undefined || old.kind === 'elsewhere') return;
      found.delete(target);
      if (old.kind === 'sealed') return discard({ world, folders }, old);
      old.running.cancel();
      ending.set(target, old.running);
      void old.running.ended.then(() => {
        ending.delete(target);
        discard({ world, folders }, old);
      });
    },
    turn,
    expectMore: () => void turn().then(() => executor.prepare(site.root)),
    running: () => [...live.keys(), ...[...found.values()].filter(({ kind }) => kind === 'live').map(({ order }) => order.target)],
    reservations: () =>
      [...found.values()].flatMap((each) => (each.kind === 'live' ? [{ wants: each.order.wants, ended: each.running.ended }] : [])),
    standsInTheWay(target) {
      const old = found.get(target);
      return old?.kind === 'elsewhere' ? runsElsewhere(old) : undefined;
    },
    isClosed: () => isClosed,
    cancelAll: () => live.forEach((running) => running.cancel()),
    close() {
      isClosed = true;
      for (const running of [...live.values(), ...ending.values()]) running.release();
      for (const each of found.values()) if (each.kind === 'live') each.running.release();
    },
  };
}

/** Of files that were brought here, the stamps are those that they have here. */
const restamped = (order: Order): Order => ({
  ...order,
  inputs: order.inputs.map(({ path, stamp }) => ({ path, stamp: nodeDisk.stamp(path) ?? stamp })),
});

/** It may be alive on its machine: only a person can tell. */
const runsElsewhere = ({ claim, folder }: Extract<Found, { kind: 'elsewhere' }>): Failure => ({
  cause: 'never-started',
  says: `an attempt of ${claim.host} (pid ${claim.pid}) may still run there; see to it that it does not, then: rm -r ${folder}`,
});

function madeOf({ world, folders }: Survey, order: Order, ended: Ended): Made {
  // What it was made in, not what is there when it is taken.
  const environment = environmentOf(order);
  if (ended.kind === 'manifest') {
    const { manifest } = ended;
    return manifest.kind === 'sealed'
      ? { kind: 'made', outputs: manifest.outputs, evidence: manifest.evidence, environment }
      : { kind: 'failed', failure: manifest.failure, evidence: manifest.evidence, environment };
  }
  const limits = { hours: order.wants.hours, memoryBytes: memoryLimitBytes(order.wants) };
  const failure: Failure = causeOfDeath({ ...ended.died, limits });
  return { kind: 'failed', failure, evidence: lastSeen({ world, folders }, order), environment };
}

/** Of one that died without a manifest: what it wrote about itself while it lived. */
function lastSeen({ world, folders }: Pick<Survey, 'world' | 'folders'>, order: Order): Evidence {
  const usage = readUsage(world.disk, controlFolder(attemptFolder(folders, order.target)));
  return {
    ...(usage ?? NO_USAGE),
    attempt: order.attempt,
    host: world.host,
    startedAtMs: Number(order.attempt.slice(0, 14)),
    commands: [],
    lastLines: [],
    undeclared: [],
    caveats: [],
  };
}
