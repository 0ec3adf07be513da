/** 1D and 2D coadds: of a dataset, or of all datasets of an observing configuration, as config/coadds.yaml says. */
import type { Facts, Flat, Given, Handle, MadeOutputs, Params, Problem, Rule, Run } from 'adap';
import { coadd2d } from './coadds/coadd-2d.ts';
import type { Coadd2d } from './coadds/coadd-2d.ts';
import { coadd2dMeaning } from './coadds/coadd2d-file.ts';
import { collate1d } from './coadds/collate-1d.ts';
import { customCoadd2d } from './coadds/custom-coadd2d.ts';
import { coaddsOf, DEFAULT_LEVELS } from './coadds/level.ts';
import type { Coadd, Dimension } from './coadds/level.ts';
import { parametersMeaning } from './coadds/parameters-meaning.ts';
import { levelsIn } from './coadds/read-levels.ts';
import { isCollated1d } from './coadds/whole-1d.ts';
import { isCoadded2d } from './coadds/whole-2d.ts';
import type { DeimosConfig } from './config.ts';
import { PYPEIT_VERSION } from './config.ts';
import { datasetName, datasets } from './datasets.ts';
import { installedHandles, programsHere } from './installed/handles.ts';
import { layout } from './layout.ts';
import { matters } from './pypeit-log/matters.ts';
import { pypeitProgress } from './pypeit-log/progress.ts';
import { configFileMissing } from './setup/problems.ts';
import { reduceDirectories } from './setup/custom-files.ts';

type Level = Coadd['level'];

/** Rules and stages; what is made lies in `1D_Coadd` and `2D_Coadd` at either level. */
const RULES = {
  '1D': { dataset: { name: '1D' }, setup: { name: '1D-setup' } },
  '2D': { dataset: { name: '2D' }, setup: { name: '2D-setup' } },
} as const;

export const nameOf = (dimension: Dimension, level: Level): string => RULES[dimension][level].name;

export const coadds = (config: DeimosConfig): readonly Rule[] =>
  (['1D', '2D'] as const).flatMap((dimension) => (['dataset', 'setup'] as const).map((level) => coadd(config, dimension, level)));

/** Every coadd there is, given what is known of its params; of a coadds.yaml that cannot be read, the usual ones, each with that problem. */
export function coaddsIn(
  facts: Facts,
  config: DeimosConfig,
  { dimension, where }: { readonly dimension: Dimension; readonly where: Params },
): readonly Coadd[] {
  const read = levelsIn(facts);
  const levels = read.kind === 'problem' ? DEFAULT_LEVELS : read.levels;
  const { mask, setup } = where;
  // Which datasets a configuration has is not told by one of them.
  const among = datasets(facts, config, { ...(mask === undefined ? {} : { mask }), ...(setup === undefined ? {} : { setup }) });
  return coaddsOf(levels, dimension, among.filter((dataset) => dataset.isComplete).map(datasetName));
}

export function paramsOf({ of }: Coadd): Params {
  const [mask = '', setup = '', dates] = of.split('/');
  return { mask, setup, ...(dates === undefined ? {} : { dates }) };
}

function coadd(config: DeimosConfig, dimension: Dimension, level: Level): Rule {
  const name = nameOf(dimension, level);
  const all = (facts: Facts, where: Params): readonly Coadd[] =>
    coaddsIn(facts, config, { dimension, where }).filter(
      (each) => each.level === level && (where['dates'] === undefined || paramsOf(each)['dates'] === where['dates']),
    );
  const subject = ({ mask, setup, dates }: Params): string => [mask, setup, dates].filter((each) => each !== undefined).join('/');
  return {
    name,
    revision: 1,
    kind: 'runs',
    makes: { coadd: { path: layout.coadd[dimension][level] } },
    each: (facts, where) => all(facts, where).map(paramsOf),
    needs: (at, facts) => {
      const found = all(facts, at).find(({ of }) => of === subject(at));
      if (found === undefined) throw new Error(`bug: no ${name} of ${subject(at)}`);
      return needsOf({ facts, config }, dimension, found);
    },
    subject,
    successors: (at, facts) =>
      coaddsIn(facts, config, { dimension, where: at })
        .filter(({ of }) => of.startsWith(`${at['mask']}/${at['setup']}`))
        .map((each) => ({ rule: nameOf(dimension, each.level), at: paramsOf(each) })),
    wants: () => ({ cpus: 1, memoryGiB: 16, scratchGiB: 20, hours: 12, ...config.coadd }),
    matters,
    progress: pypeitProgress,
    runs: (run) => (dimension === '1D' ? collate1d(run, toCollate(run)) : coadd2d(run, toCoadd(run))),
    complete: (made) =>
      dimension === '1D'
        ? isCollated1d(made.makes['coadd'] ?? '', toCollate(made).reductions)
        : isCoadded2d(made.makes['coadd'] ?? '', toCoadd(made)),
  };
}

