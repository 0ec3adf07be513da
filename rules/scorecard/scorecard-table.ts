import { worstFirst } from './verdict.ts';
import type { Judged, Verdict } from './verdict.ts';

const HEAD = ['verdict', 'dataset', 'frame', 'bad slits', 'detectors', 'objects', 'why'];

/** A table for a terminal, the worst frame first, with a sum behind it. A reduce directory is named where it is not `reduce`. */
export function scorecardTable(frames: readonly Judged[]): readonly string[] {
  if (frames.length === 0) return ['no frame was scored'];
  const rows = [
    HEAD,
    ...frames
      .toSorted(worstFirst)
      .map(({ row, verdict }) => [
        verdict.word,
        row.reduce_dir === 'reduce' ? row.dataset : `${row.dataset} ${row.reduce_dir}`,
        row.science_file,
        `${row.bad_slit_count}/${row.slit_count}`,
        String(row.det_count),
        String(row.object_count),
        verdict.reasons.join('; '),
      ]),
  ];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return [
    ...rows.map((cells) =>
      cells
        .map((cell, column) => placed(cell, column, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    sumOf(frames),
  ];
}

/** Numbers stand on the right of their column. */
const placed = (cell: string, column: number, width: number): string =>
  column >= 3 && column <= 5 ? cell.padStart(width) : cell.padEnd(width);

function sumOf(frames: readonly Judged[]): string {
  const count = (word: Verdict['word']): number => frames.filter(({ verdict }) => verdict.word === word).length;
  const words = (['failed', 'poor', 'good'] as const).filter((word) => count(word) > 0).map((word) => `${count(word)} ${word}`);
  return `${frames.length} ${frames.length === 1 ? 'frame' : 'frames'}: ${words.join(', ')}`;
}
