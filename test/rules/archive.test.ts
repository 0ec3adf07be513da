import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { maskPart } from '../../rules/archive/mask-part.ts';
import type { HomeFile, MaskPart } from '../../rules/archive/mask-part.ts';
import { placeOf } from '../../rules/archive/place-of.ts';
import { tables } from '../../rules/archive/tables.ts';
import { readIpac } from '../../rules/ipac/read-ipac.ts';
import { PRODUCTS, products } from '../rig/products.ts';
import { temporary } from '../rig/temporary.ts';

const oracle = (name: string): string => readFileSync(`${PRODUCTS}/oracles/${name}`, 'utf8');

function filesIn(home: string): HomeFile[] {
  return globSync('**/*', { cwd: home })
    .filter((path) => statSync(`${home}/${path}`).isFile() && !path.includes('/raw/'))
    .map((path) => ({
      path,
      absolute: `${home}/${path}`,
      digest: createHash('sha256')
        .update(readFileSync(`${home}/${path}`))
        .digest('hex'),
    }));
}

/** Rows of a table as sets of named values. */
function rowsOf(text: string): string[] {
  const table = readIpac(text, 'table');
  assert.ok(table.kind === 'table', JSON.stringify(table));
  return table.rows.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted();
}

const headOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

function equalsTheOriginals(part: MaskPart): void {
  const made = tables([{ mask: 'SYNTH1', part }]);
  for (const [name, text] of [
    ['reduced_files_meta.dat', made.reduced],
    ['coadded_files_meta.dat', made.coadded],
  ] as const) {
    assert.deepEqual(rowsOf(text), rowsOf(oracle(name)), name);
    assert.deepEqual(headOf(text), headOf(oracle(name)), `${name}: names, types and nulls`);
  }
  const files = [...Object.keys(part.digests), 'README', 'coadded_files_meta.dat', 'reduced_files_meta.dat'];
  // Of the second night the recorded tree has no calibrations: they were cut from it, and were there when the original was run.
  const theirs = oracle('archive_files.txt')
    .trim()
    .split('\n')
    .map((path) => path.replace(/^\.\//, ''))
    .filter((path) => !path.includes('2020-02-20/keck_deimos_A/Calibrations/'));
  assert.deepEqual(files.toSorted(), theirs.toSorted());
}

test('tables and files of the archive equal those of the old script, as sets', async () => {
  equalsTheOriginals(await maskPart({ files: filesIn(products()) }));
});

test('so they do where the collation has fluxed copies of its own: each takes the place of the unfluxed spec1d, once', async () => {
  await using at = temporary();
  cpSync(products(), at.path, { recursive: true });
  const setup = `${at.path}/SYNTH1/600ZD_7500_GG455`;
  for (const dates of ['2020-01-02', '2020-02-20'])
    for (const name of readdirSync(`${setup}/${dates}/complete/reduce/keck_deimos_A/Science`).filter((each) =>
      /^spec1d.*fits$/.test(each),
    )) {
      const own = `${setup}/1D_Coadd/fluxed/${dates}/reduce/${name}`;
      mkdirSync(dirname(own), { recursive: true });
      renameSync(`${setup}/${dates}/complete/reduce/keck_deimos_A/Science/${name}`, own);
      writeFileSync(`${setup}/${dates}/complete/reduce/keck_deimos_A/Science/${name}`, 'unfluxed');
    }
  equalsTheOriginals(await maskPart({ files: filesIn(at.path) }));
});

const D = 'M/S_1_F/2020-01-02';
const R = `${D}/complete/reduce/keck_deimos_A`;
const A = `${D}/keck_deimos_A`;
const places: [path: string, at: string][] = [
  [`${R}/Science/spec2d_x.fits`, `${A}/Science/spec2d_x.fits`],
  [`${R}/Science/spec1d_x.txt`, `${A}/Science/spec1d_x.txt`],
  [`${R}/Science/other.txt`, 'unrecognised'],
  [`${R}/Calibrations/Slits_A_0_DET03.fits.gz`, `${A}/Calibrations/Slits_A_0_DET03.fits.gz`],
  [`${R}/QA.tar.gz`, `${A}/QA.tar.gz`],
  [`${R}/other.tar.gz`, 'unrecognised'],
  [`${R}/keck_deimos_A.par`, `${A}/keck_deimos_A.par`],
  [`${R}/keck_deimos_A.calib`, `${A}/keck_deimos_A.calib`],
  [`${R}/keck_deimos_A.pypeit`, `${A}/keck_deimos_A.pypeit`],
  [`${R}/keck_deimos_A.log`, `${A}/keck_deimos_A.log`],
  [`${R}/run_pypeit_stdout.txt`, 'unrecognised'],
  [`${D}/complete/reduce/scorecard.csv`, 'unrecognised'],
  [`${D}/complete/raw/DE.fits`, 'unrecognised'],
  [`${D}/complete/reduce-det6/keck_deimos_A/Science/spec2d_x.fits`, 'left-out'],
  [`${D}/complete/keck_deimos_A/keck_deimos_A.pypeit`, 'left-out'],
  ['M/S_1_F/1D_Coadd/J1.fits', 'M/S_1_F/1D_Coadd/J1.fits'],
  [`${D}/1D_Coadd/J1.fits`, `${D}/1D_Coadd/J1.fits`],
  ['M/S_1_F/1D_Coadd/collate_warnings.txt', 'M/S_1_F/1D_Coadd/collate_warnings.txt'],
  ['M/S_1_F/1D_Coadd/pypeit_collate_1d.log.txt', 'M/S_1_F/1D_Coadd/pypeit_collate_1d.log.txt'],
  ['M/S_1_F/1D_Coadd/pypeit_collate_1d.log', 'unrecognised'],
  ['M/S_1_F/1D_Coadd/spec1d_x.txt', 'unrecognised'],
  ['M/S_1_F/1D_Coadd/collate_report.dat', 'M/S_1_F/1D_Coadd/collate_report.dat'],
  ['M/S_1_F/1D_Coadd/collate1d.par', 'M/S_1_F/1D_Coadd/collate1d.par'],
  ['M/S_1_F/1D_Coadd/fluxed/2020-01-02/reduce/spec1d_x.fits', `${A}/Science/spec1d_x.fits`],
  [`${D}/1D_Coadd/fluxed/2020-01-02/reduce/spec1d_x.fits`, `${A}/Science/spec1d_x.fits`],
  ['M/S_1_F/1D_Coadd/fluxed/2020-01-02/reduce-det6/spec1d_x.fits', 'left-out'],
  ['M/S_1_F/2D_Coadd/Science_coadd/spec2d_x.fits', 'M/S_1_F/2D_Coadd/Science_coadd/spec2d_x.fits'],
  ['M/S_1_F/2D_Coadd/Science_coadd/spec1d_x.txt', 'M/S_1_F/2D_Coadd/Science_coadd/spec1d_x.txt'],
  ['M/S_1_F/2D_Coadd/QA_coadd.tar.gz', 'M/S_1_F/2D_Coadd/QA_coadd.tar.gz'],
  ['M/S_1_F/2D_Coadd/QA_coadd/PNGs/x.png', 'M/S_1_F/2D_Coadd/QA_coadd/PNGs/x.png'],
  ['M/S_1_F/2D_Coadd/x.coadd2d', 'M/S_1_F/2D_Coadd/x.coadd2d'],
  ['M/S_1_F/2D_Coadd/x.coadd2d.orig', 'unrecognised'],
  ['M/S_1_F/2D_Coadd/x_coadd2d.par', 'M/S_1_F/2D_Coadd/x_coadd2d.par'],
  ['M/S_1_F/2D_Coadd/x.log.txt', 'M/S_1_F/2D_Coadd/x.log.txt'],
  ['M/S_1_F/2D_Coadd/pypeit_setup_coadd2d.log.txt', 'unrecognised'],
];
for (const [path, at] of places)
  test(`archive: ${path} ${at === 'left-out' ? 'is left out' : at === 'unrecognised' ? 'has no place' : `becomes ${at}`}`, () => {
    const place = placeOf(path);
    assert.equal(place.kind === 'kept' ? place.at : place.kind, at);
  });

test('what is damaged or missing has no row, is said, and stops nothing', async () => {
  await using at = temporary();
  cpSync(products(), at.path, { recursive: true });
  const setup = `${at.path}/SYNTH1/600ZD_7500_GG455`;
  const science = `${setup}/2020-01-02/complete/reduce/keck_deimos_A/Science`;
  const [first = '', second = ''] = readdirSync(science)
    .filter((name) => /^spec1d.*fits$/.test(name))
    .toSorted();
  writeFileSync(`${science}/${first}`, readFileSync(`${science}/${first}`).subarray(0, 1000));
  renameSync(`${science}/${second.replace('.fits', '.txt')}`, `${science}/notes.txt`);
  const part = await maskPart({ files: filesIn(at.path) });
  assert.equal(part.reduced.length, 2);
  assert.equal(part.reduced.find((row) => row['spec1d_file']?.endsWith(second))?.['spec1d_info'], undefined);
  assert.ok(
    part.missing.some((line) => line.includes(first) && line.endsWith('it has no row')),
    part.missing.join('\n'),
  );
  assert.ok(part.missing.some((line) => line.includes(second.replace('.fits', '.txt'))));
  assert.ok(part.missing.some((line) => line.includes(`${first} is named in`)));
  assert.match(tables([{ mask: 'SYNTH1', part }]).report, /missing: .*spec1d/);
  writeFileSync(`${setup}/1D_Coadd/collate_report.dat`, '| a\nx');
  assert.equal((await maskPart({ files: filesIn(at.path) })).coadded.length, 0);
});

test('checksums are those that sha256sum reads, and the same parts give the same bytes in any order', async () => {
  await using at = temporary();
  const part = await maskPart({ files: filesIn(products()) });
  const made = tables([
    { mask: 'SYNTH1', part },
    { mask: 'A', part: { reduced: [], coadded: [], digests: {}, unrecognised: [], missing: [] } },
  ]);
  assert.deepEqual(
    tables([
      { mask: 'A', part: { reduced: [], coadded: [], digests: {}, unrecognised: [], missing: [] } },
      { mask: 'SYNTH1', part },
    ]),
    made,
  );
  at.write({
    README: made.readme,
    'report.txt': made.report,
    'reduced_files_meta.dat': made.reduced,
    'coadded_files_meta.dat': made.coadded,
  });
  for (const { path, absolute } of filesIn(products())) {
    const place = placeOf(path);
    if (place.kind !== 'kept') continue;
    mkdirSync(dirname(`${at.path}/${place.at}`), { recursive: true });
    cpSync(absolute, `${at.path}/${place.at}`);
  }
  const said = spawnSync('sha256sum', ['-c', '--quiet'], { cwd: at.path, input: made.checksums, encoding: 'utf8' });
  assert.equal(said.status, 0, said.stdout + said.stderr);
});
