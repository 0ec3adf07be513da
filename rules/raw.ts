import type { Entry, Handle, Link, Params, Rule } from 'adap';
import type { DeimosConfig } from './config.ts';
import { datasetName, datasetOf, datasets, overlapping } from './datasets.ts';
import type { Dataset } from './datasets.ts';
import type { Frame } from './frames/frame.ts';
import { rawNameTwice } from './frames/problems.ts';
import { isPlaced } from './frames/usable.ts';
import { layout } from './layout.ts';

/** The tree of raw frames of a dataset that can be reduced. */
export const raw = (config: DeimosConfig): Rule =>
  rawTree(config, { name: 'raw', path: layout.raw, holds: (dataset) => dataset.isComplete });

/** The same for a dataset that lacks science, flats or arcs: it is laid out, and nothing else is made of it. */
export const incomplete = (config: DeimosConfig): Rule =>
  rawTree(config, { name: 'incomplete', path: layout.incomplete, holds: (dataset) => !dataset.isComplete });

type Shape = { readonly name: string; readonly path: string; readonly holds: (dataset: Dataset) => boolean };

function rawTree(config: DeimosConfig, { name, path, holds }: Shape): Rule {
  const mode = config.link ?? 'symlink';
  return {
    name,
    revision: 1,
    kind: 'links',
    mode,
    makes: { raw: { path } },
    each: (facts, where) =>
      datasets(facts, config, where)
        .filter((dataset) => holds(dataset) && placed(dataset).length > 0)
        .map(({ mask, setup, dates }) => ({ mask, setup, dates })),
    needs: (at, facts) => needsOf(facts.home.startsWith('s3://') ? 'copy' : mode, datasetOf(facts, config, at)),
    subject: (at) => datasetName(params(at)),
    successors: (at, facts) =>
      overlapping(facts, config, at)
        .filter((dataset) => placed(dataset).length > 0)
        .map((dataset) => ({ rule: dataset.isComplete ? 'raw' : 'incomplete', at: params(dataset) })),
    links: (given) => given.value<readonly Link[]>('links'),
  };
}

const params = (of: Params | Dataset): { mask: string; setup: string; dates: string } => ({
  mask: of['mask'] ?? '',
  setup: of['setup'] ?? '',
  dates: of['dates'] ?? '',
});

const placed = (dataset: Dataset): readonly Entry<Frame>[] => dataset.frames.filter(({ about }) => isPlaced(about));

/** A symbolic link is made again when it must lead elsewhere; a hard link also when the frame was replaced; a copy in a bucket only then. */
function needsOf(mode: 'symlink' | 'hard' | 'copy', dataset: Dataset | undefined): Readonly<Record<string, Handle>> {
  const byName = new Map<string, Entry<Frame>>();
  for (const entry of dataset === undefined ? [] : placed(dataset).toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const { filename } = entry.about;
    const other = byName.get(filename);
    if (other !== undefined && (other.digest !== entry.digest || other.size !== entry.size)) {
      return { frames: { kind: 'problem', problem: rawNameTwice(filename, other.path, entry.path) } };
    }
    if (other === undefined) byName.set(filename, entry);
  }
  const members = Object.fromEntries(Array.from(byName, ([filename, entry]) => [filename, standsFor(mode, entry)]));
  const links = Array.from(byName, ([filename, entry]): Link => ({ name: filename, to: entry.path }));
  return { frames: { kind: 'members', noun: 'frame', members }, links: { kind: 'ignored', value: links } };
}

function standsFor(mode: 'symlink' | 'hard' | 'copy', { path, digest, size, stamp }: Entry<Frame>): string {
  if (mode === 'symlink') return path;
  return mode === 'hard' ? `${path} ${digest} ${stamp}` : `${digest} ${size}`;
}
