/** The recipe of a 2D coadd: pypeit_setup_coadd2d (or a custom .coadd2d file) and pypeit_coadd_2dspec, in an empty folder. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { failing } from 'adap';
import type { Failed, Run } from 'adap';
import { isSection } from '../pypeit/config-obj.ts';
import type { Programs } from '../installed/programs.ts';
import { sayPublished } from '../installed/say-published.ts';
import { callPypeit } from '../installed/call-pypeit.ts';
import { readCoadd2d, writeCoadd2d } from './coadd2d-file.ts';
import { placeCustom } from './custom-coadd2d.ts';
import { badSlitsOf, chooseDetectors, slitsOf } from './detectors.ts';
import { mergeCoadd2d } from './merge-coadd2d.ts';
import { reduceSectionOf } from './reduce-section.ts';
import type { ReductionFile } from './reduce-section.ts';
import { scienceOf, withoutRepeats } from './science.ts';
import type { Science, ScienceFolder } from './science.ts';

export type CoaddedReduction = ScienceFolder & ReductionFile & { /** Text of its scorecard_bad_slits.csv. */ readonly badSlits: string };

export type Coadd2d = {
  /** `mask/setup` or `mask/setup/dates`. */
  readonly of: string;
  /** Name of the tree among what the rule makes. */
  readonly output: string;
  readonly reductions: readonly CoaddedReduction[];
  /** Text of config/default_2dcoadd_config. */
  readonly defaults: string;
  /** A custom .coadd2d file: its path as the user writes it, and its text. */
  readonly custom: { readonly file: string; readonly text: string } | undefined;
  readonly programs: Programs;
};

export async function coadd2d(run: Run, coadd: Coadd2d): Promise<void> {
  const folder = (run.makes[coadd.output] ?? '').replace(/\/$/, '');
  mkdirSync(folder, { recursive: true });
  const science = scienceOf(coadd.reductions);
  if (science.every(({ spec2ds }) => spec2ds.length === 0)) throw failing('bad-input', `no reduction of ${coadd.of} has a spec2d`);
  const name = coadd.custom === undefined ? await setUp(run, coadd, { folder, science }) : placed(coadd, coadd.custom, { folder, science });
  await callPypeit(run, ['pypeit_coadd_2dspec', name], {
    programs: coadd.programs,
    folder,
    log: `${name.replace(/\.coadd2d$/, '')}.log.txt`,
  });
  const left = readdirSync(folder);
  // 2.x keeps one of its own, named after the minute.
  for (const each of left) if (/^pypeit_\w+_\d{8}-\d{4}\.log$/.test(each)) rmSync(`${folder}/${each}`);
  if (existsSync(`${folder}/QA_coadd`)) await run.$({ cwd: folder })`tar -czf QA_coadd.tar.gz QA_coadd && rm -r QA_coadd`;
  sayPublished(
    run,
    coadd.output,
    left.filter((each) => /\.coadd2d(\.orig)?$|\.par$/.test(each)).map((each) => `${folder}/${each}`),
  );
}

type Place = { readonly folder: string; readonly science: readonly Science[] };

/** The .coadd2d file that PypeIt writes for these spec2d, with what config and the reduction add to it; its name. */
async function setUp(run: Run, coadd: Coadd2d, { folder, science }: Place): Promise<string> {
  const { used, repeated } = withoutRepeats(science);
  for (const { reduction } of repeated) run.say(`adap: ${reduction} is another reduction of exposures that are in already: left out`);
  const reductions = reductionsOf(coadd, used);
  // In sorted order the first is the same on every machine; its detectors stand for those of all.
  const first = `${used[0]?.folder ?? ''}/${used[0]?.spec2ds[0] ?? ''}`;
  const { detectors, badSlits, dropped } = chooseDetectors(await slitsOf(first), badSlitsOf(reductions.map((each) => each.badSlits)));
  // Without --det PypeIt would coadd them all.
  if (detectors.length === 0) throw failing('bad-input', `no slit of ${coadd.of} is good: see its scorecard_bad_slits.csv`);
  for (const each of dropped) run.say(`adap: ${each} has no good slit: left out`);
  const command = ['pypeit_setup_coadd2d', '--spat_toler', '20', '-d', ...used.map((each) => each.folder), '--det', ...detectors] as const;
  await callPypeit(run, [...command, ...(badSlits.length === 0 ? [] : ['--exclude_slits', ...badSlits])], {
    programs: coadd.programs,
    folder,
    log: 'pypeit_setup_coadd2d.log.txt',
  });
  const found = readdirSync(folder).filter((each) => /^keck_deimos.*\.coadd2d$/.test(each));
  const [name] = found.toSorted();
  if (name === undefined) throw failing('incomplete', 'pypeit_setup_coadd2d ended well, and wrote no .coadd2d file');
  if (found.length > 1)
    throw failing(
      'bad-input',
      `the frames of ${coadd.of} have ${found.length} targets (${found.toSorted().join(', ')}): coadd its datasets by themselves in config/coadds.yaml, or write config/custom_coadd2d/${coadd.of.replaceAll('/', '_')}.coadd2d`,
    );
  copyFileSync(`${folder}/${name}`, `${folder}/${name}.orig`);
  const reduce = wellRead(reduceSectionOf(reductions));
  const generated = readFileSync(`${folder}/${name}`, 'utf8');
  writeFileSync(`${folder}/${name}`, wellRead(mergeCoadd2d({ generated, defaults: coadd.defaults, reduceSection: reduce.section })).text);
  return name;
}

/** In the order of their Science folders. */
export const reductionsOf = ({ reductions }: Pick<Coadd2d, 'reductions'>, science: readonly Science[]): readonly CoaddedReduction[] =>
  science.flatMap(({ reduction }) => reductions.filter((each) => each.reduction === reduction));

/** A custom .coadd2d file with the paths of this place, by the name that PypeIt would give it. */
function placed({ of }: Coadd2d, { file, text }: NonNullable<Coadd2d['custom']>, { folder, science }: Place): string {
  const custom = wellRead(readCoadd2d(text, file));
  const here = wellRead(placeCustom(custom, { file, of, science, reduxPath: folder }));
  const rdx = here.parameters.get('rdx');
  const spectrograph = rdx !== undefined && isSection(rdx) ? rdx.get('spectrograph') : undefined;
  if (typeof spectrograph !== 'string') throw failing('bad-input', `[rdx] of ${file} names no spectrograph`);
  const name = `${spectrograph}_${of.split('/')[0] ?? ''}.coadd2d`;
  writeFileSync(`${folder}/${name}`, writeCoadd2d(here, [`${file}, with the paths of this machine`]));
  return name;
}

function wellRead<T extends { readonly kind: string }>(read: T | Failed): Exclude<T, Failed> {
  if (read.kind !== 'problem') return read as Exclude<T, Failed>;
  const { problem } = read as Failed;
  const line = problem.line === undefined ? '' : `:${problem.line}`;
  throw failing('bad-input', problem.file === undefined ? problem.says : `${problem.says} (${problem.file}${line})`);
}
