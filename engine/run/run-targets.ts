import { createExpectation } from '../plan/expect.ts';
import { recordedContents } from '../plan/inspector.ts';
import type { Inspected, Wish } from '../plan/inspector.ts';
import { inspectorOf } from '../plan/plan.ts';
import type { Standing } from '../plan/standing.ts';
import type { Survey } from '../plan/survey.ts';
import type { Capacity } from '../executors/executor.ts';
import type { Counts, Event } from '../model/event.ts';
import type { Failure } from '../model/cause.ts';
import type { Evidence } from '../model/evidence.ts';
import type { TargetRecord } from '../model/record.ts';
import type { Flat } from '../model/rule.ts';
import type { Target, TargetId } from '../model/target.ts';
import type { Wants } from '../model/wants.ts';
import { codeOf } from '../disk/node-disk.ts';
import { quietly } from '../disk/quietly.ts';
import { failureOf } from './attempt.ts';
import type { Made } from './attempt.ts';
import { createBreaker } from './breaker.ts';
import { inputsMoved } from './inputs-moved.ts';
import type { Making, Workshop } from './make-target.ts';
import type { Lock } from './held-lock.ts';
import { publishMade } from './publish-made.ts';
import { attemptFolder, isStillSealed } from './publish.ts';
import { remainingOf } from './remaining.ts';
import { badWants, createPool, tooBig } from './resources.ts';
import { createTries, policyOfRule } from './tries.ts';
import type { Tries } from './tries.ts';
import { schedule } from './schedule.ts';
import type { Outcome, Visited } from './schedule.ts';

export type RunOptions = {
  readonly jobs: number;
  readonly onFailure: 'stop' | 'go-on';
  readonly wish: Wish;
  readonly tell: (event: Event) => void;
  readonly isInterrupted: () => boolean;
  /** Aborted: nothing is waited for any more. */
  readonly left: Promise<void>;
  readonly workshop: Workshop;
  readonly lock: Lock;
  readonly capacity: Capacity;
  readonly wait: (ms: number) => Promise<void>;
};

export type Ran = { readonly counts: Omit<Counts, 'retired'>; /** Fresh, or built just now. */ readonly published: ReadonlySet<TargetId> };

