/**
 * A build, from top to bottom: lock -> recover -> attempts of earlier builders -> survey (facts, graph, records) -> schedule
 * -> per target: judge, attempt, publish, record -> retire what nothing asks for any more.
 */
import type { Counts, Event } from './model/event.ts';
import { failed } from './model/problem.ts';
import type { Failed, Problem } from './model/problem.ts';
import { codeOf } from './disk/node-disk.ts';
import { isFailed, survey } from './plan/survey.ts';
import type { Ask, Survey, Workplace } from './plan/survey.ts';
import type { Unmoved } from './plan/unmoved.ts';
import { createExpectation } from './plan/expect.ts';
import { forecast } from './plan/forecast.ts';
import type { Inspected } from './plan/inspector.ts';
import { plan, wishOf } from './plan/plan.ts';
import type { Executor } from './executors/executor.ts';
import { clearBrought } from './run/bring.ts';
import { findAttempts } from './run/found-attempts.ts';
import type { Found } from './run/found-attempts.ts';
import type { TargetId } from './model/target.ts';
import { createWorkshop } from './run/make-target.ts';
import { recover } from './run/publish.ts';
import { recoverInBucket } from './run/publish-bucket.ts';
import type { Place as BucketPlace, Recovered } from './run/publish-bucket.ts';
import { homeTakenOver } from './stores/problems.ts';
import { homeUnwritable } from './run/problems.ts';
import { takeSealed } from './run/sealed-elsewhere.ts';
import { takeLock } from './run/lock.ts';
import { retireOrphans } from './run/retire-orphans.ts';
import { runTargets } from './run/run-targets.ts';
import { foldersOf } from './records/folders.ts';
import { openRecords } from './records/records.ts';
import { createLook } from './disk/look.ts';
import type { Look } from './disk/look.ts';

export type BuildOptions = Ask & {
  readonly jobs: number;
  readonly onFailure: 'stop' | 'go-on';
  readonly force: 'no' | 'yes';
  readonly retry: 'no' | 'yes';
  readonly tell: (event: Event) => void;
  readonly executor: Executor;
  readonly control: Control;
  /** Whether somebody watches: only then it is worth a plan of its own to say how much there is to do. */
  readonly forecast: 'yes' | 'no';
  readonly wait: (ms: number) => Promise<void>;
  /** The plan's facts are there; from now on an interruption is heard. */
  readonly onBegin: () => void;
  readonly remember: (found: { readonly lookedAtMs: number; readonly seen: Look['seen'] } & Unmoved) => void;
};

/** How a build is stopped. */
export type Control = {
  /** Nothing more is begun; what runs is waited for. */
  readonly isInterrupted: () => boolean;
  /** What runs is cancelled. */
  readonly cancel: AbortSignal;
  /** What runs goes on without a builder. */
  readonly leave: AbortSignal;
};

export type Built = { readonly kind: 'built'; readonly counts: Counts };

export async function build(workplace: Workplace, options: BuildOptions): Promise<Built | Failed> {
  const { world, cache, site } = workplace;
  const folders = foldersOf(site.home);
  try {
    world.disk.makeFolder(folders.intents);
  } catch (error) {
    return failed(homeUnwritable(site.home, codeOf(error)));
  }
  const lock = takeLock(world, folders.lock, options.words.join(' '));
  if (lock.kind === 'problem') return lock;
  const warn = (problems: readonly Problem[]): void => {
    if (problems.length > 0) options.tell({ kind: 'warnings', problems });
  };
  let end: () => void = () => undefined;
  try {
    const records = openRecords({ disk: world.disk, folders, look: createLook(world.disk), cache, now: world.now }, 'few');
    const tellRecovered = (target: TargetId, by: 'rolled-forward' | 'rolled-back' | 'stuck'): void =>
      options.tell({ kind: 'recovered', target, by });
    if (world.bucket !== undefined) await tidyBucket({ world, bucket: world.bucket, folders, records }, tellRecovered);
    const stuck = recover({ world, home: site.home, folders, records }, tellRecovered);
    if (world.bucket !== undefined) takeSealed({ world, bucket: world.bucket, folders });
    const found = await findAttempts({ world, folders, executor: options.executor }, stuck);
    end = () => releaseAll(found);
    if (world.bucket !== undefined && ![...found.values()].some(({ kind }) => kind === 'live')) clearBrought(world.bucket);
    const lookedAtMs = world.now();
    const surveyed = survey(workplace, options);
    if (isFailed(surveyed)) return surveyed;
    warn(surveyed.warnings);
    const wish = wishOf(surveyed, options);
    const tell = options.forecast === 'yes' ? tellPlanned(surveyed, plan(surveyed, wish), options) : options.tell;
    options.onBegin();
    const workshop = createWorkshop(surveyed, options.executor, found);
    // Without the lock nothing is published: also where the build ends by an error.
    end = workshop.close;
    const left = new Promise<void>((done) => {
      options.control.leave.addEventListener('abort', () => done());
    });
    options.control.cancel.addEventListener('abort', () => workshop.cancelAll());
    const { isInterrupted } = options.control;
    const ran = await runTargets(surveyed, {
      ...options,
      tell,
      wish,
      workshop,
      lock,
      left,
      isInterrupted,
      capacity: options.executor.capacity,
    });
    for (const target of workshop.running()) options.tell({ kind: 'left-running', target });
    if (!lock.isHeld()) return failed(homeTakenOver(site.named));
    const retired = retireOrphans(surveyed, ran.published, options.tell);
    const counts = { ...ran.counts, retired };
    const isQuiet = surveyed.isSure && counts.fresh === surveyed.graph.targets.length && surveyed.orphans.length === 0;
    if (isQuiet) options.remember({ lookedAtMs, seen: surveyed.look.seen, fresh: counts.fresh, warnings: surveyed.warnings });
    return { kind: 'built', counts };
  } finally {
    end();
    const closed = options.executor.close();
    lock.release();
    await closed;
  }
}

/** What others left half done there, and parts of uploads that nobody will complete. */
async function tidyBucket(place: BucketPlace, tell: (target: TargetId, by: Recovered) => void): Promise<void> {
  await recoverInBucket(place, tell);
  await place.bucket.store.abandonUploads(place.bucket.prefix, DAY_MS);
}

const DAY_MS = 86_400_000;

/** Without a graph nothing can be taken over: it goes on. */
function releaseAll(found: ReadonlyMap<TargetId, Found>): void {
  for (const each of found.values()) if (each.kind === 'live') each.running.release();
}

/**
 * Tells what is to be done; what was fresh already is no news from then on. The time is that of as many at once as there is room for.
 */
function tellPlanned(surveyed: Survey, found: readonly Inspected[], { jobs, executor, tell }: BuildOptions): BuildOptions['tell'] {
  const { stages, told, price } = forecast(found, createExpectation(surveyed.graph, surveyed.records));
  const atOnce = Math.max(1, Math.min(jobs, executor.capacity.cpus));
  tell({ kind: 'planned', stages, seconds: price.known === 0 ? undefined : price.seconds / atOnce });
  return (event) => (event.kind === 'fresh' && !told.has(event.target) ? undefined : tell(event));
}
