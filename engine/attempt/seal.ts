/** Is what a recipe left behind whole? Pure: what lies there is handed in. */
import type { Completeness } from '../model/rule.ts';
import type { TargetOutput } from '../model/target.ts';

/** A declared output as it lies in the attempt. */
export type Lying = {
  readonly output: TargetOutput;
  readonly is: 'missing' | 'file' | 'folder' | 'link' | 'other';
  /** Of a file; of a tree, of all files in it. */
  readonly bytes: number;
  readonly mayBeEmpty: boolean;
  /** What in it cannot be published, one line each. */
  readonly flaws: readonly string[];
};

/** One line for each output that is not there, not of its kind, or empty. */
export const notWhole = (outputs: readonly Lying[]): string[] =>
  outputs.flatMap(({ output, is, bytes, mayBeEmpty, flaws }) => {
    if (is === 'missing') return [`${output.path} is missing`];
    if (output.isTree && is !== 'folder') return [`${output.path} is no folder`];
    if (!output.isTree && is === 'folder') return [`${output.path} is a folder`];
    if (is === 'other') return [`${output.path} is no file`];
    return bytes === 0 && is !== 'link' && !mayBeEmpty ? [`${output.path} is empty`] : flaws;
  });

/** The rule is asked only when all that it declared lies there. */
export const verdictOf = (lying: readonly string[], complete: Completeness | undefined): Required<Completeness> =>
  lying.length > 0 ? { missing: lying, caveats: [] } : { missing: complete?.missing ?? [], caveats: complete?.caveats ?? [] };
