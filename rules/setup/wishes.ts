import type { Frame } from '../frames/frame.ts';

/** Something one would like of a calibration frame. */
export type Wish = (frame: Frame) => boolean;

/** Dome flats and arcs are taken with the telescope at its stow position, where the flexure is that of the night's end: declination 45. */
export const atStow: Wish = ({ decDegrees }) => decDegrees !== undefined && Math.abs(decDegrees - 45) < 1;

export const exposureWithin =
  (bounds: { readonly isEnough: (seconds: number) => boolean }): Wish =>
  ({ exptimeSeconds }) =>
    exptimeSeconds !== undefined && bounds.isEnough(exptimeSeconds);

export type Chosen = { readonly frames: readonly Frame[]; /** Those that were not given up. */ readonly wishes: readonly Wish[] };

/** The last frames in time that meet every wish; while too few do, the last wish is given up. */
export function chooseLatest(
  frames: readonly Frame[],
  counts: { readonly least: number; readonly most: number },
  wishes: readonly Wish[],
): Chosen {
  const good = frames.filter((frame) => wishes.every((wish) => wish(frame)));
  if (good.length < counts.least && wishes.length > 0) return chooseLatest(frames, counts, wishes.slice(0, -1));
  return { frames: inTime(good).slice(-counts.most), wishes };
}

/** In order of time; of one time, the last name first. */
export const inTime = (frames: readonly Frame[]): Frame[] => frames.toSorted((a, b) => a.mjd - b.mjd || (a.filename < b.filename ? 1 : -1));
