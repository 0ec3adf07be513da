/** Where a file of the home goes in the archive. Paths are relative to the home, and to the archive. */

const FITS = /\.fits(\.gz)?$/;
const FITS_FOLDERS: ReadonlySet<string> = new Set(['Science', 'Calibrations', '1D_Coadd', 'Science_coadd']);

/** One row for each kind of file that KOA receives: the folders in which it may lie, and its name. Source: the old `archive.py`. */
const KEPT: readonly { readonly folder: (name: string, parent: string) => boolean; readonly name: (name: string) => boolean }[] = [
  { folder: (name) => FITS_FOLDERS.has(name), name: (name) => FITS.test(name) },
  { folder: (name) => name === 'keck_deimos_A', name: (name) => name === 'QA.tar.gz' },
  { folder: (name) => name === '2D_Coadd', name: (name) => name === 'QA_coadd.tar.gz' },
  { folder: (name, parent) => name === 'PNGs' && parent === 'QA_coadd', name: (name) => name.endsWith('.png') },
  { folder: (name) => ['keck_deimos_A', '1D_Coadd', '2D_Coadd'].includes(name), name: (name) => name.endsWith('.par') },
  { folder: (name) => name === 'keck_deimos_A', name: (name) => /\.(calib|pypeit|log)$/.test(name) },
  { folder: (name) => name === '2D_Coadd', name: (name) => name.endsWith('.coadd2d') },
  {
    folder: (name) => name === '1D_Coadd',
    name: (name) => name === 'collate_warnings.txt' || name === 'collate_report.dat' || name.endsWith('.log.txt'),
  },
  { folder: (name) => name === '2D_Coadd', name: (name) => name.endsWith('.log.txt') && name !== 'pypeit_setup_coadd2d.log.txt' },
  { folder: (name) => name !== '1D_Coadd' && name !== '2D_Coadd', name: (name) => /^spec1d.*\.txt$/.test(name) },
];

export type Place =
  /** `fluxed`: it takes the place of the spec1d that the reduction left there. */
  | { readonly kind: 'kept'; readonly at: string; readonly as: 'itself' | 'fluxed' }
  /** Of another reduce directory than `reduce`: the archive has one reduction of a dataset. */
  | { readonly kind: 'left-out' }
  | { readonly kind: 'unrecognised' };

const FLUXED = /^([^/]+\/[^/]+)\/(?:[^/]+\/)?1D_Coadd\/fluxed\/([^/]+)\/([^/]+)\/(spec1d_[^/]+\.fits)$/;

export function placeOf(path: string): Place {
  const [, setup, dates, reduce, spec1d] = FLUXED.exec(path) ?? [];
  if (setup !== undefined)
    return reduce === 'reduce'
      ? { kind: 'kept', at: `${setup}/${dates}/keck_deimos_A/Science/${spec1d}`, as: 'fluxed' }
      : { kind: 'left-out' };
  const parts = path.split('/');
  const run = parts.indexOf('keck_deimos_A');
  if (run === 0 || (run > 0 && parts[run - 1] !== 'reduce')) return { kind: 'left-out' };
  const [folder = '', parent = ''] = [parts.at(-2), parts.at(-3)];
  const name = parts.at(-1) ?? '';
  if (parts.length < 3 || !KEPT.some((row) => row.folder(folder, parent) && row.name(name))) return { kind: 'unrecognised' };
  return {
    kind: 'kept',
    at: [...parts.slice(0, 2), ...parts.slice(2).filter((part) => part !== 'complete' && part !== 'reduce')].join('/'),
    as: 'itself',
  };
}
