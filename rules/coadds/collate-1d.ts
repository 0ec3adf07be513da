/** The recipe of a 1D coadd: pypeit_collate_1d on copies of the spec1d, which it fluxes. See docs/decisions/0008-collation-fluxes-its-own-copies.md. */
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { failing } from 'adap';
import type { Run } from 'adap';
import type { Programs } from '../installed/programs.ts';
import { sayPublished } from '../installed/say-published.ts';
import { callPypeit } from '../installed/call-pypeit.ts';
import { isSameFile } from './is-same-file.ts';
import { scienceOf } from './science.ts';
import type { ScienceFolder } from './science.ts';

export type Collate1d = {
  /** `mask/setup` or `mask/setup/dates`. */
  readonly of: string;
  /** Name of the tree among what the rule makes. */
  readonly output: string;
  readonly reductions: readonly ScienceFolder[];
  /** Text of config/default.collate1d. */
  readonly parameters: string;
  readonly programs: Programs;
};

type Copy = { /** Below the tree: `fluxed/2010-03-17/reduce/spec1d_….fits`. */ readonly name: string; readonly original: string };

export async function collate1d(run: Run, collate: Collate1d): Promise<void> {
  const folder = (run.makes[collate.output] ?? '').replace(/\/$/, '');
  mkdirSync(folder, { recursive: true });
  const copies = scienceOf(collate.reductions).flatMap((science) =>
    science.spec1ds.map((name): Copy => ({ name: `fluxed/${science.reduction}/${name}`, original: `${science.folder}/${name}` })),
  );
  if (copies.length === 0) throw failing('bad-input', `no reduction of ${collate.of} has a spec1d: no object was extracted`);
  for (const copy of copies) lay(folder, copy);
  // A copy: PypeIt would also read a default.coadd1d beside the original, of which no key knows.
  writeFileSync(`${folder}/${INPUT}`, collate.parameters);
  await callPypeit(run, ['pypeit_collate_1d', INPUT, '--spec1d_files', ...copies.map(({ name }) => name)], {
    programs: collate.programs,
    folder,
    log: 'pypeit_collate_1d.log.txt',
  });
  rmSync(`${folder}/${INPUT}`);
  for (const copy of copies) tidy(folder, copy);
  const left = readdirSync(folder);
  // 2.x keeps one of its own, named after the minute.
  for (const name of left) if (/^pypeit_\w+_\d{8}-\d{4}\.log$/.test(name)) rmSync(`${folder}/${name}`);
  sayPublished(
    run,
    collate.output,
    left.filter((name) => name === 'collate1d.par' || name === 'collate_warnings.txt').map((name) => `${folder}/${name}`),
  );
}

const INPUT = 'default.collate1d';

const spec2dOf = (spec1d: string): string => spec1d.replace(/spec1d_([^/]*)$/, 'spec2d_$1');

/** The copy that is fluxed; its spec2d beside it tells which slits are flagged, and is only read. */
function lay(folder: string, { name, original }: Copy): void {
  mkdirSync(dirname(`${folder}/${name}`), { recursive: true });
  copyFileSync(original, `${folder}/${name}`, constants.COPYFILE_FICLONE);
  chmodSync(`${folder}/${name}`, 0o644);
  if (existsSync(spec2dOf(original))) symlinkSync(spec2dOf(original), `${folder}/${spec2dOf(name)}`);
}

/** A copy that was not fluxed is of no use: the original says the same. */
function tidy(folder: string, { name, original }: Copy): void {
  rmSync(`${folder}/${spec2dOf(name)}`, { force: true });
  if (existsSync(`${folder}/${name}`) && isSameFile(original, `${folder}/${name}`)) rmSync(`${folder}/${name}`);
  for (let place = dirname(name); place !== '.' && readdirSync(`${folder}/${place}`).length === 0; place = dirname(place))
    rmdirSync(`${folder}/${place}`);
}
