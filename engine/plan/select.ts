import { isAbsolute, matchesGlob, relative, resolve } from 'node:path';
import { editDistance } from '../lib/edit-distance.ts';
import type { Problem } from '../model/problem.ts';
import type { Facts, Params } from '../model/rule.ts';
import { titleOf } from '../model/target.ts';
import { noRule, noStage } from './problems.ts';
import type { Shape, Wanted } from './graph.ts';

/** What a user asked for: words are paths, prefixes, globs, or `RULE TITLE`; none are everything. */
export type Request = {
  readonly words: readonly string[];
  readonly stages: readonly string[];
  /** Absolute; a word may be a path in the home as seen from the current directory. */
  readonly home: string;
  /** The home as all machines know it: `s3://…`, or the same path. */
  readonly named: string;
  readonly cwd: string;
};

export type Selection = { readonly wanted: readonly Wanted[]; readonly problems: readonly Problem[]; readonly extent: 'whole' | 'asked' };

export const extentOf = (request: Pick<Request, 'words'>): 'whole' | 'asked' =>
  request.words.some((word) => !hasMagic(firstPart(word))) ? 'asked' : 'whole';

/** The targets that were asked for; a word that means nothing is a problem. */
export function select(shapes: readonly Shape[], facts: Facts, request: Request): Selection {
  const unknown = request.stages.filter((stage) => !shapes.some(({ rule }) => rule.name === stage));
  if (unknown.length > 0)
    return {
      wanted: [],
      problems: unknown.map((stage) =>
        noStage(
          stage,
          shapes.map(({ rule }) => rule.name),
        ),
      ),
      extent: 'asked',
    };
  const staged = request.stages.length === 0 ? shapes : shapes.filter(({ rule }) => request.stages.includes(rule.name));
  if (request.words.length === 0) return { wanted: staged.flatMap((shape) => all(shape, facts, {})), problems: [], extent: 'whole' };
  const wanted: Wanted[] = [];
  const problems: Problem[] = [];
  for (const word of request.words) {
    const found = byWord(staged, facts, inHome(word, request));
    if (found.length === 0) problems.push(noRule(word, nearest(staged, facts, inHome(word, request))));
    wanted.push(...found);
  }
  return { wanted, problems, extent: extentOf(request) };
}

const all = ({ rule }: Shape, facts: Facts, where: Params): Wanted[] => rule.each(facts, where).map((at) => ({ rule, at }));

function byWord(shapes: readonly Shape[], facts: Facts, word: string): Wanted[] {
  const [first = '', ...rest] = word.split(' ');
  const named = shapes.filter(({ rule }) => rule.name === first);
  const ways: (() => Wanted[])[] = [
    () => (rest.length === 0 ? [] : byTitle(named, facts, rest.join(' '))),
    () => byPath(shapes, facts, word),
    () => byTitle(shapes, facts, word),
    () => (hasMagic(word) ? byGlob(shapes, facts, word) : []),
  ];
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return found;
  }
  return [];
}

/** Targets with an output at, above or below this path. */
function byPath(shapes: readonly Shape[], facts: Facts, path: string): Wanted[] {
  return shapes.flatMap(({ rule, outputs }) => {
    const found = new Map<string, Wanted>();
    for (const output of outputs) {
      const where = output.pattern.match(path)?.params;
      if (where === undefined) continue;
      for (const at of rule.each(facts, where)) if (agrees(at, where)) found.set(titleOf(rule, at), { rule, at });
    }
    return [...found.values()];
  });
}

/** Targets with this title, or with one that goes on behind it. Where paths begin like titles, only those are gone through. */
function byTitle(shapes: readonly Shape[], facts: Facts, title: string): Wanted[] {
  return shapes.flatMap((shape) => {
    const { rule } = shape;
    const head = shape.outputs[0]?.pattern.match(title.split('/').slice(0, 2).join('/'))?.params;
    const among = head === undefined ? [] : rule.each(facts, head).map((at) => ({ rule, at }));
    const fits = ({ at }: Wanted): boolean => titleOf(rule, at) === title || titleOf(rule, at).startsWith(`${title}/`);
    const near = among.filter(fits);
    return near.length > 0 ? near : all(shape, facts, {}).filter(fits);
  });
}

function byGlob(shapes: readonly Shape[], facts: Facts, glob: string): Wanted[] {
  return shapes.flatMap((shape) =>
    all(shape, facts, {}).filter(({ rule, at }) => {
      const paths = [titleOf(rule, at), rule.subject(at), ...shape.outputs.map((output) => output.pattern.expand(at))];
      return paths.some((path) => matchesGlob(path, glob) || matchesGlob(path, `${glob}/**`));
    }),
  );
}

const agrees = (at: Params, where: Params): boolean => Object.entries(where).every(([name, value]) => at[name] === value);

const hasMagic = (word: string): boolean => /[*?[{]/.test(word);
const firstPart = (word: string): string => (word.split(' ').at(-1) ?? word).split('/')[0] ?? '';

/** A word as a path in the home, where it is one as seen from the current directory. */
export function inHome(word: string, { home, named, cwd }: Pick<Request, 'home' | 'named' | 'cwd'>): string {
  if (word.startsWith(`${named}/`)) return word.slice(named.length + 1);
  const path = resolve(cwd, word);
  const below = relative(home, path);
  const isInside = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  return isInside && (isAbsolute(word) || word.startsWith('.') || !relative(home, cwd).startsWith('..'))
    ? below
    : word.replace(/^\.\//, '');
}

/** A glob, where titles begin like the word; else the title that differs least. */
function nearest(shapes: readonly Shape[], facts: Facts, word: string): string | undefined {
  const titles = new Set(shapes.flatMap((shape) => all(shape, facts, {}).map(({ rule, at }) => titleOf(rule, at))));
  if ([...titles].some((title) => title.startsWith(word))) return `${word}*`;
  let best: { readonly title: string; readonly distance: number } | undefined;
  for (const title of titles) {
    const distance = editDistance(word, title);
    if (distance <= Math.max(2, word.length / 3) && (best === undefined || distance < best.distance)) best = { title, distance };
  }
  return best?.title;
}
