import type { Frame } from '../frames/frame.ts';
import { atStow, chooseLatest, exposureWithin } from './wishes.ts';
import type { Wish } from './wishes.ts';

/** An arc of 1 to 15 seconds is neither too faint nor saturated. */
const WISHES: readonly Wish[] = [exposureWithin({ isEnough: (seconds) => seconds >= 1 && seconds <= 15 }), atStow];

/**
 * One arc for each set of lamps that brings a new lamp, sets with most lamps first. As published: a wish given up for
 * one set stays given up for the sets after it, and a set whose arcs are all excluded still counts as covered. `strict`
 * asks each set anew, and passes over the excluded.
 */
export function chooseArcs(arcs: readonly Frame[], excluded: ReadonlySet<string>, selection: 'as-published' | 'strict'): Frame[] {
  const chosen: Frame[] = [];
  const covered = new Set<string>();
  let wishes = WISHES;
  for (const set of lampSets(arcs)) {
    const lamps = lampsOf(set);
    const usable = arcs.filter((frame) => frame.lampstat01 === set && !excluded.has(frame.filename));
    if (lamps.every((lamp) => covered.has(lamp)) || (selection === 'strict' && usable.length === 0)) continue;
    for (const lamp of lamps) covered.add(lamp);
    const found = chooseLatest(usable, { least: 1, most: 1 }, selection === 'strict' ? WISHES : wishes);
    wishes = found.wishes;
    chosen.push(...found.frames);
  }
  return chosen;
}

/** Two blanks between lamps make a lamp without a name, as in the published files. */
const lampsOf = (set: string): string[] => set.split(' ');

/** From most lamps to fewest; of equals, the last in order of characters first. */
function lampSets(arcs: readonly Frame[]): string[] {
  const sets = [...new Set(arcs.map((frame) => frame.lampstat01 ?? ''))];
  return sets.toSorted((a, b) => lampsOf(b).length - lampsOf(a).length || (a < b ? 1 : -1));
}
