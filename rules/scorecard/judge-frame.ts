import type { ObjectMeasures } from './measure-spec1d.ts';
import type { DetectorMeasures, SlitMeasures } from './measure-spec2d.ts';
import type { BadSlit, CountColumn } from './scorecard-row.ts';
import type { Thresholds } from './thresholds.ts';

export type Counts = Readonly<Record<Exclude<CountColumn, 'exec_time' | 'mem_usage'>, number>>;
export type JudgedFrame = { readonly counts: Counts; readonly badSlits: readonly Omit<BadSlit, 'spec2d'>[] };

/** A slit whose flat was left out by choice is not bad. */
const BAD_FLAGS = ['BADWVCALIB', 'BADTILTCALIB', 'BADFLATCALIB', 'BADSKYSUB', 'BADEXTRACT'] as const;

/**
 * The counts of one row of a scorecard, and the slits that are bad: by coverage, RMS, chi or a flag. Flexure is counted and makes no slit bad.
 * Alignment boxes are slits like others: one with a flag of failure is bad.
 */
export function judgeFrame(
  { detectors, objects }: { readonly detectors: readonly DetectorMeasures[]; readonly objects: readonly ObjectMeasures[] },
  thresholds: Thresholds,
): JudgedFrame {
  const slits = detectors.flatMap(({ detector, slits: own }) => own.map((slit) => ({ id: `${detector}:${slit.spatId}`, slit })));
  const count = (test: (slit: SlitMeasures) => boolean): number => new Set(slits.filter(({ slit }) => test(slit)).map(({ id }) => id)).size;
  const flagged = (name: string): number => count(({ flags }) => flags.includes(name));
  const countObjects = (test: (object: ObjectMeasures) => boolean): number => objects.filter(test).length;
  const { rms_thresh: mostRms, flex_shift_thresh: mostFlexure } = thresholds;
  const isWithoutOptimal = (boxcar: 'yes' | 'no') => (object: ObjectMeasures) =>
    object.extracted.optimal === 'no' && object.extracted.boxcar === boxcar;
  const bad = new Map(slits.map(({ id, slit }) => [id, faultsOf(slit, thresholds)] as const).filter(([, faults]) => faults.length > 0));
  return {
    counts: {
      bad_slit_count: bad.size,
      det_count: detectors.length,
      slit_count: count(() => true),
      slit_std_chi_out_of_range: count((slit) => isChiOutside(slit, thresholds)),
      slit_wv_cov_under_thresh: count((slit) => isUncovered(slit, thresholds)),
      slit_rms_over_thresh: count((slit) => isImprecise(slit, thresholds)),
      slit_spec_flex_over_thresh: count(({ flexurePixels = 0 }) => Math.abs(flexurePixels) >= mostFlexure),
      total_bad_flags: count(({ flags }) => BAD_FLAGS.some((flag) => flags.includes(flag))),
      bad_wv_count: flagged('BADWVCALIB'),
      bad_tilt_count: flagged('BADTILTCALIB'),
      bad_flat_count: flagged('BADFLATCALIB'),
      skip_flat_count: flagged('SKIPFLATCALIB'),
      bad_skysub_count: flagged('BADSKYSUB'),
      bad_extract_count: flagged('BADEXTRACT'),
      object_count: objects.length,
      obj_rms_over_thresh: countObjects(({ waveRmsPixels = 0 }) => waveRmsPixels > mostRms),
      object_flex_shift_over_thresh: countObjects(({ flexurePixels = 0 }) => Math.abs(flexurePixels) > mostFlexure),
      object_without_opt_with_box: countObjects(isWithoutOptimal('yes')),
      object_without_opt_wo_box: countObjects(isWithoutOptimal('no')),
      maskdef_extract_count: countObjects(({ isForced }) => isForced),
    },
    badSlits: Array.from(bad, ([id, faults]) => ({ slit_id: id, faults })),
  };
}

/** What makes a slit bad, in words. */
function faultsOf(slit: SlitMeasures, thresholds: Thresholds): readonly string[] {
  const { wave_cov_thresh: least, rms_thresh: most, lower_std_chi: lower, upper_std_chi: upper } = thresholds;
  const { chis, flags } = slit;
  const { coveragePercent = 0, rmsPixels = 0 } = slit.wavelengths ?? {};
  return [
    ...(isUncovered(slit, thresholds) ? [`coverage ${rounded(coveragePercent, least)} % < ${least} %`] : []),
    ...(isImprecise(slit, thresholds) ? [`RMS ${rounded(rmsPixels, most)} > ${most}`] : []),
    ...(isChiOutside(slit, thresholds)
      ? [`std of chi ${rounded(chis.std, chis.std < lower ? lower : upper)} is not in ${lower} … ${upper}`]
      : []),
    ...BAD_FLAGS.filter((flag) => flags.includes(flag)),
  ];
}

/** Alignment boxes have no wavelengths, and an RMS of 0. */
const isMeasured = ({ wavelengths }: SlitMeasures): boolean => wavelengths !== undefined && wavelengths.rmsPixels !== 0;

const isUncovered = (slit: SlitMeasures, { wave_cov_thresh: least }: Thresholds): boolean =>
  isMeasured(slit) && (slit.wavelengths?.coveragePercent ?? least) < least;

const isImprecise = ({ wavelengths }: SlitMeasures, { rms_thresh: most }: Thresholds): boolean => (wavelengths?.rmsPixels ?? 0) > most;

/** The chis are single precision, and so numpy compares them: 0.98 of a file is not below a threshold of 0.98. */
const isChiOutside = ({ chis: { std, median } }: SlitMeasures, { lower_std_chi: lower, upper_std_chi: upper }: Thresholds): boolean =>
  !(std === 0 && median === 0) && (std < Math.fround(lower) || std > Math.fround(upper));

/** Three digits tell it, and more only where those would say the threshold itself. */
function rounded(value: number, threshold: number): string {
  const digits = [3, 6].find((count) => Number(value.toPrecision(count)) !== threshold) ?? 17;
  return String(Number(value.toPrecision(digits)));
}
