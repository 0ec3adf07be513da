import type { Problem } from '../model/problem.ts';

/** The words for what is wrong with a request or with what a target needs. */
export const noRule = (asked: string, nearest: string | undefined): Problem => ({
  code: 'no-rule',
  says: `nothing makes ${asked}, and there is no such file${nearest === undefined ? '' : `\n  nearest: ${nearest}`}`,
  try: nearest === undefined ? 'adap list' : `adap list '${nearest}'`,
});

export const noStage = (asked: string, stages: readonly string[]): Problem => ({
  code: 'no-stage',
  says: `no stage ${asked}; there are ${stages.join(', ')}`,
  try: `adap build --stage ${stages[0] ?? ''}`,
});

export const inputMissing = (path: string): Problem => ({
  code: 'input-missing',
  says: `no file ${path}`,
  file: path,
  try: `ls -l ${path}`,
});

export const unsafePath = (path: string): Problem => ({
  code: 'unsafe-path',
  says: `the output ${JSON.stringify(path)} would not lie in the home`,
  file: path,
  try: 'see which name of it comes from outside, and correct that',
});

export const outputsOverlap = (path: string, one: string, other: string): Problem => ({
  code: 'outputs-overlap',
  says: `${one} and ${other} both make ${path}`,
  try: 'give one of the two rules another path',
});
