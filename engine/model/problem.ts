/**
 * Something wrong in the user's world, as data: what, where, and the way out. A bug in adap is thrown instead.
 * Every code has a heading in docs/problems.md.
 */
export type Problem = {
  /** Stable, kebab-case: `no-rule`. */
  readonly code: string;
  /** Lower case, one line, no full stop: `nothing makes out/b.txt, and there is no such file`. */
  readonly says: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** The entry of a file's header, where that is the place. */
  readonly card?: string;
  /** The way out: the next thing to type, or to change. */
  readonly try?: string;
};

export type Failed = { readonly kind: 'problem'; readonly problem: Problem };

export const failed = (problem: Problem): Failed => ({ kind: 'problem', problem });