/** Judges each target when its inputs are settled, and makes what is stale. */
export async function runTargets(survey: Survey, options: RunOptions): Promise<Ran> {
  const { world, site, folders, records, graph, facts } = survey;
  const { tell, workshop, capacity, lock } = options;
  const inspector = inspectorOf(survey, options.wish);
  const expected = createExpectation(graph, records);
  const breaker = createBreaker();
  const standings = new Map<TargetId, Standing>();
  const published = new Set<TargetId>();
  /** Not begun because their stage was stopped, and what needs them: said once, for the stage. */
  const notBegun = new Set<TargetId>();
  const tries = createTries({ records, facts, capacity, now: world.now });
  const counts = { built: 0, fresh: 0, failed: 0, held: 0, blocked: 0 };
  let isStopped = false;
  const mayBegin = (): boolean => !isStopped && lock.isHeld() && !options.isInterrupted() && !workshop.isClosed();
  /** Found stale, and waiting for room. */
  let waiting = 0;

  const cannot = (target: Target, event: Event, count: 'failed' | 'held' | 'blocked'): Visited & Outcome => {
    standings.set(target.id, { kind: 'cannot' });
    counts[count] += 1;
    if (count === 'failed' && options.onFailure === 'stop') isStopped = true;
    tell(event);
    return { kind: 'settled' };
  };
  const leave = (target: Target): Visited => {
    standings.set(target.id, { kind: 'cannot' });
    notBegun.add(target.id);
    return { kind: 'settled' };
  };
  const done = (target: Target, record: TargetRecord | undefined): void => {
    standings.set(target.id, { kind: 'known', contents: recordedContents(record) });
    published.add(target.id);
  };

  const fail = (inspected: Inspected, failure: Failure, made: { evidence?: Evidence; environment?: Flat } = {}): Outcome => {
    const { target, state } = inspected;
    // What was read of its inputs is out of date.
    if (failure.cause === 'input-changed') inspector.forget(target);
    const mayGoOn = (): boolean => mayBegin() && !breaker.isOpen(target.rule.name);
    const next = tries.failed(inspected, failure, { ...made, mayGoOn });
    if (next.kind === 'again') {
      tell({ ...next, target: target.id, failure });
      return { kind: 'again', afterMs: next.waitSeconds * 1000 };
    }
    const row = breaker.failed(target.rule.name, failure, policyOfRule(target));
    cannot(target, { kind: 'failed', target: target.id, failure: next.failure, older: state.older }, 'failed');
    if (row !== undefined) tell({ kind: 'stopped', stage: target.rule.name, cause: failure.cause, count: row, says: failure.says });
    return { kind: 'settled' };
  };

  const finish = async (inspected: Inspected, making: Promise<Made>, begunMs: number): Promise<Outcome> => {
    const { target, parts, key, state } = inspected;
    if (parts === undefined || key === undefined) throw new Error(`bug: ${target.id} runs before its inputs are known`);
    try {
      const made = await making;
      // Without the lock nothing is published; what was made waits for the next builder.
      if (workshop.isClosed() || !lock.isHeld()) return { kind: 'settled' };
      if (made.kind === 'failed') return fail(inspected, made.failure, made);
      const moved = inputsMoved(survey, target, parts);
      if (moved !== undefined) return fail(inspected, { cause: 'input-changed', says: `${moved} changed while ${target.id} was made` });
      const { outputs, evidence } = made;
      const attempt = attemptFolder(folders, target.id);
      if (!isStillSealed({ world, home: site.home }, { attempt, record: { outputs } }))
        return fail(inspected, {
          cause: 'store-unavailable',
          says: `what was made of ${target.id} was changed or taken away before it was published`,
        });
      const how = { attempt, lock, turn: target.rule.kind === 'runs' ? workshop.turn : atOnce };
      const record = await publishMade(survey, { ...inspected, parts, key, made }, how);
      done(target, record);
      breaker.built(target.rule.name);
      counts.built += 1;
      const seconds = evidence?.seconds ?? (record.publishedAtMs - begunMs) / 1000;
      tell({
        kind: 'built',
        target: target.id,
        stage: target.rule.name,
        reasons: state.reasons,
        seconds,
        caveats: evidence?.caveats ?? [],
      });
      return { kind: 'settled' };
    } catch (error) {
      if (!lock.isHeld()) return { kind: 'settled' };
      const { cause, says } = failureOf(error);
      return fail(inspected, { cause: cause === 'exited' ? 'store-unavailable' : cause, says });
    }
  };

  const run = (inspected: Inspected): Visited => {
    const { target, state } = inspected;
    const { id, rule } = target;
    const started = (by: 'started' | 'adopted', sinceMs: number): void =>
      tell({
        kind: 'started',
        target: id,
        stage: rule.name,
        reasons: state.reasons,
        by,
        sinceMs,
        expectedSeconds: expected(target)?.seconds,
      });
    if (breaker.isOpen(rule.name)) return leave(target);
    if (rule.kind !== 'runs') {
      const begunMs = world.now();
      started('started', begunMs);
      return { kind: 'running', done: finish(inspected, workshop.here(inspected), begunMs) };
    }
    const wants = wantsWithin(tries, inspected, capacity);
    // Nothing that another try would mend.
    const never = (failure: Failure): Visited => cannot(target, { kind: 'failed', target: id, failure, older: state.older }, 'failed');
    const elsewhere = workshop.standsInTheWay(id);
    if (elsewhere !== undefined) return never(elsewhere);
    if ('cause' in wants) return never(wants);
    waiting += 1;
    const start = (): Promise<Outcome> => {
      waiting -= 1;
      if (breaker.isOpen(rule.name)) {
        leave(target);
        return Promise.resolve({ kind: 'settled' });
      }
      const how = { wants, tries: tries.next(target), wish: options.wish(target), isStopped: () => !mayBegin() };
      const { by, sinceMs, made } = begun(() => workshop.elsewhere(inspected, how), world.now());
      started(by, sinceMs);
      if (waiting > 0) workshop.expectMore();
      return finish(inspected, made, sinceMs);
    };
    // One that is taken over has its room already.
    return { kind: 'ready', wants: workshop.has(inspected) ? NO_WANTS : wants, start };
  };

  /** What the file system refuses is of this target alone; the others go on. */
  const visit = (target: Target): Visited => {
    try {
      return visited(target);
    } catch (error) {
      if (!/^E[A-Z]+$/.test(codeOf(error))) throw error;
      return cannot(target, { kind: 'failed', target: target.id, failure: failureOf(error), older: 'kept' }, 'failed');
    }
  };
  const visited = (target: Target): Visited => {
    const inspected = inspector.inspect(target, (id) => standings.get(id) ?? { kind: 'cannot' });
    const { next } = inspected.state;
    switch (next.kind) {
      case 'nothing':
        if (inspected.stamps === 'moved') restamp(survey, inspected.record);
        workshop.dismiss(target.id);
        counts.fresh += 1;
        done(target, inspected.record);
        tell({ kind: 'fresh', target: target.id, stage: target.rule.name });
        return { kind: 'settled' };
      case 'run':
        return run(inspected);
      case 'problem':
        return cannot(target, { kind: 'problem', target: target.id, problems: next.problems }, 'failed');
      case 'held':
        return cannot(target, { kind: 'held', target: target.id, problems: next.problems }, 'held');
      case 'failed-before':
        // A later try has made what this one could not, and nobody was there to publish it.
        if (workshop.has(inspected)) return run(inspected);
        return cannot(target, { kind: 'failed-before', target: target.id, failure: next.failure }, 'failed');
      case 'blocked':
        return next.by.every((id) => notBegun.has(id))
          ? leave(target)
          : cannot(target, { kind: 'blocked', target: target.id, by: next.by }, 'blocked');
      case 'wait':
        throw new Error(`bug: ${target.id} was visited before its inputs ${next.for.join(', ')}`);
    }
  };

  const pool = createPool(capacity);
  const others = new Set<Promise<void>>();
  // What runs from before has its room, whether this build wants it or not.
  for (const { wants, ended } of workshop.reservations()) {
    pool.take(wants);
    const freed: Promise<void> = ended.then(() => {
      pool.give(wants);
      others.delete(freed);
    });
    others.add(freed);
  }
  const open = await schedule(graph, {
    jobs: options.jobs,
    pool,
    others,
    visit,
    remaining: remainingOf(graph, expected),
    isStopped: () => !mayBegin(),
    left: options.left,
    wait: (ms) => waitUnless(options.wait, ms, () => !mayBegin()),
    turn: workshop.turn,
    now: world.now,
  });
  return { counts: { ...counts, left: open + notBegun.size }, published };
}

