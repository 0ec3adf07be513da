import { readdirSync } from 'node:fs';
import type { Completeness, MadeOutputs } from 'adap';
import { fitsProblemOf, withFits } from '../fits/fits.ts';
import { readPypeit } from '../pypeit/pypeit-file.ts';
import type { PypeitFile } from '../pypeit/pypeit-file.ts';
import { expectedDetectors } from '../scorecard/expected-detectors.ts';
import { exposureOf, promisedExposures } from './promised.ts';

/**
 * Is a reduction whole? Told by its products for each science frame, never by the exit status: PypeIt 1.17.4 ends well with nothing
 * reduced. One science frame that was reduced makes it whole; what the others lack are caveats.
 */
export async function isWhole(
  made: MadeOutputs,
  wanted: { readonly version: string; /** Words for programs that only play PypeIt. */ readonly standIn: string | undefined },
): Promise<Completeness> {
  const file = readPypeit(Buffer.from(made.bytes('pypeit')).toString('utf8'), 'keck_deimos_A.pypeit');
  if (file.kind === 'problem') return { missing: [file.problem.says] };
  const folder = (made.makes['science'] ?? '').replace(/\/$/, '');
  const names = readdirSync(folder);
  const frames = await Promise.all(promisedExposures(file).map((rawNames) => lookAt({ folder, names, file }, rawNames)));
  const damaged = frames.flatMap((frame) => frame.damaged);
  if (damaged.length > 0) return { missing: damaged };
  const without = frames.filter(({ spec2d }) => spec2d === undefined);
  if (without.length === frames.length)
    return { missing: [`no science frame was reduced (${frames.map(({ name }) => name).join(', ')}), though run_pypeit ended well`] };
  const versions = new Set(frames.flatMap(({ version }) => (version === undefined ? [] : [version])));
  return {
    missing: [],
    caveats: [
      ...(wanted.standIn === undefined ? [] : [`nothing was reduced: a stand-in ${wanted.standIn}`]),
      ...without.map(({ name }) => `${name} has no spec2d: it was not reduced`),
      ...frames.flatMap(({ name, missingDetectors, detectors }) =>
        missingDetectors.length > 0 ? [`${name} lacks ${missingDetectors.join(', ')} (it has ${detectors.join(', ')})`] : [],
      ),
      ...frames
        .filter(({ spec2d, spec1d }) => spec2d !== undefined && spec1d === undefined)
        .map(({ name }) => `${name} has no spec1d: no object was extracted`),
      ...[...versions]
        .filter((version) => version !== wanted.version)
        .map((version) => `made by PypeIt ${version}; wanted is ${wanted.version}`),
    ],
  };
}

type Looked = {
  readonly name: string;
  readonly spec2d: string | undefined;
  readonly spec1d: string | undefined;
  readonly detectors: readonly string[];
  readonly missingDetectors: readonly string[];
  readonly version: string | undefined;
  /** One line for each product that cannot be read. */
  readonly damaged: readonly string[];
};

type In = { readonly folder: string; readonly names: readonly string[]; readonly file: PypeitFile };

async function lookAt({ folder, names, file }: In, rawNames: readonly string[]): Promise<Looked> {
  const find = (kind: 'spec1d' | 'spec2d'): string | undefined =>
    names.find((name) => name.endsWith('.fits') && rawNames.some((raw) => name.startsWith(`${kind}_${exposureOf(raw)}-`)));
  const [spec1d, spec2d] = [find('spec1d'), find('spec2d')];
  const none = { name: rawNames.join(' + '), spec1d, spec2d, detectors: [], missingDetectors: [], version: undefined, damaged: [] };
  try {
    // A file that a dying process left is known by data that end too early.
    if (spec1d !== undefined) await withFits(`${folder}/${spec1d}`, () => Promise.resolve());
    if (spec2d === undefined) return none;
    return await withFits(`${folder}/${spec2d}`, (fits) => {
      const primary = fits.hdus[0]?.header;
      const detectors = (primary?.text('ALLSPEC2D_DETS') ?? '').split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));
      const expected = expectedDetectors(file);
      return Promise.resolve({
        ...none,
        detectors,
        missingDetectors: expected.filter((each) => !detectors.includes(each)),
        version: primary?.text('VERSPYP'),
      });
    });
  } catch (error) {
    const problem = fitsProblemOf(error);
    if (problem === undefined) throw error;
    return { ...none, damaged: [problem.says.replaceAll(`${folder}/`, 'Science/')] };
  }
}
