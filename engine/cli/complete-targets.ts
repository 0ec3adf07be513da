import { existsSync } from 'node:fs';
import { createLook } from '../disk/look.ts';
import { openFacts } from '../facts/facts.ts';
import type { Facts, SourceIndex } from '../model/rule.ts';
import { shapesOf } from '../plan/graph.ts';
import type { Shape } from '../plan/graph.ts';
import { nextSegments } from '../plan/next-segments.ts';
import { inHome } from '../plan/select.ts';
import type { Site } from '../plan/survey.ts';
import { cacheFile } from '../records/cache-file.ts';
import { openCache } from '../records/cache.ts';
import { foldersOf } from '../records/folders.ts';
import type { World } from '../world.ts';

export type BegunWord = { readonly typed: string; readonly of: 'targets' | 'subjects'; readonly stages: readonly string[] };

/** What a word that means targets may become, up to the next `/`. Nothing is written; before a first plan, there is nothing. */
export function completeTargets(place: { readonly world: World; readonly site: Site }, word: BegunWord): string[] {
  const { world, site } = place;
  const file = cacheFile(world.disk, foldersOf(site.home));
  if (!existsSync(file)) return [];
  const cache = openCache(() => file);
  try {
    const { facts, stops } = openFacts({
      source: notForLong(site.project.source),
      config: { path: site.config, shown: site.project.config },
      disk: world.disk,
      look: createLook(world.disk),
      cache: { ...cache, put: () => undefined },
      now: world.now,
      extent: 'asked',
      home: site.home,
      named: site.named,
    });
    return stops.length > 0 ? [] : found(site, facts, word);
  } finally {
    cache.close();
  }
}

/** A person waits: of files that changed since the last plan, so many heads are read, and the others are for the next plan. */
const MOST_HEADS = 300;

function notForLong(source: SourceIndex): SourceIndex {
  let heads = 0;
  return {
    ...source,
    read(path, head) {
      heads += 1;
      if (heads > MOST_HEADS) throw new Error('later');
      return source.read(path, head);
    },
  };
}

function found(site: Site, facts: Facts, { typed, of, stages }: BegunWord): string[] {
  const shapes = shapesOf(site.project.rules).filter(({ rule }) => stages.length === 0 || stages.includes(rule.name));
  const slash = typed.lastIndexOf('/') + 1;
  const [folder, part] = [typed.slice(0, slash), typed.slice(slash)];
  // As `build` would take it: a path may be one as seen from the current directory.
  const below = inHome(`${folder}x`, site).slice(0, -1);
  const plain = nextSegments(shapes, facts, { folder: below, part, of }).map((each) => folder + each);
  const named = of === 'targets' ? afterRule(shapes, facts, { below, folder, part }) : [];
  return [...plain, ...named].filter((each) => !/\p{Cc}/u.test(each));
}

type Place = { readonly folder: string; /** The folder in the home. */ readonly below: string; readonly part: string };

/** Of `RULE TITLE` in one word, what follows the blank. */
function afterRule(shapes: readonly Shape[], facts: Facts, { below, folder, part }: Place): string[] {
  const [rule = '', ...rest] = (below + part).split(' ');
  const own = shapes.filter((shape) => shape.rule.name === rule);
  if (own.length === 0 || rest.length === 0) return [];
  const title = rest.join(' ');
  const slash = title.lastIndexOf('/') + 1;
  const next = nextSegments(own, facts, { folder: title.slice(0, slash), part: title.slice(slash), of: 'targets' });
  return next.map((each) => (folder === '' ? `${rule} ${each}` : folder + each));
}
