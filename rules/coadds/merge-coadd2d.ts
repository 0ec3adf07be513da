import type { Failed } from 'adap';
import { isSection } from '../pypeit/config-obj.ts';
import type { Section } from '../pypeit/config-obj.ts';
import { readCoadd2d, writeCoadd2d } from './coadd2d-file.ts';

export type Merge = {
  /** The .coadd2d file that pypeit_setup_coadd2d wrote. */
  readonly generated: string;
  /** config/default_2dcoadd_config. */
  readonly defaults: string;
  /** `[reduce]` of the .pypeit file of the reduction; undefined where it has none. */
  readonly reduceSection: Section | undefined;
};

type Merged = { readonly kind: 'merged'; readonly text: string };

/** The generated file, with the defaults, with what the reduction found its objects by: what comes later wins, name by name. */
export function mergeCoadd2d({ generated, defaults, reduceSection }: Merge): Merged | Failed {
  const file = readCoadd2d(generated, 'the .coadd2d file of pypeit_setup_coadd2d');
  if (file.kind === 'problem') return file;
  const usual = readCoadd2d(defaults, 'config/default_2dcoadd_config');
  if (usual.kind === 'problem') return usual;
  const withDefaults = mergeSections(file.parameters, usual.parameters);
  const parameters = reduceSection === undefined ? withDefaults : mergeSections(withDefaults, new Map([['reduce', reduceSection]]));
  return { kind: 'merged', text: writeCoadd2d({ ...file, parameters }, HEAD) };
}

const HEAD = ['Written by pypeit_setup_coadd2d, and added to by adap: config/default_2dcoadd_config, then [reduce] of the reduction'];

/** Sections of one name are merged, any other value is replaced. */
export function mergeSections(below: Section, above: Section): Section {
  const merged = new Map(below);
  for (const [name, value] of above) {
    const was = merged.get(name);
    merged.set(name, was !== undefined && isSection(was) && isSection(value) ? mergeSections(was, value) : value);
  }
  return merged;
}
