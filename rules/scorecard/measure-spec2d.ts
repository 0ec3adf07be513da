import { fitsFault } from '../fits/fault.ts';
import type { Column, Fits, FitsHeader, Hdu } from '../fits/fits.ts';
import { productWithout } from './problems.ts';

export type SlitMeasures = {
  readonly spatId: number;
  /** Names of the bits that are set in its mask: `BADTILTCALIB`. */
  readonly flags: readonly string[];
  /** Its wavelength solution, where it has one. An alignment box has one with an RMS of 0. */
  readonly wavelengths: { readonly rmsPixels: number; readonly coveragePercent: number } | undefined;
  /** Standard deviation and median of its chis; both are 0 where it was not reduced. Single precision. */
  readonly chis: { readonly std: number; readonly median: number };
  /** 0 where it was not measured. */
  readonly flexurePixels: number | undefined;
};

export type DetectorMeasures = { /** `DET03`, `MSC03` */ readonly detector: string; readonly slits: readonly SlitMeasures[] };

/**
 * What a spec2d says of its slits, detector by detector. Of 320 MB some hundred kilobytes are read. Wavelengths and flexures are joined by
 * spat_id: the first come from the calibrations, the slits from the end of the reduction. Throws a fault of the FITS reader.
 */
export async function measureSpec2d(fits: Fits): Promise<readonly DetectorMeasures[]> {
  const primary = fits.hdus[0]?.header;
  const detectors = (primary?.text('ALLSPEC2D_DETS') ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  if (detectors.length === 0) throw fitsFault(productWithout(fits.path, 'ALLSPEC2D_DETS card'));
  const measured: DetectorMeasures[] = [];
  for (const detector of detectors) measured.push({ detector, slits: await slitsOf(fits, detector) });
  return measured;
}

async function slitsOf(fits: Fits, detector: string): Promise<readonly SlitMeasures[]> {
  const hduOf = (name: string): Hdu => {
    const hdu = fits.hdu(`${detector}-${name}`);
    if (hdu === undefined) throw fitsFault(productWithout(fits.path, `HDU ${detector}-${name}`));
    return hdu;
  };
  const table = async <Name extends string>(hdu: Hdu, names: readonly Name[]): Promise<(name: Name) => Float64Array> => {
    const columns: Readonly<Partial<Record<Name, Column>>> = await fits.columns(hdu, names);
    return (name) => {
      const column = columns[name];
      if (column?.kind !== 'numbers' || column.repeat !== 1)
        throw fitsFault(productWithout(fits.path, `column ${name} of numbers in ${hdu.name}`));
      return column.values;
    };
  };
  const slitsHdu = hduOf('SLITS');
  const slits = await table(slitsHdu, ['spat_id', 'mask']);
  const solutions = await table(hduOf('WAVESOL'), ['SpatOrderID', 'RMS', 'IDs_Wave_cov(%)']);
  const flexures = await table(hduOf('SCI_SPEC_FLEXURE'), ['spat_id', 'sci_spec_flexure']);
  const [stds, medians] = [await fits.image(hduOf('STD_CHIS')), await fits.image(hduOf('MED_CHIS'))];
  const [spatIds, masks] = [slits('spat_id'), slits('mask')];
  if (stds.length !== spatIds.length || medians.length !== spatIds.length)
    throw fitsFault(productWithout(fits.path, `chis for each of the ${spatIds.length} slits of ${detector}`));

  const bits = bitsOf(slitsHdu.header);
  if (bits.length === 0) throw fitsFault(productWithout(fits.path, `BIT00 card in ${slitsHdu.name}`));
  const bySpatId = (ids: Float64Array): ReadonlyMap<number, number> => new Map(Array.from(ids, (id, index) => [id, index]));
  const [solutionOf, flexureOf] = [bySpatId(solutions('SpatOrderID')), bySpatId(flexures('spat_id'))];
  return Array.from(spatIds, (spatId, index) => {
    const [solution = -1, flexure = -1] = [solutionOf.get(spatId), flexureOf.get(spatId)];
    const [rmsPixels, coveragePercent] = [solutions('RMS')[solution], solutions('IDs_Wave_cov(%)')[solution]];
    return {
      spatId,
      flags: bits.filter((_, bit) => ((masks[index] ?? 0) & (1 << bit)) !== 0),
      wavelengths: rmsPixels === undefined || coveragePercent === undefined ? undefined : { rmsPixels, coveragePercent },
      chis: { std: stds[index] ?? 0, median: medians[index] ?? 0 },
      flexurePixels: flexures('sci_spec_flexure')[flexure],
    };
  });
}

/** Names of the bits of a slit's mask, from bit 0 on, as the header gives them. Source: pypeit.slittrace `SlitTraceBitMask`. */
function bitsOf(header: FitsHeader): readonly string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 31; bit += 1) {
    const name = header.text(`BIT${String(bit).padStart(2, '0')}`);
    if (name === undefined) break;
    names.push(name);
  }
  return names;
}
