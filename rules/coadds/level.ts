/** Of one dataset by itself, of all datasets of its observing configuration together, or not at all. */
export type Level = 'dataset' | 'setup' | 'none';

/** 1D: pypeit_collate_1d. 2D: pypeit_coadd_2dspec. */
export type Dimension = '1D' | '2D';

export type Exception = { readonly level: Level; /** Of coadds.yaml, from 1. */ readonly line: number };

export type Levels = Readonly<
  Record<
    Dimension,
    { readonly default: Level; /** By mask, mask/setup or mask/setup/dates. */ readonly exceptions: ReadonlyMap<string, Exception> }
  >
>;

/** Where coadds.yaml says nothing: the level of nearly all published coadds. */
export const DEFAULT_LEVELS: Levels = {
  '1D': { default: 'setup', exceptions: new Map() },
  '2D': { default: 'setup', exceptions: new Map() },
};

/** The level at which a dataset (`mask/setup/dates`) is coadded: that of the longest prefix that coadds.yaml names. */
export function levelOf(levels: Levels, dimension: Dimension, dataset: string): Level {
  const { default: usual, exceptions } = levels[dimension];
  const parts = dataset.split('/');
  const prefix = parts.map((_, index) => parts.slice(0, parts.length - index).join('/')).find((each) => exceptions.has(each));
  return (prefix === undefined ? undefined : exceptions.get(prefix)?.level) ?? usual;
}

/** One coadd: of a dataset, or of those datasets of a configuration that are coadded at its level. */
export type Coadd = {
  readonly level: 'dataset' | 'setup';
  /** `mask/setup/dates` or `mask/setup`. */
  readonly of: string;
  readonly datasets: readonly string[];
};

/**
 * Every dataset is in one coadd at most: one that is coadded by itself, or not at all, is left out of the coadd of its configuration. A
 * configuration of which no dataset is left has none.
 */
export function coaddsOf(levels: Levels, dimension: Dimension, datasets: readonly string[]): readonly Coadd[] {
  const coadds = new Map<string, Coadd & { readonly datasets: string[] }>();
  for (const dataset of datasets.toSorted()) {
    const level = levelOf(levels, dimension, dataset);
    if (level === 'none') continue;
    const of = level === 'dataset' ? dataset : dataset.split('/').slice(0, 2).join('/');
    const coadd = coadds.get(of) ?? { level, of, datasets: [] };
    coadd.datasets.push(dataset);
    coadds.set(of, coadd);
  }
  return [...coadds.values()];
}
