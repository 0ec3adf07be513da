/**
 * A build, from top to bottom: lock -> recover -> survey (facts, graph, records) -> schedule -> per target: judge, attempt,
 * publish, record -> retire what nothing asks for any more.
 */
import type { Counts, Event } from './model/event.ts';
import { failed } from './model/problem.ts';
import type { Failed, Problem } from './model/problem.ts';
import { codeOf } from './disk/node-disk.ts';
import { isFailed, survey } from './plan/survey.ts';
import type { Ask, Workplace } from './plan/survey.ts';
import type { Unmoved } from './plan/unmoved.ts';
import { wishOf } from './plan/plan.ts';
import { recover } from './run/publish.ts';
import { homeUnwritable } from './run/problems.ts';
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
  readonly isInterrupted: () => boolean;
  /** The plan's facts are there; from now on an interruption is heard. */
  readonly onBegin: () => void;
  readonly remember: (found: { readonly lookedAtMs: number; readonly seen: Look['seen'] } & Unmoved) => void;
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
  try {
    const records = openRecords({ disk: world.disk, folders, look: createLook(world.disk), cache, now: world.now }, 'few');
    recover({ world, home: site.home, folders, records }, (target, by) => options.tell({ kind: 'recovered', target, by }));
    const lookedAtMs = world.now();
    const surveyed = survey(workplace, options);
    if (isFailed(surveyed)) return surveyed;
    warn(surveyed.warnings);
    options.onBegin();
    const ran = await runTargets(surveyed, { ...options, wish: wishOf(surveyed, options) });
    const retired = retireOrphans(surveyed, ran.published, options.tell);
    const counts = { ...ran.counts, retired };
    const isQuiet = surveyed.isSure && counts.fresh === surveyed.graph.targets.length && surveyed.orphans.length === 0;
    if (isQuiet) options.remember({ lookedAtMs, seen: surveyed.look.seen, fresh: counts.fresh, warnings: surveyed.warnings });
    return { kind: 'built', counts };
  } finally {
    lock.release();
  }
}
