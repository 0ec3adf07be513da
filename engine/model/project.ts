import type { Problem } from './problem.ts';
import type { Facts, Rule, SourceIndex } from './rule.ts';

/** A check of `adap doctor` that a set of rules brings. */
export type Check = { readonly name: string; readonly check: (facts: Facts) => readonly Problem[] };

/** A command that a set of rules brings: lines of text, or objects for `--json`. */
export type RuleCommand = {
  readonly name: string;
  /** One line for `adap --help`. */
  readonly summary: string;
  /** For `adap NAME --help`: one full command line each. */
  readonly examples: readonly string[];
  readonly run: (facts: Facts, args: readonly string[]) => Report;
};

export type Report = {
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly lines: readonly string[];
  readonly problems: readonly Problem[];
};

/** What an adapfile exports: what this archive wants. */
export type Project = {
  /** Where all targets lie; relative to the adapfile, or absolute. */
  readonly home: string;
  /** The folder of parameters and custom files; relative to the adapfile, or absolute. */
  readonly config: string;
  readonly source: SourceIndex;
  /** Less than the machine has, for builds on it. */
  readonly machine?: { readonly cpus?: number; readonly memoryGiB?: number; readonly scratchGiB?: number };
  /** What the rules were told, as JSON can hold it: a plan is remembered for the same settings only. */
  readonly settings?: unknown;
  readonly rules: readonly Rule[];
  /** Warnings about the facts as a whole, for a plan of everything; what concerns one target is a handle of that target. */
  readonly warnings?: (facts: Facts) => readonly Problem[];
  readonly commands?: readonly RuleCommand[];
  readonly checks?: readonly Check[];
};
