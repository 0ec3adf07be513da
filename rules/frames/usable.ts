import type { Frame } from './frame.ts';

/** Frames that are placed in a raw tree: all but bias frames and those of no known type. */
export const isPlaced = ({ frametype }: Frame): boolean => frametype !== 'bias' && frametype !== 'None';

/** Frames that a .pypeit file can use: one amplifier, spectral mode, and nothing of PypeIt's metadata missing. */
export const isUsable = (frame: Frame): boolean =>
  (frame.amp === 'SINGLE:A' || frame.amp === 'SINGLE:B') &&
  frame.mode === 'Spectral' &&
  frame.frametype !== 'None' &&
  !isAnythingMissing(frame);

const isAnythingMissing = (frame: Frame): boolean =>
  [
    frame.raDegrees,
    frame.decDegrees,
    frame.target,
    frame.binning,
    frame.airmass,
    frame.exptimeSeconds,
    frame.lampstat01,
    frame.hatch,
    frame.idname,
  ].includes(undefined) || [frame.object, frame.dateobs, frame.utc, frame.frameno, frame.instrument].includes(undefined);