/** A reduction that goes into a coadd: `2020-01-02/reduce`. Its needs are called `science 2020-01-02/reduce` and so on. */
type Reduction = { readonly reduction: string; readonly parameters: 'default' | 'custom' };

type Archive = { readonly facts: Facts; readonly config: DeimosConfig };

function needsOf({ facts, config }: Archive, dimension: Dimension, { of, datasets: names }: Coadd): Readonly<Record<string, Handle>> {
  const levels = levelsIn(facts);
  if (levels.kind === 'problem') return { levels };
  const own = parametersFor(facts, dimension, of);
  if ('code' in own) return { parameters: { kind: 'problem', problem: own } };
  const reductions: Reduction[] = [];
  const needs: Record<string, Handle> = {};
  for (const name of names) {
    const [mask = '', setup = '', dates = ''] = name.split('/');
    const dataset = datasets(facts, config, { mask, setup, dates })[0];
    for (const { reduce, custom } of dataset === undefined ? [] : reduceDirectories(facts, dataset)) {
      const at = { mask, setup, dates, reduce };
      const reduction = `${dates}/${reduce}`;
      reductions.push({ reduction, parameters: custom === undefined ? 'default' : 'custom' });
      needs[`science ${reduction}`] = { kind: 'output', rule: 'reduce', at, output: 'science', by: 'bytes' };
      if (dimension === '1D') continue;
      needs[`pypeit ${reduction}`] = { kind: 'output', rule: 'setup', at, output: 'file', by: 'meaning' };
      needs[`bad slits ${reduction}`] = { kind: 'output', rule: 'scorecard', at, output: 'badSlits', by: 'bytes' };
    }
  }
  return {
    ...needs,
    wanted: { kind: 'keyed', values: { ...own.keyed, 'pypeit.version': config.pypeit?.version ?? PYPEIT_VERSION } },
    reductions: { kind: 'ignored', value: reductions },
    of: { kind: 'ignored', value: of },
    texts: { kind: 'ignored', value: own.texts },
    ...installedHandles(config, facts),
  };
}

type Texts = { readonly parameters: string; readonly custom?: { readonly file: string; readonly text: string } };

/** What config says of a coadd, by its meaning and as it stands. */
function parametersFor(facts: Facts, dimension: Dimension, of: string): { readonly keyed: Flat; readonly texts: Texts } | Problem {
  const file = dimension === '1D' ? 'default.collate1d' : 'default_2dcoadd_config';
  const custom = dimension === '1D' ? undefined : customCoadd2d(facts, of);
  if (custom?.kind === 'problem') return custom.problem;
  if (custom !== undefined) {
    const text = facts.config.text(custom.name) ?? '';
    const shown = facts.config.shown(custom.name);
    return { keyed: coadd2dMeaning(Buffer.from(text)), texts: { parameters: '', custom: { file: shown, text } } };
  }
  const text = facts.config.text(file);
  if (text === undefined) return configFileMissing(facts.config.shown(file));
  const meaning = facts.once(`meaning of ${file}`, () => parametersMeaning(text, facts.config.shown(file)));
  return meaning.kind === 'problem' ? meaning.problem : { keyed: meaning.values, texts: { parameters: text } };
}

const textOf = (given: Given, need: string): string => Buffer.from(given.bytes(need)).toString('utf8');

const toCollate = (given: Run | MadeOutputs): Parameters<typeof collate1d>[1] => ({
  of: given.value<string>('of'),
  output: 'coadd',
  reductions: given
    .value<readonly Reduction[]>('reductions')
    .map(({ reduction }) => ({ reduction, folder: given.path(`science ${reduction}`) })),
  parameters: given.value<Texts>('texts').parameters,
  programs: programsHere(given),
});

function toCoadd(given: Run | MadeOutputs): Coadd2d {
  const { parameters, custom } = given.value<Texts>('texts');
  return {
    of: given.value<string>('of'),
    output: 'coadd',
    reductions: given.value<readonly Reduction[]>('reductions').map((each) => ({
      ...each,
      folder: given.path(`science ${each.reduction}`),
      pypeit: textOf(given, `pypeit ${each.reduction}`),
      badSlits: textOf(given, `bad slits ${each.reduction}`),
    })),
    defaults: parameters,
    custom,
    programs: programsHere(given),
  };
}
