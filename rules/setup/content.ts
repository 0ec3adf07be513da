import { failed } from 'adap';
import type { Failed, Facts, Problem } from 'adap';
import { datasetName } from '../datasets.ts';
import type { Dataset } from '../datasets.ts';
import { rawNameTwice } from '../frames/problems.ts';
import { isPlaced } from '../frames/usable.ts';
import { linesOf, readConfig } from '../pypeit/config-obj.ts';
import type { Config } from '../pypeit/config-obj.ts';
import { readPypeit } from '../pypeit/pypeit-file.ts';
import type { PypeitFile } from '../pypeit/pypeit-file.ts';
import type { Archive, CustomFile } from './custom-files.ts';
import { excludedFrames } from './excluded.ts';
import { COLUMNS, frameRows, setupBlock, tableFrames } from './frame-table.ts';
import { cellWithBar, configFileMissing, customFrameMissing, noArc } from './problems.ts';

export const DEFAULTS = 'default_pypeit_config';

/** All of a .pypeit file but where the raw frames lie; and the remarks at its top. */
export type Content = Omit<PypeitFile, 'paths'> & { readonly head: readonly string[] };

/** From the defaults, from a parameter file of one's own, or from a whole .pypeit file of one's own. */
export function contentOf({ facts, config: archive }: Archive, dataset: Dataset, custom: CustomFile | undefined): Content | Failed {
  if (custom?.kind === 'pypeit') return fromPypeit(facts, dataset, custom);
  const name = custom?.name ?? DEFAULTS;
  const config = parameters(facts, name);
  if (config.kind === 'problem') return config;
  const frames = dataset.frames.map(({ about }) => about);
  const bad = withBar(dataset) ?? namedTwice(dataset);
  if (bad !== undefined) return failed(bad);
  const rows = frameRows(frames, excludedFrames(facts), archive.selection ?? 'as-published');
  const isAnyArc = rows.some(({ state, cells }) => state === 'kept' && cells['frametype'] === 'arc,tilt');
  if (!isAnyArc) return failed(noArc(datasetName(dataset)));
  return {
    kind: 'pypeit',
    head: headOf(dataset, facts.config.shown(name)),
    parameters: config.root,
    setup: setupBlock(frames),
    columns: COLUMNS,
    rows,
  };
}

const headOf = (dataset: Dataset, from: string): readonly string[] => [
  `PypeIt input file of ${datasetName(dataset)}, written by adap; do not edit it`,
  `parameters: ${from}`,
];

/** Read once a plan. */
const parameters = (facts: Facts, name: string): Config | Failed =>
  facts.once(`parameters ${name}`, () => {
    const text = facts.config.text(name);
    return text === undefined ? failed(configFileMissing(facts.config.shown(name))) : readConfig(linesOf(text), facts.config.shown(name));
  });

function fromPypeit(facts: Facts, dataset: Dataset, custom: CustomFile): Content | Failed {
  const shown = facts.config.shown(custom.name);
  const text = facts.config.text(custom.name);
  if (text === undefined) return failed(configFileMissing(shown));
  const file = readPypeit(text, shown);
  if (file.kind === 'problem') return file;
  const there = new Set(dataset.frames.filter(({ about }) => isPlaced(about)).map(({ about }) => about.filename));
  const missing = file.rows.find(({ state, cells }) => state === 'kept' && !there.has(cells['filename'] ?? ''));
  if (missing !== undefined)
    return failed(customFrameMissing({ file: shown, line: missing.line }, missing.cells['filename'] ?? '', datasetName(dataset)));
  return { ...file, head: headOf(dataset, shown) };
}

/** Two different frames of one name: the raw tree can hold only one. */
function namedTwice(dataset: Dataset): Problem | undefined {
  const byName = new Map<string, string>();
  for (const { about, path } of dataset.frames.filter((entry) => isPlaced(entry.about))) {
    const other = byName.get(about.filename);
    if (other !== undefined) return rawNameTwice(about.filename, other, path);
    byName.set(about.filename, path);
  }
  return undefined;
}

/** A cell of the table cannot hold a bar. */
function withBar(dataset: Dataset): Problem | undefined {
  for (const frame of tableFrames(dataset.frames.map(({ about }) => about))) {
    for (const [card, value] of [
      ['TARGNAME', frame.target],
      ['SLMSKNAM', frame.decker],
      ['LAMPS', frame.lampstat01],
    ] as const) {
      if (value?.includes('|') === true) return cellWithBar(frame.filename, card, value);
    }
  }
  return undefined;
}
