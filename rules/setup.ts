import { failed } from 'adap';
import type { Failed, Facts, Handle, Params, Problem, Rule } from 'adap';
import type { DeimosConfig } from './config.ts';
import { datasetName, datasetOf, datasets, overlapping } from './datasets.ts';
import type { Dataset } from './datasets.ts';
import { layout } from './layout.ts';
import { keptFrames, parametersOf, pypeitMeaning } from './pypeit/meaning.ts';
import { writePypeit } from './pypeit/write-pypeit.ts';
import { orphanedFor, reduceDirectories } from './setup/custom-files.ts';
import type { Archive } from './setup/custom-files.ts';
import { contentOf } from './setup/content.ts';
import type { Content } from './setup/content.ts';

/** The .pypeit file of each reduce directory of a complete dataset. */
export const setup = (config: DeimosConfig): Rule => ({
  name: 'setup',
  revision: 2,
  kind: 'writes',
  foreseen: true,
  makes: { file: { path: layout.pypeit, meaning: pypeitMeaning } },
  each: (facts, where) =>
    datasets(facts, config, where)
      .filter((dataset) => dataset.isComplete)
      .flatMap((dataset) => reduceDirectories(facts, dataset).map(({ reduce }) => ({ ...nameOf(dataset), reduce })))
      .filter(({ reduce }) => (where['reduce'] ?? reduce) === reduce),
  needs: (at, facts) => {
    const dataset = datasetOf(facts, config, at);
    if (dataset === undefined) throw new Error(`bug: no dataset ${datasetName(nameOf(at))}`);
    return needsOf({ facts, config }, dataset, at['reduce'] ?? '');
  },
  subject: (at) => datasetName(nameOf(at)),
  title: (at) => `${datasetName(nameOf(at))}${at['reduce'] === 'reduce' ? '' : `/${at['reduce']}`}`,
  successors: (at, facts) =>
    overlapping(facts, config, at)
      .filter((dataset) => dataset.isComplete)
      .flatMap((dataset) => reduceDirectories(facts, dataset).map(({ reduce }) => ({ rule: 'setup', at: { ...nameOf(dataset), reduce } }))),
  writes: (given) => ({ file: given.value<(published: string) => string>('text')(given.published('file')) }),
});

const nameOf = (of: Params | Dataset): { mask: string; setup: string; dates: string } => ({
  mask: of['mask'] ?? '',
  setup: of['setup'] ?? '',
  dates: of['dates'] ?? '',
});

function needsOf({ facts, config }: Archive, dataset: Dataset, reduce: string): Readonly<Record<string, Handle>> {
  const orphaned = orphanedFor({ facts, config }, dataset);
  const held: Record<string, Handle> = orphaned === undefined ? {} : { orphan: { kind: 'held', problem: orphaned } };
  const bad = (problem: Problem): Record<string, Handle> => ({ ...held, content: { kind: 'problem', problem } });
  const content = contentOfDirectory({ facts, config }, dataset, reduce);
  if (content.kind === 'problem') return bad(content.problem);
  return {
    ...held,
    parameters: { kind: 'keyed', values: parametersOf(content) },
    // The file says where the raw frames lie: a home that was moved makes it say something else.
    place: { kind: 'keyed', values: { home: facts.home } },
    frames: { kind: 'members', noun: 'frame', members: keptFrames(content) },
    text: { kind: 'ignored', value: (published: string) => writePypeit({ ...content, paths: [rawOf(published)] }, content.head) },
  };
}

/** All of the file but where its raw frames lie; a problem where one stands in the way. */
function contentOfDirectory(archive: Archive, dataset: Dataset, reduce: string): Content | Failed {
  return archive.facts.once(`content of ${datasetName(dataset)} ${reduce}`, () => {
    const directory = reduceDirectories(archive.facts, dataset).find((each) => each.reduce === reduce);
    return directory?.problem === undefined ? contentOf(archive, dataset, directory?.custom) : failed(directory.problem);
  });
}

/** What the file of a target says; undefined where it cannot be written. */
export function contentAt(facts: Facts, config: DeimosConfig, at: Params): Content | undefined {
  const dataset = datasetOf(facts, config, at);
  const content = dataset === undefined ? undefined : contentOfDirectory({ facts, config }, dataset, at['reduce'] ?? '');
  return content === undefined || content.kind === 'problem' ? undefined : content;
}

/** The raw tree of a dataset, beside the reduce directory of a published .pypeit file. */
const rawOf = (published: string): string => `${published.split('/').slice(0, -3).join('/')}/raw`;
