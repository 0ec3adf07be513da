import { isDeepStrictEqual } from 'node:util';
import type { Failed } from 'adap';
import { isSection } from '../pypeit/config-obj.ts';
import type { Section } from '../pypeit/config-obj.ts';
import { flatten } from '../pypeit/flatten.ts';
import { readPypeit } from '../pypeit/pypeit-file.ts';

export type ReductionFile = {
  /** `2010-03-17/reduce` */
  readonly reduction: string;
  /** Text of its .pypeit file. */
  readonly pypeit: string;
  /** Whether a custom file of config made it. */
  readonly parameters: 'default' | 'custom';
};

type Found = {
  readonly kind: 'found';
  /** Undefined where the reduction has no `[reduce]`. */
  readonly section: Section | undefined;
  readonly reduction: string;
  /** Reductions of the coadd that found their objects otherwise. */
  readonly others: readonly string[];
};

/** By what a coadd of several reductions finds its objects: as the first of them that has a custom file, else as the first. */
export function reduceSectionOf(files: readonly ReductionFile[]): Found | Failed {
  const chosen = files.find(({ parameters }) => parameters === 'custom') ?? files[0];
  if (chosen === undefined) return { kind: 'found', section: undefined, reduction: '', others: [] };
  const sections = new Map<string, Section | undefined>();
  for (const { reduction, pypeit } of files) {
    const file = readPypeit(pypeit, `keck_deimos_A.pypeit of ${reduction}`);
    if (file.kind === 'problem') return file;
    const section = file.parameters.get('reduce');
    sections.set(reduction, section !== undefined && isSection(section) ? section : undefined);
  }
  const section = sections.get(chosen.reduction);
  const isSame = (other: Section | undefined): boolean => isDeepStrictEqual(flatten(other ?? new Map()), flatten(section ?? new Map()));
  const others = [...sections].filter(([, other]) => !isSame(other)).map(([reduction]) => reduction);
  return { kind: 'found', section, reduction: chosen.reduction, others };
}
