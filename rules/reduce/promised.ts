import type { PypeitFile } from '../pypeit/pypeit-file.ts';

/**
 * The science frames that a .pypeit file asks PypeIt to reduce, by the name of the exposure that products are called after; frames of
 * one comb_id are combined, and are one. Source: pypeit.metadata `set_combination_groups`; pypeit.pypeit `reduce_all`.
 */
export function promisedExposures({ rows }: Pick<PypeitFile, 'rows'>): readonly (readonly string[])[] {
  const byGroup = new Map<string, string[]>();
  for (const { state, cells } of rows) {
    if (state !== 'kept' || !(cells['frametype'] ?? '').split(',').some((type) => type.trim() === 'science' || type.trim() === 'standard'))
      continue;
    const name = cells['filename'] ?? '';
    const combined = Number(cells['comb_id'] ?? '-1');
    const group = Number.isInteger(combined) && combined >= 0 ? `comb_id ${combined}` : name;
    byGroup.set(group, [...(byGroup.get(group) ?? []), name]);
  }
  return [...byGroup.values()];
}

/** What product names have of a raw name: `DE.20200102.44770` of `DE.20200102.44770.fits.gz`. */
export const exposureOf = (rawName: string): string => rawName.replace(/\.gz$/, '').replace(/\.fits$/, '');
