import type { Facts, Problem, RuleCommand } from 'adap';
import type { DeimosConfig } from '../config.ts';
import { datasetName, datasets } from '../datasets.ts';
import type { Frame } from '../frames/frame.ts';
import { noFrames } from '../frames/problems.ts';
import { isPlaced, unusableFor } from '../frames/usable.ts';

/** The raw frames, how each is typed and grouped, with the reason for those left out. */
export const framesCommand = (config: DeimosConfig): RuleCommand => ({
  name: 'frames',
  summary: 'the raw frames: type, dataset, and why some are left out',
  examples: ['adap frames', 'adap frames HDa06DB', 'adap frames --left-out'],
  options: { 'left-out': { does: 'only those that are left out' } },
  words: 'DATASET',
  run({ facts, subjects: wanted, options }) {
    const all = allRows(facts, config);
    const rows = all.filter(
      (row) =>
        (wanted.length === 0 || wanted.some((prefix) => isBelow(row.dataset, prefix))) &&
        (options['left-out'] === undefined || row.state.startsWith('left out')),
    );
    const problems = wanted.filter((prefix) => !all.some((row) => isBelow(row.dataset, prefix))).map(noFrames);
    return { rows, lines: problems.length > 0 && rows.length === 0 ? [] : linesOf(rows), problems };
  },
});

type Row = { readonly dataset: string; readonly frame: string; readonly type: string; readonly state: string; readonly path: string };

/** Each frame once: those of datasets, then those that could not be read or placed. */
const allRows = (facts: Facts, config: DeimosConfig): readonly Row[] => [
  ...datasets(facts, config).flatMap((dataset) =>
    dataset.frames.map(({ path, about }) => ({
      dataset: datasetName(dataset),
      frame: about.filename,
      type: about.frametype,
      state: stateOf(about, dataset.isComplete),
      path,
    })),
  ),
  ...facts.leftOut().map(({ path, problem }) => ({
    dataset: '',
    frame: path.slice(path.lastIndexOf('/') + 1),
    type: '',
    state: `left out: ${said(problem)}`,
    path,
  })),
];

const isBelow = (dataset: string, prefix: string): boolean => dataset === prefix || dataset.startsWith(`${prefix}/`);

function linesOf(rows: readonly Row[]): readonly string[] {
  const width = (name: 'dataset' | 'frame' | 'type'): number => rows.reduce((most, row) => Math.max(most, row[name].length), 0);
  const [dataset, frame, type] = [width('dataset'), width('frame'), width('type')];
  const leftOut = rows.filter((row) => row.state.startsWith('left out')).length;
  return [
    ...rows.map((row) => `${row.dataset.padEnd(dataset)}  ${row.frame.padEnd(frame)}  ${row.type.padEnd(type)}  ${row.state}`.trimEnd()),
    `${rows.length} frames, ${leftOut} left out`,
  ];
}

function stateOf(frame: Frame, isComplete: boolean): string {
  if (frame.frametype === 'bias') return 'left out: bias frame';
  if (!isPlaced(frame))
    return `left out: unknown type (OBSTYPE ${frame.idname ?? 'missing'}, HATCHPOS ${frame.hatch ?? 'missing'}, LAMPS ${frame.lampstat01 ?? 'missing'}, MOSMODE ${frame.mode ?? 'missing'}, ELAPTIME ${frame.exptimeSeconds ?? 'missing'})`;
  const unusable = unusableFor(frame);
  return `${isComplete ? 'complete' : 'incomplete'}${unusable === undefined ? '' : `, not used in the .pypeit file (${unusable})`}`;
}

const said = (problem: Problem): string => `${problem.says} [${problem.code}]`;
