import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Asked, Problem, Report, RuleCommand, StandingTarget } from 'adap';
import { deliver } from '../archive/deliver.ts';
import type { Delivered } from '../archive/deliver.ts';
import { lacks } from '../archive/lacks.ts';
import type { MaskPart } from '../archive/mask-part.ts';
import { deliveryLink, deliveryOption, noMask } from '../archive/problems.ts';
import type { MaskOf } from '../archive/tables.ts';
import { ARCHIVE } from '../layout.ts';
import { notBuilt } from './problems.ts';
import { filesOf } from './scorecard.ts';
import { writeWhole } from './write-whole.ts';

/** What the archive lacks; and the archive, or some masks of it, brought to a disk. It builds nothing: `adap build archive` does. */
export const archiveCommand = (): RuleCommand => ({
  name: 'archive',
  summary: 'what the archive for KOA lacks, and why; copies of it',
  examples: [
    'adap archive',
    'adap archive --copy /media/koa',
    'adap archive --subdirs HDa06DB,act60 --copy /media/koa --report delivery.txt',
  ],
  words: 'MASK',
  options: {
    copy: { value: 'DEST', does: 'bring a folder to what the archive holds' },
    link: { value: 'DEST', does: 'the same by symbolic links' },
    subdirs: { value: 'MASK,…', does: 'of these masks, and of those that are there already' },
    report: { value: 'FILE', does: 'write what is lacking, missing and without a place to a file' },
  },
  async run(asked) {
    const { copy, link, report } = asked.options;
    if (copy !== undefined && link !== undefined) return problem(deliveryOption());
    const masks = [...asked.words, ...(asked.options['subdirs'] ?? '').split(',')]
      .map((mask) => mask.replace(/\/+$/, ''))
      .filter((mask) => mask !== '');
    const standing = asked.targets();
    const isWanted = ({ at }: StandingTarget): boolean => masks.length === 0 || masks.includes(at['mask'] ?? '');
    const unknown = masks.find((mask) => !standing.some(({ rule, at }) => rule === 'archive' && at['mask'] === mask));
    if (unknown !== undefined) return problem(noMask(unknown));
    const lines = [...lacks(standing.filter(isWanted))];
    const to = copy ?? link;
    if (to === undefined) return written(asked, report, { lines, problems: [] });
    // A mask that was brought before is kept up to date: the tables there are of all that lies there.
    const isThere = ({ at }: StandingTarget): boolean => existsSync(`${resolve(asked.cwd, to)}/${at['mask'] ?? ''}`);
    if (link !== undefined && asked.facts.home !== asked.facts.here) return problem(deliveryLink(asked.facts.home));
    const published = standing.filter(
      (target) => target.rule === 'archive-part' && target.record !== undefined && (isWanted(target) || isThere(target)),
    );
    await asked.fetch(filesOf(published));
    const parts = published.map((target) => partOf(asked, target));
    if (parts.length === 0) return problem(notBuilt(masks.join(', ') || 'any mask', 'archive'));
    await asked.fetch(parts.flatMap(({ part }) => Object.keys(part.digests).map((path) => `${ARCHIVE}/${path}`)));
    const delivered = await deliver({
      archive: `${asked.facts.here}/${ARCHIVE}`,
      parts,
      to: resolve(asked.cwd, to),
      by: copy === undefined ? 'link' : 'copy',
    });
    return written(asked, report, { lines: [...lines, ...deliveredLines(delivered, parts, to)], problems: delivered.problems });
  },
});

const problem = (found: Problem): Report => ({ rows: [], lines: [], problems: [found] });

const partOf = ({ facts }: Asked, { at, record }: StandingTarget): MaskOf => ({
  mask: at['mask'] ?? '',
  part: JSON.parse(readFileSync(`${facts.here}/${record?.outputs[0]?.path ?? ''}`, 'utf8')) as MaskPart,
});

function deliveredLines(
  { copied, unchanged, bytes, foreign, problems }: Delivered,
  parts: readonly MaskOf[],
  to: string,
): readonly string[] {
  const missing = parts.flatMap(({ mask, part }) => part.missing.map((line) => `  ${mask}: ${line}`));
  return [
    `${to}: ${copied} files brought (${(bytes / 1e9).toFixed(3)} GB), ${unchanged} were there; ${parts.length} masks${problems.length > 0 ? '; it is not whole' : ''}`,
    ...(missing.length > 0 ? ['missing in the products:', ...missing] : []),
    ...(foreign.length > 0 ? ['kept, and of no mask that was brought:', ...foreign.map((path) => `  ${path}`)] : []),
  ];
}

/** Whole, or not at all. */
function written({ cwd }: Asked, file: string | undefined, { lines, problems }: Pick<Report, 'lines' | 'problems'>): Report {
  const rows = lines.map((line) => ({ line: line.trim() }));
  if (file === undefined) return { rows, lines, problems };
  const path = resolve(cwd, file);
  const refused = writeWhole(path, file, `${lines.join('\n')}\n`);
  return refused === undefined ? { rows, lines: [...lines, `wrote ${file}`], problems } : { rows, lines, problems: [...problems, refused] };
}
