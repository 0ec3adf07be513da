import type { Entry, Facts, Params } from 'adap';
import type { DeimosConfig } from './config.ts';
import type { Frame } from './frames/frame.ts';

/** The frames of one mask and setup that lie within a few days of one another: what is reduced together. */
export type Dataset = {
  readonly mask: string;
  /** `600ZD_8000_GG455` */
  readonly setup: string;
  /** `2006-04-27`, or `2006-04-26_2006-04-29`: UTC dates of the first and last MJD. */
  readonly dates: string;
  /** All frames of the group in order of time, those that are left out of `raw` included. */
  readonly frames: readonly Entry<Frame>[];
  /** At least one science, one flat and one arc frame that the .pypeit file can use. */
  readonly complete: boolean;
};

/** All datasets, or those of the mask (and setup, and dates) in `where`; sorted by name. */
export function datasets(facts: Facts, config: DeimosConfig, where: Params = {}): readonly Dataset[] {
  throw new Error(`bug: not written yet: ${String(facts)} ${String(config)} ${String(where)}`);
}

export const datasetName = (dataset: { readonly mask: string; readonly setup: string; readonly dates: string }): string =>
  `${dataset.mask}/${dataset.setup}/${dataset.dates}`;
