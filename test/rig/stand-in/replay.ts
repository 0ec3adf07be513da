/**
 * A STAND-IN for PypeIt's programs: it reduces nothing, and lays down what the real PypeIt 1.17.4 made of a synthetic night (test/fixtures/products).
 * `replay.json` in the folder $ADAP_REPLAY says which masks fail, by the log that is replayed: { "SYNTH2": "crash-1.17.4" }; and for how many seconds a run goes on.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PRODUCTS, products } from '../products.ts';

type Plan = { readonly seconds?: number; readonly fails?: Readonly<Record<string, string>> };

const [program = '', ...args] = process.argv.slice(2);
const replay = process.env['ADAP_REPLAY'];
const plan = (
  replay !== undefined && existsSync(`${replay}/replay.json`) ? JSON.parse(readFileSync(`${replay}/replay.json`, 'utf8')) : {}
) as Plan;
const setup = `${products()}/SYNTH1/600ZD_7500_GG455`;

console.error('STAND-IN for PypeIt: what the real 1.17.4 made of a synthetic night is laid down again; nothing is reduced');
switch (program) {
  case 'run_pypeit':
    process.exitCode = await reduce(args[0] ?? '');
    break;
  case 'pypeit_collate_1d':
    collate(args.slice(args.indexOf('--spec1d_files') + 1));
    break;
  case 'pypeit_setup_coadd2d':
    setUpCoadd(args.slice(args.indexOf('-d') + 1, args.indexOf('--det')));
    break;
  case 'pypeit_coadd_2dspec':
    cpSync(`${setup}/2D_Coadd/Science_coadd`, 'Science_coadd', { recursive: true });
    unpack(`${setup}/2D_Coadd/QA_coadd.tar.gz`);
    for (const name of names(`${setup}/2D_Coadd`, /\.par$/)) cpSync(`${setup}/2D_Coadd/${name}`, name);
    break;
  default:
    throw new Error(`no stand-in for ${program}`);
}

async function reduce(file: string): Promise<number> {
  const text = readFileSync(file, 'utf8');
  const mask = /^\s*decker: *(\S+)/m.exec(text)?.[1] ?? '';
  const fails = plan.fails?.[mask];
  if (fails !== undefined) {
    if (fails.startsWith('truncated')) await lay(text);
    return fail(fails);
  }
  await lay(text);
  return 0;
}

/** The products of each science frame that the .pypeit file keeps, where they were recorded. */
async function lay(text: string): Promise<void> {
  const science = Array.from(text.matchAll(/^ *(DE\.\S+?)\.fits\S* *\| *science/gm), ([, exposure = '']) => exposure);
  const [, year = '', month = '', day = ''] = /^DE\.(\d{4})(\d\d)(\d\d)/.exec(science[0] ?? '') ?? [];
  const night = `${setup}/${year}-${month}-${day}/complete/reduce/keck_deimos_A`;
  const calibrations = `${setup}/2020-01-02/complete/reduce/keck_deimos_A/Calibrations`;
  await print(`${night}/keck_deimos_A.log`);
  mkdirSync('Science', { recursive: true });
  for (const name of names(`${night}/Science`, /./))
    if (science.some((exposure) => name.includes(`_${exposure}-`))) cpSync(`${night}/Science/${name}`, `Science/${name}`);
  const unfluxed = names('Science', /^spec1d_DE\.20200102\.44770.*\.fits$/)[0];
  if (unfluxed !== undefined)
    writeFileSync(`Science/${unfluxed}`, gunzipSync(readFileSync(`${PRODUCTS}/oracles/unfluxed-spec1d_DE.20200102.44770.fits.gz`)));
  cpSync(calibrations, 'Calibrations', { recursive: true });
  for (const name of names(night, /\.(log|calib|par)$/)) if (!name.includes('useful')) cpSync(`${night}/${name}`, name);
  unpack(`${night}/QA.tar.gz`);
}

function fail(which: string): number {
  if (which === 'truncated') {
    const [name = ''] = names('Science', /^spec2d/);
    writeFileSync(`Science/${name}`, readFileSync(`Science/${name}`).subarray(0, 1_000_000));
    return 0;
  }
  const read = (path: string): Buffer =>
    existsSync(path) ? readFileSync(path) : existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)) : Buffer.from('');
  process.stderr.write(read(`${PRODUCTS}/logs/${which}.stderr`));
  writeFileSync('keck_deimos_A.log', read(`${PRODUCTS}/logs/${which}.log`));
  return which.startsWith('no-products') ? 0 : 1;
}

/** Line by line, as a run would, in the seconds that are given to it. */
async function print(log: string): Promise<void> {
  const lines = readFileSync(log, 'utf8').split('\n');
  const pieces = 20;
  for (let piece = 0; piece < pieces; piece += 1) {
    const from = Math.floor((lines.length * piece) / pieces);
    process.stderr.write(`${lines.slice(from, Math.floor((lines.length * (piece + 1)) / pieces)).join('\n')}\n`);
    if (plan.seconds !== undefined) await new Promise((done) => void setTimeout(done, ((plan.seconds ?? 0) * 1000) / pieces));
  }
}

function collate(spec1ds: readonly string[]): void {
  const from = `${setup}/1D_Coadd`;
  if (spec1ds.length < 2) {
    writeFileSync(
      'collate_warnings.txt',
      `pypeit_collate_1d warnings\n\nStarted 2026-11-22 23:20:24.925518\nDuration: 0:00:06\n\nExcluded Objects:\n\nExcluding SPAT0041-SLIT0052-DET03 in ${spec1ds[0]} because there's no other SpecObj to coadd with.\n\nFailed to Coadd:\n\n`,
    );
    cpSync(`${from}/collate1d.par`, 'collate1d.par');
    return;
  }
  for (const name of names(from, /^(J.*\.fits|collate.*)$/)) cpSync(`${from}/${name}`, name);
  // It fluxes them in place.
  for (const spec1d of spec1ds) {
    const name = basename(spec1d);
    const found = readdirSync(setup)
      .map((dates) => `${setup}/${dates}/complete/reduce/keck_deimos_A/Science/${name}`)
      .find(existsSync);
    if (found !== undefined) cpSync(found, spec1d);
  }
}

function setUpCoadd(folders: readonly string[]): void {
  const [name = ''] = names(`${setup}/2D_Coadd`, /\.coadd2d$/);
  const text = readFileSync(`${setup}/2D_Coadd/${name}.orig`, 'utf8').replace(/redux_path = .*/, `redux_path = ${process.cwd()}`);
  const block = [
    'spec2d read',
    ...folders.map((folder) => ` path ${folder}`),
    'filename',
    ...folders.flatMap((folder) => names(folder, /^spec2d_.*\.fits$/)),
    'spec2d end',
  ];
  writeFileSync(name, text.replace(/spec2d read[\s\S]*spec2d end/, block.join('\n')));
}

function names(folder: string, which: RegExp): string[] {
  return readdirSync(folder)
    .filter((name) => which.test(name))
    .toSorted();
}

function unpack(archive: string): void {
  const { status, stderr } = spawnSync('tar', ['-xzf', archive], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
