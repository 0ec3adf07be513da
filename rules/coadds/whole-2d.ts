import { existsSync, readdirSync } from 'node:fs';
import type { Completeness } from 'adap';
import { fitsProblemOf, withFits } from '../fits/fits.ts';
import { reductionsOf } from './coadd-2d.ts';
import type { Coadd2d } from './coadd-2d.ts';
import { reduceSectionOf } from './reduce-section.ts';
import { scienceOf, withoutRepeats } from './science.ts';

/** Is a 2D coadd whole? `folder` is its tree. */
export async function isCoadded2d(folder: string, coadd: Coadd2d): Promise<Completeness> {
  const science = `${folder.replace(/\/$/, '')}/Science_coadd`;
  const names = existsSync(science) ? readdirSync(science) : [];
  const spec2ds = names.filter((name) => /^spec2d_.*\.fits$/.test(name));
  if (spec2ds.length === 0) return { missing: ['no Science_coadd/spec2d_*.fits, though pypeit_coadd_2dspec ended well'] };
  const damaged: string[] = [];
  for (const name of names.filter((each) => each.endsWith('.fits'))) {
    try {
      // A file that a dying process left is known by data that end too early.
      await withFits(`${science}/${name}`, () => Promise.resolve());
    } catch (error) {
      const problem = fitsProblemOf(error);
      if (problem === undefined) throw error;
      damaged.push(problem.says.replaceAll(`${science}/`, 'Science_coadd/'));
    }
  }
  return { missing: damaged, caveats: caveatsOf(names, coadd) };
}

function caveatsOf(names: readonly string[], coadd: Coadd2d): readonly string[] {
  const spec1d = names.some((name) => /^spec1d_.*\.fits$/.test(name)) ? [] : ['no spec1d: no object was extracted'];
  // A custom file names its own spec2d and parameters.
  if (coadd.custom !== undefined) return spec1d;
  const { used, repeated } = withoutRepeats(scienceOf(coadd.reductions));
  const reduce = reduceSectionOf(reductionsOf(coadd, used));
  return [
    ...spec1d,
    ...repeated.map(({ reduction }) => `${reduction} was left out: its exposures are in by another reduction`),
    ...(reduce.kind === 'found' && reduce.others.length > 0
      ? [`objects are found by [reduce] of ${reduce.reduction}; that of ${reduce.others.join(', ')} differs`]
      : []),
  ];
}
