import type { SourceIndex } from 'adap';
import type { DeimosConfig } from '../config.ts';
import { readPrimaryHeader } from '../fits/primary-header.ts';
import { gzipDamaged } from '../fits/problems.ts';
import { roundHalfToEven } from '../python/round.ts';
import { rawFolders } from '../layout.ts';
import { CARDS, frameFromHeader } from './frame-from-header.ts';
import type { Frame } from './frame.ts';

/** `600ZD_8000_GG455`: grating, tilt rounded to an Angstrom, filter. */
export const setupOf = (frame: Pick<Frame, 'dispname' | 'dispangle' | 'filter1'>): string =>
  `${frame.dispname}_${roundHalfToEven(frame.dispangle)}_${frame.filter1}`;

/** The raw frames below the directories of an archive, by mask and setup. A bad file is a problem of its own. */
export const frameIndex = (config: DeimosConfig): SourceIndex => ({
  revision: 4,
  roots: config.raw,
  matches: (name) => name.endsWith('.fits') || name.endsWith('.fits.gz'),
  inHome: rawFolders,
  laidOutBy: ['raw', 'incomplete'],
  read(path, head) {
    try {
      const header = readPrimaryHeader(path, head, CARDS);
      if (header.kind === 'problem') return header;
      const found = frameFromHeader(path, header.cards);
      if (found.kind === 'problem') return found;
      const { frame } = found;
      return { kind: 'entry', group: `${frame.decker}/${setupOf(frame)}`, about: frame, stands: header.bytes };
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
        return { kind: 'problem', problem: gzipDamaged(path, String(error.code)) };
      throw error;
    }
  },
});
