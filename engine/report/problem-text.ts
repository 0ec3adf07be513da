import type { Problem } from '../model/problem.ts';

/** A problem as the user reads it: code, facts, place, and the next thing to type. */
export function problemText(problem: Problem, as: 'error' | 'warning' = 'error'): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const isTold = place === '' || (problem.line === undefined && problem.says.includes(place));
  return [
    `${as}[${problem.code}]: ${problem.says}`,
    ...(isTold ? [] : [`  at: ${place}`]),
    ...(problem.card === undefined ? [] : [`  card: ${problem.card}`]),
    ...(problem.try === undefined ? [] : [`  try: ${problem.try}`]),
  ].join('\n');
}

/** In one line, for a row of a table or of a running build. */
export const problemLine = (problem: Problem): string => {
  const place = problem.file !== undefined && problem.line !== undefined ? `${problem.file}:${problem.line}: ` : '';
  return `${place}${problem.says.split('\n')[0] ?? ''} [${problem.code}]`;
};
