import { failing } from 'adap';
import { withFits } from '../fits/fits.ts';
import type { Fits } from '../fits/fits.ts';
import { readBadSlits } from '../scorecard/read-scorecard.ts';

/** What pypeit_setup_coadd2d is told of detectors and slits. */
export type Chosen = {
  /** For `--det`: `3`, or `2,6` for a mosaic. */
  readonly detectors: readonly string[];
  /** For `--exclude_slits`: `DET03:873`, of these detectors only. */
  readonly badSlits: readonly string[];
  /** `DET04`: none of their slits is good. */
  readonly dropped: readonly string[];
};

/** Slits of one detector or mosaic of a spec2d. */
export type DetectorSlits = { readonly name: string; readonly slits: readonly { readonly spatId: number; readonly mask: number }[] };

/** Source: pypeit.spectrographs.keck_deimos `allowed_mosaics`, in the order of MSC01 … MSC04. */
const MOSAICS = ['1,5', '2,6', '3,7', '4,8'];

/** `DET03` -> `3`, `MSC02` -> `2,6`; undefined for what DEIMOS does not have. */
export function detectorArgument(name: string): string | undefined {
  const [, kind, digits = ''] = /^(DET|MSC)(\d\d)$/.exec(name) ?? [];
  const number = Number(digits);
  if (kind === 'MSC') return MOSAICS[number - 1];
  return kind === 'DET' && number >= 1 && number <= 8 ? String(number) : undefined;
}

/**
 * Detectors with at least one good slit: no bit of its mask is set, and no scorecard calls it bad. Bad slits of the other detectors are
 * not passed on: nothing of those is coadded.
 */
export function chooseDetectors(detectors: readonly DetectorSlits[], badSlits: readonly string[]): Chosen {
  const bad = new Set(badSlits);
  const isGood = ({ name, slits }: DetectorSlits): boolean => slits.some(({ spatId, mask }) => mask === 0 && !bad.has(`${name}:${spatId}`));
  const dropped = detectors.filter((each) => !isGood(each)).map(({ name }) => name);
  const kept = detectors.filter(isGood).map(({ name }) => name);
  return {
    detectors: kept.map((name) => {
      const argument = detectorArgument(name);
      if (argument === undefined) throw failing('bad-input', `${name} is no detector of DEIMOS`);
      return argument;
    }),
    badSlits: badSlits.filter((slit) => kept.includes(slit.split(':')[0] ?? '')).toSorted(),
    dropped,
  };
}

/** The slits of each detector of a spec2d file, in the order of the file. */
export const slitsOf = (spec2d: string): Promise<readonly DetectorSlits[]> =>
  withFits(spec2d, async (fits) => {
    const slits: DetectorSlits[] = [];
    for (const name of detectorsOf(fits)) {
      const hdu = fits.hdu(`${name}-SLITS`);
      const { spat_id: spatIds, mask: masks } = hdu === undefined ? {} : await fits.columns(hdu, ['spat_id', 'mask']);
      if (spatIds?.kind !== 'numbers' || masks?.kind !== 'numbers')
        throw failing('bad-input', `${name}-SLITS of ${spec2d} has no spat_id and mask`);
      slits.push({ name, slits: Array.from(spatIds.values, (spatId, index) => ({ spatId, mask: masks.values[index] ?? 0 })) });
    }
    return slits;
  });

const detectorsOf = (fits: Fits): readonly string[] =>
  (fits.hdus[0]?.header.text('ALLSPEC2D_DETS') ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));

/** The slits that any of these scorecards calls bad, once each, sorted. `texts` are those of `*_bad_slits.csv`. */
export function badSlitsOf(texts: readonly string[]): readonly string[] {
  const ids = texts.flatMap((text) => {
    const read = readBadSlits(text, 'scorecard_bad_slits.csv');
    if (read.kind === 'problem') throw failing('bad-input', read.problem.says);
    return read.slits.map(({ slit_id: id }) => id);
  });
  return [...new Set(ids)].toSorted();
}
