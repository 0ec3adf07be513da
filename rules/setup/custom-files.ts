import type { Facts, Problem } from 'adap';
import type { DeimosConfig } from '../config.ts';
import { datasetName, datasetOf, overlapping } from '../datasets.ts';
import type { Dataset } from '../datasets.ts';
import { customOrphaned, customTwice, customUnused } from './problems.ts';

/** A custom file: parameters only (.ini), or a whole .pypeit file. */
export type CustomFile = {
  /** Below the config folder. */
  readonly name: string;
  readonly kind: 'ini' | 'pypeit';
  /** The dataset's name with its `/` replaced, as the file has it. */
  readonly stem: string;
  readonly reduce: string;
};

const NAME = /^(.*[_+]\d{4}-\d\d-\d\d)_(reduce[^_/]*|[^_/]+)\.(ini|pypeit)$/;

/** All custom files in any folder below config, by dataset name with every `/` as `_`. */
const customFiles = (facts: Facts): ReadonlyMap<string, readonly CustomFile[]> =>
  facts.once('custom files', () => {
    const byStem = new Map<string, CustomFile[]>();
    for (const name of facts.config.files()) {
      const found = NAME.exec(name.slice(name.lastIndexOf('/') + 1));
      if (found === null) continue;
      const [, stem = '', reduce = '', kind] = found;
      // `raw` is the tree of frames, `..` another folder; a date is that of a file whose reduce directory was forgotten.
      if (reduce === 'raw' || /^\.+$/.test(reduce) || /^\d{4}-\d\d-\d\d$/.test(reduce)) continue;
      for (const key of new Set([stem, stem.replaceAll('+', '_')])) {
        byStem.set(key, [...(byStem.get(key) ?? []), { name, kind: kind === 'ini' ? 'ini' : 'pypeit', stem, reduce }]);
      }
    }
    return byStem;
  });

/** `/` may stand as `_` (the files in the wild) or as `+` (the manual of the old scripts). */
const stems = (dataset: Dataset): readonly string[] => [
  datasetName(dataset).replaceAll('/', '_'),
  datasetName(dataset).replaceAll('/', '+'),
];

export type ReduceDirectory = { readonly reduce: string; readonly custom: CustomFile | undefined; readonly problem: Problem | undefined };

/** The reduce directories of a dataset: those of its custom files, else the plain one. */
export function reduceDirectories(facts: Facts, dataset: Dataset): readonly ReduceDirectory[] {
  const byReduce = new Map<string, CustomFile[]>();
  for (const stem of stems(dataset)) {
    for (const file of customFiles(facts).get(stem) ?? []) {
      if (file.stem !== stem) continue;
      byReduce.set(file.reduce, [...(byReduce.get(file.reduce) ?? []), file]);
    }
  }
  if (byReduce.size === 0) return [{ reduce: 'reduce', custom: undefined, problem: undefined }];
  return Array.from(byReduce, ([reduce, files]) => ({
    reduce,
    custom: files[0],
    problem:
      files.length > 1
        ? customTwice(datasetName(dataset), reduce, files.map((file) => facts.config.shown(file.name)).toSorted())
        : undefined,
  }));
}

/** What there is, and what is wanted of it. */
export type Archive = { readonly facts: Facts; readonly config: DeimosConfig };

/** A custom file that names other dates of the same mask and setup, for which there is no dataset any more. */
export function orphanedFor({ facts, config }: Archive, dataset: Dataset): Problem | undefined {
  const orphan = orphansOf({ facts, config }, dataset).find(({ dates }) =>
    overlapping(facts, config, { mask: dataset.mask, setup: dataset.setup, dates }).some((each) => each.dates === dataset.dates),
  );
  if (orphan === undefined) return undefined;
  const { file, joint } = orphan;
  const renamed = file.name.replace(file.stem, () => datasetName(dataset).replaceAll('/', joint));
  const shown = facts.config.shown(renamed);
  const isThere = facts.config.files().includes(renamed);
  return customOrphaned(facts.config.shown(file.name), datasetName(dataset), { shown, isThere });
}

type Orphan = {
  readonly file: CustomFile;
  readonly dates: string;
  /** What stands for `/` in its name: a mask may have a `+` of its own. */
  readonly joint: string;
};

/** Custom files of a mask and setup whose dates are those of no dataset. */
function orphansOf({ facts, config }: Archive, { mask, setup }: Pick<Dataset, 'mask' | 'setup'>): readonly Orphan[] {
  const prefix = `${mask}/${setup}/`;
  return byPrefix(facts, prefix.replaceAll('/', '_')).flatMap((file) => {
    const joint = ['_', '+'].find((each) => file.stem.startsWith(prefix.replaceAll('/', each)));
    if (joint === undefined) return [];
    const dates = file.stem.slice(prefix.length);
    if (!/^\d{4}-\d\d-\d\d(_\d{4}-\d\d-\d\d)?$/.test(dates)) return [];
    return datasetOf(facts, config, { mask, setup, dates }) === undefined ? [{ file, dates, joint }] : [];
  });
}

/** Files by what stands before their dates. */
function byPrefix(facts: Facts, prefix: string): readonly CustomFile[] {
  const index = facts.once('custom files by prefix', () => {
    const found = new Map<string, CustomFile[]>();
    for (const file of new Set([...customFiles(facts).values()].flat())) {
      const before = file.stem.replaceAll('+', '_').replace(/\d{4}-\d\d-\d\d(_\d{4}-\d\d-\d\d)?$/, '');
      found.set(before, [...(found.get(before) ?? []), file]);
    }
    return found;
  });
  return index.get(prefix.replaceAll('+', '_')) ?? [];
}

/** Custom files that neither belong to a dataset nor hold one. */
export function unusedCustomFiles({ facts, config }: Archive, all: readonly Dataset[]): readonly Problem[] {
  const used = new Set<string>();
  for (const dataset of all) {
    for (const stem of stems(dataset)) for (const file of customFiles(facts).get(stem) ?? []) if (file.stem === stem) used.add(file.name);
    for (const { file, dates } of orphansOf({ facts, config }, dataset))
      if (overlapping(facts, config, { mask: dataset.mask, setup: dataset.setup, dates }).length > 0) used.add(file.name);
  }
  // Misspelt ones, too.
  const custom = facts.config.files().filter((name) => /\.(ini|pypeit)$/.test(name));
  return custom.filter((name) => !used.has(name)).map((name) => customUnused(facts.config.shown(name)));
}
