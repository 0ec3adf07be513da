import { placeOf } from './place-of.ts';

export type ArchiveLink = { /** In the archive. */ readonly at: string; /** In the home. */ readonly from: string };

/** All files of the home that have a place in the archive, each place once: of a spec1d the fluxed copy, where there is one. */
export function placesOf(paths: readonly string[]): { readonly links: readonly ArchiveLink[]; readonly unrecognised: readonly string[] } {
  const links = new Map<string, { readonly from: string; readonly as: 'itself' | 'fluxed' }>();
  const unrecognised: string[] = [];
  for (const path of paths.toSorted()) {
    const place = placeOf(path);
    if (place.kind === 'unrecognised') unrecognised.push(path);
    if (place.kind !== 'kept' || links.get(place.at)?.as === 'fluxed') continue;
    links.set(place.at, { from: path, as: place.as });
  }
  return { links: Array.from(links, ([at, { from }]) => ({ at, from })).toSorted((a, b) => (a.at < b.at ? -1 : 1)), unrecognised };
}
