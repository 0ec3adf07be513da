import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { Completeness } from 'adap';
import { caveatsOf, readCollateWarnings } from './collate-warnings.ts';
import type { CollateWarnings } from './collate-warnings.ts';
import { scienceOf } from './science.ts';
import type { ScienceFolder } from './science.ts';

/**
 * Is a 1D coadd whole? `folder` is its tree. That nothing was coadded since no object was seen twice is a result; that nothing was
 * coadded since all of it failed is none.
 */
export function isCollated1d(folder: string, reductions: readonly ScienceFolder[]): Completeness {
  const path = folder.replace(/\/$/, '');
  const lacking = ['collate_warnings.txt', 'collate1d.par'].filter((name) => !existsSync(`${path}/${name}`));
  if (lacking.length > 0) return { missing: lacking.map((name) => `no ${name}, though pypeit_collate_1d ended well`) };
  const warnings = readCollateWarnings(readFileSync(`${path}/collate_warnings.txt`, 'utf8'));
  const caveats = caveatsOf(warnings);
  if (readdirSync(path).some((name) => name.endsWith('.fits')))
    return existsSync(`${path}/collate_report.dat`)
      ? { missing: [], caveats }
      : { missing: ['no collate_report.dat, though objects were coadded'] };
  const given = scienceOf(reductions).flatMap(({ spec1ds }) => spec1ds).length;
  const isAllFailed = warnings.failedObjects.length > 0 || warnings.failures.length >= given;
  return isAllFailed
    ? { missing: [`nothing was coadded: ${caveats.join('; ')}`] }
    : { missing: [], caveats: [...caveats, nothing(warnings)] };
}

const nothing = ({ seenOnce, excluded }: CollateWarnings): string => {
  const kept = excluded === 0 ? '' : `; ${excluded} more spectra are kept out by the parameters`;
  return seenOnce === 0
    ? `nothing was coadded: no object is left${kept}`
    : `nothing was coadded: each of ${seenOnce} objects was seen once${kept}`;
};
