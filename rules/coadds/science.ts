import { existsSync, readdirSync } from 'node:fs';

/** The Science folder of one reduction that is coadded. */
export type Science = {
  /** `2010-03-17/reduce` */
  readonly reduction: string;
  /** Absolute, without a slash at its end. */
  readonly folder: string;
  /** Names of its spec1d and spec2d, sorted. */
  readonly spec1ds: readonly string[];
  readonly spec2ds: readonly string[];
};

export type ScienceFolder = Pick<Science, 'reduction' | 'folder'>;

/** In the order in which they are coadded: by dates, and of one dataset the plain `reduce` first. */
export const scienceOf = (folders: readonly ScienceFolder[]): readonly Science[] =>
  folders
    .toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .map(({ reduction, folder }) => {
      const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
      return {
        reduction,
        folder: folder.replace(/\/$/, ''),
        spec1ds: names.filter((name) => /^spec1d_.*\.fits$/.test(name)),
        spec2ds: names.filter((name) => /^spec2d_.*\.fits$/.test(name)),
      };
    });

const sortKey = ({ reduction }: ScienceFolder): string => reduction.replace(/\/reduce$/, '/');

/**
 * Two reductions of one dataset have spec2d of one name. PypeIt knows a spec2d by its name alone, and would coadd that of the first
 * folder with itself: of such reductions the first is used. Source: pypeit.inputfiles `path_and_files`.
 */
export function withoutRepeats(science: readonly Science[]): { readonly used: readonly Science[]; readonly repeated: readonly Science[] } {
  const seen = new Set<string>();
  const used: Science[] = [];
  const repeated: Science[] = [];
  for (const each of science) {
    if (each.spec2ds.length === 0) continue;
    const isRepeat = each.spec2ds.some((name) => seen.has(name));
    (isRepeat ? repeated : used).push(each);
    for (const name of each.spec2ds) seen.add(name);
  }
  return { used, repeated };
}
