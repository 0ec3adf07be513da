import type { Problem } from '../model/problem.ts';
import { problemText } from './problem-text.ts';

/** Of many warnings of one kind the first few are enough to act on; the rest are counted. */
const SHOWN = 2;

export function warningLines(warnings: readonly Problem[]): string[] {
  const byCode = new Map<string, Problem[]>();
  for (const problem of warnings) byCode.set(problem.code, [...(byCode.get(problem.code) ?? []), problem]);
  return Array.from(byCode.values(), (problems) => {
    const more = problems.length - SHOWN;
    const shown = problems.slice(0, more > 1 ? SHOWN : problems.length).map((problem) => problemText(problem, 'warning'));
    return [...shown, ...(more > 1 ? [`warning[${problems[0]?.code ?? ''}]: and ${more} more (adap doctor lists them)`] : [])];
  }).flat();
}
