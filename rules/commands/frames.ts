import type { Problem, RuleCommand } from 'adap';
import type { DeimosConfig } from '../config.ts';
import { datasetName, datasets } from '../datasets.ts';
import type { Frame } from '../frames/frame.ts';
import { isPlaced, isUsable } from '../frames/usable.ts';

/** The raw frames, how each is typed and grouped, with the reason for those left out. */
export const framesCommand = (config: DeimosConfig): RuleCommand => ({
  name: 'frames',
  summary: 'the raw frames: type, dataset, and why some are left out',
  examples: ['adap frames', 'adap frames HDa06DB', 'adap frames --left-out'],
  run(facts, args) {
    const prefixes = args.filter((arg) => !arg.startsWith('-'));
    const isLeftOutOnly = args.includes('--left-out');
    const rows = [
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
    ].filter(
      (row) =>
        (prefixes.length === 0 || prefixes.some((prefix) => row.dataset.startsWith(prefix))) &&
        (!isLeftOutOnly || row.state.startsWith('left out')),
    );
    const widths = (['dataset', 'frame', 'type'] as const).map((name) => Math.max(0, ...rows.map((row) => row[name].length)));
    const lines = rows.map((row) =>
      [row.dataset, row.frame, row.type, row.state]
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    const leftOut = rows.filter((row) => row.state.startsWith('left out')).length;
    return { rows, lines: [...lines, `${rows.length} frames, ${leftOut} left out`], problems: [] };
  },
});

function stateOf(frame: Frame, isComplete: boolean): string {
  if (frame.frametype === 'bias') return 'left out: bias frame';
  if (frame.frametype === 'None')
    return `left out: unknown type (OBSTYPE ${frame.idname ?? 'missing'}, HATCHPOS ${frame.hatch ?? 'missing'}, LAMPS ${frame.lampstat01 ?? 'missing'}, MOSMODE ${frame.mode ?? 'missing'})`;
  const use = isPlaced(frame) && !isUsable(frame) ? ', not used in the .pypeit file' : '';
  return `${isComplete ? 'complete' : 'incomplete'}${use}`;
}

const said = (problem: Problem): string => `${problem.says} [${problem.code}]`;
