import type { Facts, Params } from '../model/rule.ts';
import { titleOf } from '../model/target.ts';
import type { Shape } from './graph.ts';

/** The beginning of a word that means targets: whole segments, ending in `/` where there are any, and a part of the next. */
export type Begun = { readonly folder: string; readonly part: string };

/** Of this many groups, or fewer, everything may be asked while a person waits. */
const FEW = 200;

/**
 * How such a word may go on, up to the next `/`. Of the facts, only what its whole segments leave possible is asked; where
 * there are none, in an archive of many groups, the names of these stand for what begins like them.
 */
export function nextSegments(shapes: readonly Shape[], facts: Facts, begun: Begun & { readonly of: 'targets' | 'subjects' }): string[] {
  const { folder, of } = begun;
  const isFew = facts.groups().length <= FEW;
  const namesOf = ({ rule, outputs }: Shape, at: Params): string[] =>
    of === 'subjects' ? [rule.subject(at)] : [titleOf(rule, at), ...outputs.map(({ pattern }) => pattern.expand(at))];
  const after = (ats: (shape: Shape) => readonly Params[]): string[] =>
    segments(
      shapes.flatMap((shape) => ats(shape).flatMap((at) => namesOf(shape, at))),
      begun,
    ).filter((each, _, all) => !all.includes(`${each}/`) || !isPath(shapes, folder + each));

  if (folder === '') return isFew ? after(everything(facts)) : segments(firsts(shapes, facts), begun);
  const near = after(({ rule, outputs }) =>
    outputs.flatMap(({ pattern }) => {
      const where = pattern.match(folder)?.params;
      return where === undefined ? [] : rule.each(facts, where);
    }),
  );
  return near.length === 0 && isFew ? after(everything(facts)) : near;
}

const everything =
  (facts: Facts) =>
  ({ rule }: Shape): readonly Params[] =>
    rule.each(facts, {});

/** A folder above outputs means all of them: the title of the same name need not be offered as well. */
const isPath = (shapes: readonly Shape[], path: string): boolean =>
  shapes.some(({ outputs }) => outputs.some(({ pattern }) => pattern.match(path) !== undefined));

/** Stand for everything there is, as far as first segments go. */
function firsts(shapes: readonly Shape[], facts: Facts): string[] {
  const fixed = shapes.flatMap(({ rule }) => Object.values(rule.makes).flatMap(({ path }) => (/^[^{/]+\//.test(path) ? [path] : [])));
  const isFolder = (group: string): boolean =>
    shapes.some(({ outputs }) => outputs.some(({ pattern }) => pattern.match(group)?.covers === 'part'));
  return [...fixed, ...facts.groups().map((group) => (isFolder(group) ? `${group}/` : group))];
}

/** What follows the folder, to the end or to the next `/`, once each; sorted. */
function segments(names: readonly string[], { folder, part }: Begun): string[] {
  const found = new Set<string>();
  for (const name of names) {
    if (!name.startsWith(`${folder}${part}`) || name.length === folder.length) continue;
    const slash = name.indexOf('/', folder.length);
    found.add(slash === -1 ? name.slice(folder.length) : name.slice(folder.length, slash + 1));
  }
  return [...found].toSorted();
}
