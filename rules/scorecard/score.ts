/** Counts of one science frame, from what was measured and the thresholds. Pure. */
import type { MeasuredObject, MeasuredSlit, MeasuredSpec2d } from './measure.ts';
import type { Thresholds } from './thresholds.ts';

/** Of a slit: each fault that it has. */
export type SlitFault = 'coverage' | 'rms' | 'chi' | 'flexure' | keyof typeof BITS;

/** Bits of PypeIt's slit mask that are counted. Source: pypeit.slittrace `SlitTraceBitMask`; also the BITnn cards of SLITS. */
export const BITS = { BADWVCALIB: 8, BADTILTCALIB: 16, SKIPFLATCALIB: 64, BADFLATCALIB: 128, BADSKYSUB: 512, BADEXTRACT: 1024 } as const;

/** What makes a slit bad; flexure and a flat that was passed over are counted, and do not. */
const BAD: ReadonlySet<SlitFault> = new Set<SlitFault>([
  'coverage',
  'rms',
  'chi',
  'BADWVCALIB',
  'BADTILTCALIB',
  'BADFLATCALIB',
  'BADSKYSUB',
  'BADEXTRACT',
]);
const FLAGS: ReadonlySet<SlitFault> = new Set<SlitFault>(['BADWVCALIB', 'BADTILTCALIB', 'BADFLATCALIB', 'BADSKYSUB', 'BADEXTRACT']);

export type ScoredSlit = { readonly id: string; readonly faults: readonly SlitFault[]; readonly isBad: boolean };

export function faultsOf(slit: MeasuredSlit, limits: Thresholds): readonly SlitFault[] {
  const faults: SlitFault[] = [];
  if (slit.wavelengths !== undefined) {
    if (slit.wavelengths.coveragePercent < limits.wave_cov_thresh) faults.push('coverage');
    if (slit.wavelengths.rmsPixels > limits.rms_thresh) faults.push('rms');
  }
  // The chis are of 32 bits, and numpy compares them with thresholds of 32 bits.
  if (slit.stdChi !== undefined && (slit.stdChi < Math.fround(limits.lower_std_chi) || slit.stdChi > Math.fround(limits.upper_std_chi)))
    faults.push('chi');
  if (slit.flexurePixels !== undefined && Math.abs(slit.flexurePixels) >= limits.flex_shift_thresh) faults.push('flexure');
  for (const [name, bit] of Object.entries(BITS)) if ((slit.mask & bit) !== 0) faults.push(name as keyof typeof BITS);
  return faults;
}

/** The counts of a row, by the names of its columns; all 0 without a spec2d. */
export type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

export const COUNTS = [
  'bad_slit_count',
  'det_count',
  'slit_count',
  'slit_std_chi_out_of_range',
  'slit_wv_cov_under_thresh',
  'slit_rms_over_thresh',
  'slit_spec_flex_over_thresh',
  'total_bad_flags',
  'bad_wv_count',
  'bad_tilt_count',
  'bad_flat_count',
  'skip_flat_count',
  'bad_skysub_count',
  'bad_extract_count',
  'object_count',
  'obj_rms_over_thresh',
  'object_flex_shift_over_thresh',
  'object_without_opt_with_box',
  'object_without_opt_wo_box',
  'maskdef_extract_count',
] as const;

export function score(
  spec2d: MeasuredSpec2d | undefined,
  objects: readonly MeasuredObject[],
  limits: Thresholds,
): { readonly counts: Counts; readonly slits: readonly ScoredSlit[] } {
  const slits = (spec2d?.slits ?? []).map((slit): ScoredSlit => {
    const faults = faultsOf(slit, limits);
    return { id: slit.id, faults, isBad: faults.some((fault) => BAD.has(fault)) };
  });
  const withFault = (...of: readonly SlitFault[]): number =>
    distinct(slits.filter(({ faults }) => faults.some((fault) => of.includes(fault))));
  const those = (is: (object: MeasuredObject) => boolean): number => objects.filter(is).length;
  return {
    slits,
    counts: {
      bad_slit_count: distinct(slits.filter(({ isBad }) => isBad)),
      det_count: spec2d?.detectors.length ?? 0,
      slit_count: distinct(slits),
      slit_std_chi_out_of_range: withFault('chi'),
      slit_wv_cov_under_thresh: withFault('coverage'),
      slit_rms_over_thresh: withFault('rms'),
      slit_spec_flex_over_thresh: withFault('flexure'),
      total_bad_flags: withFault(...FLAGS),
      bad_wv_count: withFault('BADWVCALIB'),
      bad_tilt_count: withFault('BADTILTCALIB'),
      bad_flat_count: withFault('BADFLATCALIB'),
      skip_flat_count: withFault('SKIPFLATCALIB'),
      bad_skysub_count: withFault('BADSKYSUB'),
      bad_extract_count: withFault('BADEXTRACT'),
      object_count: objects.length,
      obj_rms_over_thresh: those(({ rmsPixels }) => rmsPixels !== undefined && rmsPixels > limits.rms_thresh),
      object_flex_shift_over_thresh: those(
        ({ flexurePixels }) => flexurePixels !== undefined && Math.abs(flexurePixels) > limits.flex_shift_thresh,
      ),
      object_without_opt_with_box: those(({ hasOptimal, hasBoxcar }) => !hasOptimal && hasBoxcar),
      object_without_opt_wo_box: those(({ hasOptimal, hasBoxcar }) => !hasOptimal && !hasBoxcar),
      maskdef_extract_count: those(({ isForced }) => isForced),
    },
  };
}

const distinct = (slits: readonly ScoredSlit[]): number => new Set(slits.map(({ id }) => id)).size;
