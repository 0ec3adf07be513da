/** Of one .pypeit file: where PypeIt runs, and what it leaves. */
const run = '{mask}/{setup}/{dates}/complete/{reduce}/keck_deimos_A';

/** Of what KOA receives: no mask's. */
export const ARCHIVE = 'archive';

/** Where raw frames lie in the home: `MASK/SETUP/DATES/complete/raw` and `…/incomplete/raw`, at any depth below. */
export function rawFolders(folder: string): 'files' | 'folders' | 'nothing' {
  const parts = folder === '' ? [] : folder.split('/');
  const isWay = [/^(?!\.adap$|archive$)/, /^/, /^/, /^(in)?complete$/, /^raw$/]
    .slice(0, parts.length)
    .every((each, index) => each.test(parts[index] ?? ''));
  if (!isWay) return 'nothing';
  return parts.length < 5 ? 'folders' : 'files';
}

/** Every path in the home is spelled here, and nowhere else. */
export const layout = {
  raw: '{mask}/{setup}/{dates}/complete/raw/',
  incomplete: '{mask}/{setup}/{dates}/incomplete/raw/',
  pypeit: `${run}/keck_deimos_A.pypeit`,
  science: `${run}/Science/`,
  calibrations: `${run}/Calibrations/`,
  qa: `${run}/QA.tar.gz`,
  log: `${run}/keck_deimos_A.log`,
  calib: `${run}/keck_deimos_A.calib`,
  par: `${run}/keck_deimos_A.par`,
  printed: `${run}/run_pypeit_stdout.txt`,
  warnings: `${run}/keck_deimos_A_useful_warns.log`,
  scorecard: '{mask}/{setup}/{dates}/complete/{reduce}/scorecard.csv',
  badSlits: '{mask}/{setup}/{dates}/complete/{reduce}/scorecard_bad_slits.csv',
  coadd: {
    '1D': { dataset: '{mask}/{setup}/{dates}/1D_Coadd/', setup: '{mask}/{setup}/1D_Coadd/' },
    '2D': { dataset: '{mask}/{setup}/{dates}/2D_Coadd/', setup: '{mask}/{setup}/2D_Coadd/' },
  },
  archive: `${ARCHIVE}/{mask}/`,
  archivePart: `${ARCHIVE}/.parts/{mask}.json`,
  archiveTables: {
    reduced: `${ARCHIVE}/reduced_files_meta.dat`,
    coadded: `${ARCHIVE}/coadded_files_meta.dat`,
    readme: `${ARCHIVE}/README`,
    checksums: `${ARCHIVE}/checksums.sha256`,
    report: `${ARCHIVE}/report.txt`,
  },
} as const;
