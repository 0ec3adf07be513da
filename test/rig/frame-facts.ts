import type { Entry, Facts, LeftOut } from 'adap';
import type { Frame } from '../../rules/frames/frame.ts';
import { setupOf } from '../../rules/frames/source-index.ts';

const science: Frame = {
  filename: 'DE.20060427.1.fits',
  frametype: 'science',
  decker: 'HDa06DB',
  dispname: '600ZD',
  filter1: 'GG455',
  dispangle: 8000,
  mjd: 53852.5,
  raDegrees: 1,
  decDegrees: 45,
  target: 'HDa06DB',
  binning: '1,1',
  airmass: 1,
  exptimeSeconds: 1200,
  amp: 'SINGLE:B',
  mode: 'Spectral',
  lampstat01: 'Off',
  hatch: 'open',
  idname: 'Object',
  object: 'HDa06DB',
  dateobs: '2006-04-27',
  utc: '12:00:00.00',
  frameno: 1,
  instrument: 'DEIMOS',
};

/** A science frame of one mask and setup, with what is said of it. */
export const frameEntry = (about: Partial<Frame> = {}, entry: Partial<Entry> = {}): Entry<Frame> => ({
  path: `/raw/${about.filename ?? science.filename}`,
  size: 2880,
  digest: 'aa',
  stamp: '2880 1 1',
  ...entry,
  about: { ...science, ...about },
});

/** A science, an arc and a flat frame: what makes a dataset complete. */
export const completeSet = (about: Partial<Frame> = {}): readonly Entry<Frame>[] =>
  (['science', 'arc,tilt', 'pixelflat,illumflat,trace'] as const).map((frametype) =>
    frameEntry({ ...about, frametype, filename: `${frametype.slice(0, 3)}-${about.mjd ?? ''}.fits` }),
  );

/** Facts about these frames, without a disk. */
export function factsOfFrames(entries: readonly Entry<Frame>[], leftOut: readonly LeftOut[] = []): Facts & { readonly asked: string[] } {
  const groups = Map.groupBy(entries, ({ about }) => `${about.decker}/${setupOf(about)}`);
  const once = new Map<string, unknown>();
  const asked: string[] = [];
  return {
    asked,
    group: (key) => (asked.push(key), groups.get(key) ?? []),
    groups: () => (asked.push('all'), [...groups.keys()].toSorted()),
    leftOut: () => leftOut,
    home: '/home',
    here: '/home',
    config: { files: () => [], text: () => undefined, shown: (name) => name },
    once<T>(key: string, make: () => T): T {
      if (!once.has(key)) once.set(key, make());
      return once.get(key) as T;
    },
  };
}
