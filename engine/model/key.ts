import type { Flat } from './rule.ts';
import type { TargetId } from './target.ts';

/** Everything that may change a target's bytes, by readable names; the key is the digest of it. */
export type KeyParts = {
  readonly revision: number;
  /** `flexure.spec_method` -> `skip` */
  readonly values: Flat;
  /** `frame DE.20060427.1.fits`, `in/a.txt` -> digest, or what counts of it. */
  readonly inputs: Flat;
  /** Which target makes an input; those not named come from outside. */
  readonly madeBy: Readonly<Record<string, TargetId>>;
};

export type Key = string;

/** The same parts in any order give the same text, different ones never do: names and values are quoted. */
export function keyText(rule: string, parts: KeyParts): string {
  return JSON.stringify([rule, parts.revision, sorted(parts.values), sorted(parts.inputs)]);
}

const sorted = (flat: Flat): [string, string | undefined][] =>
  Object.keys(flat)
    .toSorted()
    .map((name) => [name, flat[name]]);
