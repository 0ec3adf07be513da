import { styleText } from 'node:util';
import type { Finding, Verified } from '../run/verify.ts';
import { countWords, sizeWords } from './size-words.ts';

const COLOURS = { damaged: 'red', missing: 'red', edited: 'yellow', refused: 'red' } as const;

/** `damaged  up a  out/a.txt` */
export const findingLine = ({ target, path, is, code }: Finding): string =>
  `${styleText(COLOURS[is], is.padEnd(7))}  ${target ?? '(a record)'}  ${path}${code === undefined ? '' : ` (${code})`}`;

/** While it reads: `verifying: 12.3 GB of 56.7 GB`. */
export const verifyProgress = (doneBytes: number, ofBytes: number): string => `verifying: ${sizeWords(doneBytes)} of ${sizeWords(ofBytes)}`;

/** `verified 1,234 targets, 56.7 GB: 1 damaged` */
export function verifySum(verified: Verified): string {
  const counts = verifyCounts(verified);
  const wrong = (['damaged', 'missing', 'edited', 'refused'] as const).flatMap((is) =>
    counts[is] > 0 ? [`${countWords(counts[is])} ${is}`] : [],
  );
  const targets = verified.targets === 1 ? '1 target' : `${countWords(verified.targets)} targets`;
  return `verified ${targets}, ${sizeWords(verified.bytes)}: ${wrong.length === 0 ? 'all as recorded' : wrong.join(', ')}`;
}

export const verifySummary = (verified: Verified): string =>
  JSON.stringify({
    kind: 'summary',
    targets: verified.targets,
    bytes: verified.bytes,
    ...verifyCounts(verified),
    unnoted: verified.unnoted.length,
  });

function verifyCounts({ findings }: Verified): Readonly<Record<Finding['is'], number>> {
  const count = (word: Finding['is']): number => findings.filter(({ is }) => is === word).length;
  return { damaged: count('damaged'), missing: count('missing'), edited: count('edited'), refused: count('refused') };
}
