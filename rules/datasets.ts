import type { Entry, Facts, Params } from 'adap';
import type { DeimosConfig } from './config.ts';
import { isUsable } from './frames/usable.ts';
import type { Frame } from './frames/frame.ts';
import { dateOfMjd } from './frames/time.ts';

/** The frames of one mask and setup that lie within a few days of one another: what is reduced together. */
export type Dataset = {
  readonly mask: string;
  /** `600ZD_8000_GG455` */
  readonly setup: string;
  /** `2006-04-27`, or `2006-04-26_2006-04-29`: UTC dates of the first and last MJD. */
  readonly dates: string;
  /** All frames of the group in order of time, those that are left out of `raw` included. */
  readonly frames: readonly Entry<Frame>[];
  /** At least one science, one flat and one arc frame that the .pypeit file can use. */
  readonly isComplete: boolean;
};

/** All datasets, or those that agree with what is known of their params; sorted by group, then by time. */
export function datasets(facts: Facts, config: DeimosConfig, where: Params = {}): readonly Dataset[] {
  const { setup, dates } = where;
  const found = groupsOf(facts, where).flatMap((key) => ofGroup(facts, config, key));
  return dates === undefined && setup === undefined
    ? found
    : found.filter((each) => (dates ?? each.dates) === each.dates && (setup ?? each.setup) === each.setup);
}

function groupsOf(facts: Facts, { mask, setup }: Params): readonly string[] {
  if (mask === undefined) return facts.groups();
  return setup === undefined ? (groupsByMask(facts).get(mask) ?? []) : [`${mask}/${setup}`];
}

/** Looked through once, however many masks are asked for. */
const groupsByMask = (facts: Facts): ReadonlyMap<string, readonly string[]> =>
  facts.once('groups by mask', () => Map.groupBy(facts.groups(), (key) => key.slice(0, key.indexOf('/'))));

/** Where a dataset of this name would be: itself, where it is there. */
export const datasetOf = (facts: Facts, config: DeimosConfig, at: Params): Dataset | undefined => datasets(facts, config, at)[0];

/** Datasets of the same mask and setup that share a date with `dates`. */
export const overlapping = (facts: Facts, config: DeimosConfig, { mask = '', setup = '', dates = '' }: Params): readonly Dataset[] =>
  ofGroup(facts, config, `${mask}/${setup}`).filter((each) => doOverlap(each.dates, dates));

export const datasetName = ({ mask, setup, dates }: Pick<Dataset, 'mask' | 'setup' | 'dates'>): string => `${mask}/${setup}/${dates}`;

const ofGroup = (facts: Facts, config: DeimosConfig, key: string): readonly Dataset[] =>
  facts.once(`datasets of ${key}`, () => {
    const slash = key.indexOf('/');
    // The frame index puts frames into its groups, and nothing else.
    const entries = onceEach(facts.group(key) as readonly Entry<Frame>[], facts.here);
    return grouped(entries, config.dateWindowDays ?? 3).map((frames) => ({
      mask: key.slice(0, slash),
      setup: key.slice(slash + 1),
      dates: datesOf(frames),
      frames,
      isComplete: isComplete(frames),
    }));
  });

/** Of one frame that lies in two raw folders, equal in header and size, the first path counts: one of the home before all others, which every machine sees. */
function onceEach(entries: readonly Entry<Frame>[], here: string): readonly Entry<Frame>[] {
  const seen = new Map<string, Entry<Frame>>();
  const isOfHome = ({ path }: Entry<Frame>): number => (path.startsWith(`${here}/`) ? 0 : 1);
  for (const entry of entries.toSorted((a, b) => isOfHome(a) - isOfHome(b) || (a.path < b.path ? -1 : 1))) {
    const same = `${entry.about.filename}\n${entry.digest}\n${entry.size}\n${entry.about.mjd}`;
    if (!seen.has(same)) seen.set(same, entry);
  }
  return [...seen.values()];
}

/**
 * Cuts frames in order of time wherever the gap is longer than the window (UTC days, inclusive). Nights that would bear
 * the same name, with a window of less than a day, are one.
 */
function grouped(entries: readonly Entry<Frame>[], windowDays: number): readonly (readonly Entry<Frame>[])[] {
  const ordered = entries.toSorted((a, b) => a.about.mjd - b.about.mjd || (a.path < b.path ? -1 : 1));
  const groups: Entry<Frame>[][] = [];
  for (const entry of ordered) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && isWithin(windowDays, before, entry)) last.push(entry);
    else groups.push([entry]);
  }
  const byName = new Map<string, Entry<Frame>[]>();
  for (const group of groups) {
    const name = datesOf(group);
    byName.set(name, [...(byName.get(name) ?? []), ...group]);
  }
  return [...byName.values()];
}

/** To a hundredth of a millisecond: 57300.2 is 0.1 days after 57300.1, though not in binary. */
const isWithin = (days: number, a: Entry<Frame>, b: Entry<Frame>): boolean =>
  Math.round((b.about.mjd - a.about.mjd) * 8.64e9) <= Math.round(days * 8.64e9);

function datesOf(frames: readonly Entry<Frame>[]): string {
  const first = dateOfMjd(frames[0]?.about.mjd ?? 0);
  const last = dateOfMjd(frames.at(-1)?.about.mjd ?? 0);
  return first === last ? first : `${first}_${last}`;
}

function isComplete(frames: readonly Entry<Frame>[]): boolean {
  const types = new Set(frames.filter(({ about }) => isUsable(about)).map(({ about }) => about.frametype));
  return types.has('science') && types.has('arc,tilt') && types.has('pixelflat,illumflat,trace');
}

function doOverlap(one: string, other: string): boolean {
  const [from = '', to = from] = one.split('_');
  const [start = '', end = start] = other.split('_');
  return from <= end && start <= to;
}
