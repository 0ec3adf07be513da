/** What a scorecard takes from the products of one science frame: a few kilobytes of each file. */
import { failing } from 'adap';
import { withFits } from '../fits/fits.ts';
import type { Column, Fits, FitsHeader, Hdu } from '../fits/fits.ts';

/** One slit of a detector or mosaic, joined by its spat_id; undefined where a table has no row of it. */
export type MeasuredSlit = {
  /** `DET03:873` */
  readonly id: string;
  /** Bits of PypeIt's slit mask. */
  readonly mask: number;
  /** Undefined for alignment boxes, which have no wavelength solution: their RMS is 0. */
  readonly wavelengths: { readonly coveragePercent: number; readonly rmsPixels: number } | undefined;
  /** Undefined where nothing was reduced: both chis are 0. */
  readonly stdChi: number | undefined;
  readonly flexurePixels: number | undefined;
};

export type MeasuredSpec2d = { readonly detectors: readonly string[]; readonly slits: readonly MeasuredSlit[] };

export type MeasuredObject = {
  readonly name: string;
  readonly hasOptimal: boolean;
  readonly hasBoxcar: boolean;
  /** MASKDEF_EXTRACT: extracted where the mask design says, though not found. */
  readonly isForced: boolean;
  readonly rmsPixels: number | undefined;
  readonly flexurePixels: number | undefined;
};

export const measureSpec2d = (path: string): Promise<MeasuredSpec2d> =>
  withFits(path, async (fits) => {
    const said = fits.hdus[0]?.header.text('ALLSPEC2D_DETS') ?? '';
    const detectors = said.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
    const slits: MeasuredSlit[] = [];
    for (const detector of detectors) slits.push(...(await slitsOf(fits, detector)));
    return { detectors, slits };
  });

async function slitsOf(fits: Fits, detector: string): Promise<MeasuredSlit[]> {
  const table = (name: string): Hdu => {
    const hdu = fits.hdu(`${detector}-${name}`);
    if (hdu === undefined) throw failing('bad-input', `${fits.path} has no ${detector}-${name}`);
    return hdu;
  };
  const numbers = (column: Column | undefined, name: string): Float64Array => {
    if (column?.kind !== 'numbers') throw failing('bad-input', `${fits.path} has no column ${name} in a table of ${detector}`);
    return column.values;
  };
  const slits = await fits.columns(table('SLITS'), ['spat_id', 'mask']);
  const solution = await fits.columns(table('WAVESOL'), ['SpatOrderID', 'IDs_Wave_cov(%)', 'RMS']);
  const flexure = await fits.columns(table('SCI_SPEC_FLEXURE'), ['sci_spec_flexure']);
  const [std, med] = [await fits.image(table('STD_CHIS')), await fits.image(table('MED_CHIS'))];
  const ofSolution = numbers(solution.SpatOrderID, 'SpatOrderID');
  const [coverage, rms] = [numbers(solution['IDs_Wave_cov(%)'], 'IDs_Wave_cov(%)'), numbers(solution.RMS, 'RMS')];
  const [mask, shifts] = [numbers(slits.mask, 'mask'), numbers(flexure.sci_spec_flexure, 'sci_spec_flexure')];
  // The wavelength solution is that of the calibration, the slits those of the end: joined by spat_id. Flexure and chis are of the slits.
  const rowOf = new Map(Array.from(ofSolution, (spatId, row) => [spatId, row]));
  return Array.from(numbers(slits.spat_id, 'spat_id'), (spatId, index) => {
    const row = rowOf.get(spatId);
    const rmsPixels = row === undefined ? 0 : (rms[row] ?? 0);
    const isReduced = index < std.length && !(std[index] === 0 && med[index] === 0);
    return {
      id: `${detector}:${spatId}`,
      mask: mask[index] ?? 0,
      wavelengths: row === undefined || rmsPixels === 0 ? undefined : { coveragePercent: coverage[row] ?? Number.NaN, rmsPixels },
      stdChi: isReduced ? std[index] : undefined,
      flexurePixels: shifts[index],
    };
  });
}

export const measureSpec1d = (path: string): Promise<readonly MeasuredObject[]> =>
  withFits(path, (fits) =>
    Promise.resolve(
      fits.hdus.flatMap(({ name, header }) => {
        // Tables of detectors stand among those of objects.
        if (header.text('DMODCLS') !== 'SpecObj') return [];
        const columns = columnNames(header);
        return [
          {
            name,
            hasOptimal: columns.has('OPT_COUNTS'),
            hasBoxcar: columns.has('BOX_COUNTS'),
            isForced: header.value('MASKDEF_EXTRACT') === true,
            rmsPixels: header.number('WAVE_RMS'),
            flexurePixels: header.number('FLEX_SHIFT_TOTAL'),
          },
        ];
      }),
    ),
  );

const columnNames = (header: FitsHeader): ReadonlySet<string> =>
  new Set(
    Array.from({ length: Math.min(999, Math.max(0, header.number('TFIELDS') ?? 0)) }, (_, index) => header.text(`TTYPE${index + 1}`) ?? ''),
  );
