import type { LogProgress } from 'adap';
import { headOf } from './head-of.ts';

/** What PypeIt is at, by the file that speaks; files that speak in all stages are not here. */
const STAGES: readonly (readonly [files: readonly string[], words: string])[] = [
  [['edgetrace.py', 'trace.py', 'slitdesign_matching.py'], 'slit edges'],
  [['wavecalib.py', 'autoid.py', 'arc.py', 'waveimage.py'], 'wavelengths'],
  [['wavetilts.py', 'tracewave.py'], 'tilts'],
  [['flatfield.py'], 'flat field'],
  [['findobj_skymask.py', 'find_objects.py'], 'object finding'],
  [['flexure.py'], 'flexure'],
  [['skysub.py', 'extract.py', 'extraction.py'], 'extraction'],
  [['fluxcalibrate.py', 'flux_calib.py', 'sensfunc.py'], 'flux calibration'],
  [['coadd.py', 'coadd1d.py', 'coadd2d.py', 'collate_1d.py'], 'coadding'],
];

/** `frame 1/2, detector 3, slit 873, extraction`: from the log of run_pypeit, of either version. */
export function pypeitProgress(): LogProgress {
  let frames: string | undefined;
  let frame = 0;
  let detector: string | undefined;
  let slit: string | undefined;
  let stage: string | undefined;
  return {
    hear(line) {
      const head = headOf(line.replace(/\x1b\[[0-9;]*m/g, ''));
      if (head === undefined) return;
      const { file, text } = head;
      frames = /^Found (\d+) science frames to reduce/.exec(text)?.[1] ?? frames;
      if (text.startsWith('Reducing target ')) {
        frame += 1;
        [detector, slit, stage] = [undefined, undefined, undefined];
      }
      const at = /^(?:Reducing|Calibrating) detector (.+)$|calibrations for detector (.+)$/.exec(text);
      const now = at?.[1] ?? at?.[2];
      if (now !== undefined) [detector, slit] = [now.trim(), undefined];
      const next = STAGES.find(([files]) => files.includes(file))?.[1];
      if (next !== undefined && next !== stage) [stage, slit] = [next, undefined];
      if (next !== undefined) slit = /\bslit(?:\/order)?\s*(?:#|:)?\s*(\d+(?:\/\d+)?)\b/.exec(text)?.[1] ?? slit;
    },
    words: () =>
      [
        ...(frame === 0 ? [] : [`frame ${frame}${frames === undefined ? '' : `/${frames}`}`]),
        ...(detector === undefined ? [] : [`detector ${detector}`]),
        ...(slit === undefined ? [] : [`slit ${slit}`]),
        ...(stage === undefined ? [] : [stage]),
      ].join(', '),
  };
}