const atOnce = (): Promise<void> => Promise.resolve();

/** In slices: one who has stopped the build does not wait for the next try. */
async function waitUnless(wait: RunOptions['wait'], ms: number, isOver: () => boolean): Promise<void> {
  for (let left = ms; left > 0 && !isOver(); left -= SLICE_MS) await wait(Math.min(left, SLICE_MS));
}
const SLICE_MS = 200;

/** A mistake in a rule, or a disk that is away, is met as a failure of the attempt. */
function begun(begin: () => Making, nowMs: number): Making {
  try {
    return begin();
  } catch (error) {
    return { by: 'started', sinceMs: nowMs, made: Promise.resolve({ kind: 'failed', failure: failureOf(error) }) };
  }
}

const NO_WANTS: Wants = { cpus: 0, hours: 1 };

/** What it asks for, or why that can never be given here. */
function wantsWithin(tries: Tries, inspected: Inspected, capacity: Capacity): Wants | Failure {
  const { rule } = inspected.target;
  try {
    const wants = tries.wants(inspected);
    const bad = badWants(wants);
    if (bad !== undefined) return { cause: 'bad-input', says: `rule ${rule.name}: ${bad}` };
    const says = tooBig(wants, capacity);
    return says === undefined ? wants : { cause: 'never-started', says };
  } catch (error) {
    return { cause: 'bad-input', says: `rule ${rule.name}: wants: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The bytes were read and are as recorded: the stamps that were taken before stand for them from now on. */
function restamp({ world, site, records, look, lookedAtMs }: Survey, record: TargetRecord | undefined): void {
  // Of a bucket, stamps are of the content itself.
  if (record === undefined || world.bucket !== undefined) return;
  const outputs = record.outputs.map((output) => ({
    ...output,
    members: output.members.map((member) => ({ ...member, stamp: look.stamp(`${site.home}/${member.path}`) ?? member.stamp })),
  }));
  // Where that is refused, they are read again the next time.
  quietly(() => records.put({ ...record, outputs, stampedAtMs: lookedAtMs }));
}
