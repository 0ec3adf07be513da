import { createLook } from '../disk/look.ts';
import type { Look } from '../disk/look.ts';
import { openFacts } from '../facts/facts.ts';
import { failed } from '../model/problem.ts';
import type { Failed, Problem } from '../model/problem.ts';
import type { Project } from '../model/project.ts';
import type { Facts } from '../model/rule.ts';
import { idOf } from '../model/target.ts';
import type { Graph, TargetId } from '../model/target.ts';
import type { Cache } from '../records/cache.ts';
import { foldersOf } from '../records/folders.ts';
import type { Folders } from '../records/folders.ts';
import { openRecords } from '../records/records.ts';
import type { Records } from '../records/records.ts';
import type { BucketHome } from '../stores/bucket.ts';
import type { World } from '../world.ts';
import { makeGraph, overlaps, shapesOf } from './graph.ts';
import type { Shape } from './graph.ts';
import { findOrphans } from './orphans.ts';
import type { Orphan } from './orphans.ts';
import { extentOf, select } from './select.ts';

/** Where a project lies, with absolute paths. */
export type Site = {
  readonly project: Project;
  /** The adapfile's folder. */
  readonly root: string;
  /** Of a home in a bucket: the folder of this machine that stands in for it. */
  readonly home: string;
  /** The home as all machines know it: its path, or `s3://…`. */
  readonly named: string;
  readonly bucket?: BucketHome;
  /** Where what was fetched of a home in a bucket lies for this process; the home where it is not given. */
  readonly here?: string;
  readonly config: string;
  readonly cwd: string;
};

/** What every plan and build is handed. */
export type Workplace = {
  readonly world: World;
  readonly cache: Cache;
  readonly site: Site;
  readonly onProgress?: (headsRead: number) => void;
};

/** Everything that a plan is made from, looked at once. */
export type Survey = {
  readonly world: World;
  readonly site: Site;
  readonly folders: Folders;
  readonly look: Look;
  readonly records: Records;
  readonly facts: Facts;
  readonly shapes: readonly Shape[];
  readonly graph: Graph;
  readonly orphans: readonly Orphan[];
  readonly warnings: readonly Problem[];
  /** Before the first stamp was taken, ms since 1970. */
  readonly lookedAtMs: number;
  /** Nothing was met that may change without a trace in a stamp: it may be remembered. */
  readonly isSure: boolean;
  /** What was asked for itself, without what that needs. */
  readonly asked: ReadonlySet<TargetId>;
};

export type Ask = { readonly words: readonly string[]; readonly stages: readonly string[] };

/** From this many targets on, records are read by folders through the cache. */
const MANY = 200;

/** Facts, graph and records for a request. */
export function survey({ world, cache, site, onProgress }: Workplace, ask: Ask): Survey | Failed {
  const lookedAtMs = world.now();
  const look = createLook(world.disk);
  const extent = extentOf(ask);
  const folders = foldersOf(site.home);
  look.stamp(folders.intents);
  const opened = openFacts({
    source: site.project.source,
    config: { path: site.config, shown: site.project.config },
    disk: world.disk,
    look,
    cache,
    now: world.now,
    extent,
    home: site.home,
    named: site.named,
    here: site.here ?? site.home,
    isBucket: world.bucket !== undefined,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (opened.stops[0] !== undefined) return failed(opened.stops[0]);
  const { facts } = opened;
  const shapes = shapesOf(site.project.rules);
  const selection = select(shapes, facts, { ...ask, home: site.home, named: site.named, cwd: site.cwd });
  if (selection.problems[0] !== undefined) return failed(selection.problems[0]);
  const graph = makeGraph(shapes, selection.wanted, facts);
  const overlap = overlaps(graph)[0];
  if (overlap !== undefined) return failed(overlap);
  const records = openRecords({ disk: world.disk, folders, look, cache, now: world.now }, graph.targets.length > MANY ? 'many' : 'few');
  const whole = ask.words.length === 0 && ask.stages.length === 0 ? 'whole' : 'asked';
  const orphans = findOrphans({ shapes, facts, graph, records, extent: whole });
  return {
    world,
    site,
    folders,
    look,
    records,
    facts,
    shapes,
    graph,
    orphans,
    warnings: whole === 'whole' ? (site.project.warnings?.(facts) ?? []) : [],
    lookedAtMs,
    isSure: opened.isSure,
    asked: new Set(selection.wanted.map(({ rule, at }) => idOf(rule, at))),
  };
}

export const isFailed = (outcome: object): outcome is Failed => 'kind' in outcome && outcome.kind === 'problem';
