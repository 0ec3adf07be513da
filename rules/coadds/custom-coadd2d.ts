import { failed } from 'adap';
import type { Facts, Failed, Problem } from 'adap';
import { isSection } from '../pypeit/config-obj.ts';
import { reductionOf } from './coadd2d-file.ts';
import type { Coadd2dFile } from './coadd2d-file.ts';
import type { Science } from './science.ts';
import { customCoaddFrame, customCoaddPath, customCoaddTwice, customCoaddUnused } from './problems.ts';

const isCustom = (name: string): boolean => name.startsWith('custom_coadd2d/') && name.endsWith('.coadd2d');

/** `/` may stand as `_` (the files in the wild) or as `+` (the manual of the old scripts). */
const namesOf = (of: string): readonly string[] => ['_', '+'].map((sign) => `custom_coadd2d/${of.replaceAll('/', sign)}.coadd2d`);

/** The custom file of a 2D coadd of `mask/setup` or `mask/setup/dates`, by its name below config; undefined where there is none. */
export function customCoadd2d({ config }: Facts, of: string): { readonly kind: 'custom'; readonly name: string } | Failed | undefined {
  const files = config.files();
  const found = namesOf(of).filter((name) => files.includes(name));
  const [name] = found;
  if (name === undefined) return undefined;
  return found.length > 1
    ? failed(
        customCoaddTwice(
          of,
          found.map((each) => config.shown(each)),
        ),
      )
    : { kind: 'custom', name };
}

/** Custom files that are named after none of the 2D coadds there are, of all of them. */
export function unusedCustomCoadds({ config }: Facts, coadds: readonly string[]): readonly Problem[] {
  const used = new Set(coadds.flatMap(namesOf));
  return config
    .files()
    .filter((name) => isCustom(name) && !used.has(name))
    .map((name) => customCoaddUnused(config.shown(name)));
}

export type Placing = {
  /** How the user writes the path of the custom file. */
  readonly file: string;
  /** `mask/setup` or `mask/setup/dates`. */
  readonly of: string;
  readonly science: readonly Science[];
  /** Folder of the coadd. */
  readonly reduxPath: string;
};

/** A custom file with the paths of this machine: its folders are known by what stands behind the configuration, `2010-03-17/…/Science`. */
export function placeCustom(custom: Coadd2dFile, { file, of, science, reduxPath }: Placing): Coadd2dFile | Failed {
  const byReduction = new Map(science.map((each) => [each.reduction, each]));
  const configuration = of.split('/').slice(0, 2).join('/');
  const placed: (Science & { readonly line: number })[] = [];
  for (const { path, line } of custom.paths) {
    const found = `${path}/`.includes(`/${configuration}/`) ? byReduction.get(reductionOf(path)) : undefined;
    if (found === undefined) return failed(customCoaddPath({ file, line, column: 1 }, path, of));
    placed.push({ ...found, line });
  }
  const missing = custom.spec2ds.find(({ state, name }) => state === 'kept' && !placed.some(({ spec2ds }) => spec2ds.includes(name)));
  if (missing !== undefined) return failed(customCoaddFrame({ file, line: missing.line, column: 1 }, missing.name));
  const rdx = custom.parameters.get('rdx');
  const parameters = new Map(custom.parameters).set(
    'rdx',
    new Map(rdx !== undefined && isSection(rdx) ? rdx : []).set('redux_path', reduxPath),
  );
  return { ...custom, parameters, paths: placed.map(({ folder, line }) => ({ path: folder, line })) };
}
