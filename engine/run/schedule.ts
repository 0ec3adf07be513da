import type { Graph, Target, TargetId } from '../model/target.ts';
import type { Wants } from '../model/wants.ts';
import { createLine } from './line.ts';
import type { Pool } from './resources.ts';

/** What became of a target that ran. */
export type Outcome = { readonly kind: 'settled' } | { readonly kind: 'again'; readonly afterMs: number };

export type Visited =
  | { readonly kind: 'settled' }
  /** Made in this process, at once. */
  | { readonly kind: 'running'; readonly done: Promise<Outcome> }
  /** It runs as soon as there is room for it. */
  | { readonly kind: 'ready'; readonly wants: Wants; readonly start: () => Promise<Outcome> };

export type ScheduleOptions = {
  readonly jobs: number;
  readonly pool: Pool;
  readonly visit: (target: Target) => Visited;
  /** Length of the longest path from a target to the end of the graph, itself included; any unit. */
  readonly remaining: (target: Target) => number;
  /** No further target is begun; what runs is waited for. */
  readonly isStopped: () => boolean;
  /** Who else holds room, and is not of this graph: each settles when it is free. */
  readonly others: ReadonlySet<Promise<void>>;
  /** Settles when nothing is waited for any more, either. */
  readonly left: Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
  /** A turn of the event loop, which no other piece of work shares. */
  readonly turn: () => Promise<void>;
  readonly now: () => number;
};

/** A turn of the loop goes on for so long at most: signals and the ends of attempts are heard between turns. */
const TURN_MS = 2;

/** While it waits for those only, it looks up now and then: it may have been stopped. */
const LOOK_MS = 500;

/** So many smaller ones may overtake one that waits for room; then all wait until it has it. */
const MAY_OVERTAKE = 20;

/** Visits every target once its inputs are settled, and starts what is stale as there is room: longest remaining path first. Gives how many were not settled. */
export async function schedule(graph: Graph, options: ScheduleOptions): Promise<number> {
  const { jobs, pool, isStopped, now } = options;
  const { waiting, users } = edgesOf(graph);
  const before = (a: Target, b: Target): number => options.remaining(b) - options.remaining(a);
  const ready = createLine<Target>(before);
  const parked = createLine<Parked>((a, b) => before(a.target, b.target));
  const running = new Set<Promise<void>>();
  /** How many of those that run are of either kind: `jobs` bounds each, so that hours of computing do not hold up what takes an instant. */
  const count = { here: 0, elsewhere: 0 };
  const delayed = new Set<Promise<void>>();
  let [open, isLeft] = [graph.targets.length, false];
  void options.left.then(() => (isLeft = true));
  for (const target of graph.targets) if (target.inputs.length === 0) ready.add(target);

  const settle = (target: Target): void => {
    open -= 1;
    for (const user of users.get(target.id) ?? []) {
      const left = (waiting.get(user.id) ?? 0) - 1;
      waiting.set(user.id, left);
      if (left === 0) ready.add(user);
    }
  };
  const run = (target: Target, done: Promise<Outcome>, where: keyof typeof count): Promise<void> => {
    count[where] += 1;
    const ended = done.then((outcome) => {
      running.delete(ended);
      count[where] -= 1;
      if (outcome.kind === 'settled') return settle(target);
      const later = options.wait(outcome.afterMs).then(() => {
        delayed.delete(later);
        ready.add(target);
      });
      delayed.add(later);
    });
    running.add(ended);
    return ended;
  };
  const mayVisit = (): boolean => count.here < jobs && ready.first() !== undefined && !isStopped();
  const visitSome = (): void => {
    const until = now() + TURN_MS;
    // One at least, however fast the clock goes.
    for (let isOver = false; mayVisit() && !isOver; isOver = now() >= until) {
      const target = ready.first();
      if (target === undefined) return;
      ready.remove(target);
      const visited = options.visit(target);
      if (visited.kind === 'settled') settle(target);
      else if (visited.kind === 'running') void run(target, visited.done, 'here');
      else parked.add({ target, visited, overtaken: 0 });
    }
  };
  /** The first in line that there is room for, unless it would overtake one that has waited long enough. */
  const nextToStart = (): Parked | undefined => {
    if (count.elsewhere >= jobs || isStopped()) return undefined;
    for (const each of parked.all()) {
      if (pool.hasRoomFor(each.visited.wants)) return each;
      if (each.overtaken >= MAY_OVERTAKE) return undefined;
    }
    return undefined;
  };
  const start = (parkedOne: Parked): void => {
    const { target, visited } = parkedOne;
    for (const each of parked.all()) {
      if (each === parkedOne) break;
      each.overtaken += 1;
    }
    parked.remove(parkedOne);
    pool.take(visited.wants);
    void run(target, visited.start(), 'elsewhere').then(() => pool.give(visited.wants));
  };

  for (;;) {
    visitSome();
    // One a turn: to start a process takes a while.
    const next = nextToStart();
    if (next !== undefined) start(next);
    if (isLeft || (running.size === 0 && isStopped())) return open;
    if (!mayVisit() && nextToStart() === undefined) {
      const mayFree = parked.first() === undefined || options.others.size === 0 ? [] : [...options.others, options.wait(LOOK_MS)];
      if (running.size === 0 && delayed.size === 0 && mayFree.length === 0) return open;
      await Promise.race([...running, ...delayed, ...mayFree, options.left]);
    }
    await options.turn();
  }
}

type Parked = { readonly target: Target; readonly visited: Extract<Visited, { kind: 'ready' }>; overtaken: number };

function edgesOf(graph: Graph): { readonly waiting: Map<TargetId, number>; readonly users: ReadonlyMap<TargetId, readonly Target[]> } {
  const waiting = new Map<TargetId, number>();
  const users = new Map<TargetId, Target[]>();
  for (const target of graph.targets) {
    const inputs = new Set(target.inputs.map((input) => input.id));
    waiting.set(target.id, inputs.size);
    for (const input of inputs) {
      const known = users.get(input);
      if (known === undefined) users.set(input, [target]);
      else known.push(target);
    }
  }
  return { waiting, users };
}
