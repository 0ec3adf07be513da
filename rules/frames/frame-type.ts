import type { Frame } from './frame.ts';

/** The cards that decide a frame's type. */
export type TypeCards = Pick<Frame, 'idname' | 'hatch' | 'lampstat01' | 'mode' | 'exptimeSeconds'>;

export type FrameType = 'science' | 'arc,tilt' | 'pixelflat,illumflat,trace' | 'bias' | 'dark' | 'None';

/**
 * The types that PypeIt gives a DEIMOS frame, joined as it joins them; `None` where nothing fits.
 * Source: pypeit.spectrographs.keck_deimos `check_frame_type`, with no limits of exposure time set.
 */
export function frameType({ idname, hatch, lampstat01, mode, exptimeSeconds }: TypeCards): FrameType {
  if (mode !== 'Spectral' || exptimeSeconds === undefined) return 'None';
  // PypeIt asks whether it is `Off`: without the card it is not.
  const lamps = lampstat01 === 'Off' ? 'off' : 'on';
  if (idname === 'Object' && hatch === 'open' && lamps === 'off') return 'science';
  if (idname === 'Line' && hatch === 'closed' && lamps === 'on') return 'arc,tilt';
  const isFlat = (idname === 'IntFlat' && hatch === 'closed') || ((idname === 'DmFlat' || idname === 'SkyFlat') && hatch === 'open');
  if (isFlat && lamps === 'on') return 'pixelflat,illumflat,trace';
  if (idname === 'Bias' && hatch === 'closed' && lamps === 'off') return 'bias';
  if (idname === 'Dark' && hatch === 'closed' && lamps === 'off') return 'dark';
  return 'None';
}
