import type { Frame } from './frame.ts';

/** Frames that are placed in a raw tree: all but bias frames and those of no known type. */
export const isPlaced = ({ frametype }: Frame): boolean => frametype !== 'bias' && frametype !== 'None';

/** Frames that a .pypeit file can use: one amplifier, spectral mode, a type, and nothing of PypeIt's metadata missing. */
export const isUsable = (frame: Frame): boolean => frame.frametype !== 'None' && unusableFor(frame) === undefined;

/** What keeps a frame of known type out of the .pypeit file: `AMPMODE DUAL:A+B`. */
export function unusableFor(frame: Frame): string | undefined {
  if (frame.amp !== 'SINGLE:A' && frame.amp !== 'SINGLE:B') return `AMPMODE ${frame.amp ?? 'missing'}`;
  if (frame.mode !== 'Spectral') return `MOSMODE ${frame.mode ?? 'missing'}`;
  const missing = MUST_HAVE.find(([name]) => frame[name] === undefined);
  return missing === undefined ? undefined : `${missing[1]} missing`;
}

/** PypeIt's metadata with their cards; a row that lacks one is dropped, also where no column shows it. */
const MUST_HAVE: readonly (readonly [name: keyof Frame, card: string])[] = [
  ['raDegrees', 'RA'],
  ['decDegrees', 'DEC'],
  ['target', 'TARGNAME'],
  ['binning', 'BINNING'],
  ['airmass', 'AIRMASS'],
  ['exptimeSeconds', 'ELAPTIME'],
  ['lampstat01', 'LAMPS'],
  ['hatch', 'HATCHPOS'],
  ['idname', 'OBSTYPE'],
  ['object', 'OBJECT'],
  ['dateobs', 'DATE-OBS'],
  ['utc', 'UTC'],
  ['frameno', 'FRAMENO'],
  ['instrument', 'INSTRUME'],
];
