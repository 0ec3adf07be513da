import type { IpacColumn } from '../ipac/write-ipac.ts';

const column = (type: IpacColumn['type'], ...names: readonly string[]): readonly IpacColumn[] => names.map((name) => ({ name, type }));

/** reduced_files_meta.dat: a row for each spec1d. From `ra` on, cards of its primary header. */
export const REDUCED: readonly IpacColumn[] = [
  ...column('char', 'koaid', 'spec1d_file', 'spec1d_info', 'spec2d_file', 'pypeit_file'),
  ...column('double', 'ra', 'dec'),
  ...column('char', 'target', 'progpi', 'semester', 'progid', 'dispname', 'slmsknam', 'binning'),
  ...column('double', 'mjd', 'airmass', 'exptime'),
];

/** coadded_files_meta.dat: a row for each extracted spectrum that went into a 1D coadd. */
export const COADDED: readonly IpacColumn[] = [
  ...column('char', 'coadd1d_filename', 'coadd2d_filename', 'coadd1d_par_file', 'maskdef_objname'),
  ...column('long', 'maskdef_id'),
  ...column('char', 'pypeit_name', 'det'),
  ...column('double', 'objra', 'objdec', 's2n'),
  ...column('char', 'maskdef_extract'),
  ...column('double', 'wave_rms'),
  ...column('char', 'source_id', 'spec1d_filename', 'dispname', 'slmsknam', 'binning'),
  ...column('double', 'mjd', 'airmass', 'exptime'),
  ...column('char', 'guidfwhm', 'progpi', 'semester', 'progid'),
];

/** Cards of a spec1d whose column has another name. */
export const CARDS: Readonly<Record<string, string>> = { slmsknam: 'DECKER' };
