import type { Handle, Params, Rule } from './rule.ts';

/** Rule and title, as printed: `setup HDa06DB/600ZD_8000_GG455/2006-04-27`. Any path of an output finds it, too. */
export type TargetId = string;

/** A path below the home, with `/`; a tree ends in `/`. */
export type HomePath = string;

export type TargetOutput = { readonly name: string; readonly path: HomePath; readonly isTree: boolean };

/** A rule for one set of parameters. */
export type Target = {
  readonly id: TargetId;
  readonly rule: Rule;
  readonly at: Params;
  readonly subject: string;
  readonly outputs: readonly TargetOutput[];
  readonly needs: Readonly<Record<string, Handle>>;
  /** Whose outputs it needs. */
  readonly inputs: readonly Target[];
};

/** Inputs come before those that need them. */
export type Graph = {
  readonly targets: readonly Target[];
  readonly byId: ReadonlyMap<TargetId, Target>;
};

export const titleOf = (rule: Rule, at: Params): string => (rule.title ?? rule.subject)(at);

export const idOf = (rule: Rule, at: Params): TargetId => `${rule.name} ${titleOf(rule, at)}`;
