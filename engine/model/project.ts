import type { Cluster } from './cluster.ts';
import type { Problem } from './problem.ts';
import type { TargetRecord } from './record.ts';
import type { Facts, Params, Rule, SourceIndex } from './rule.ts';

/** A check of `adap doctor` that a set of rules brings: what is well, in words, and what is not. */
export type Check = { readonly name: string; readonly check: (facts: Facts) => readonly (Problem | { readonly says: string })[] };

/** A command that a set of rules brings: lines of text, or objects for `--json`. It builds nothing. */
export type RuleCommand = {
  readonly name: string;
  /** One line for `adap --help`. */
  readonly summary: string;
  /** For `adap NAME --help`: one full command line each. */
  readonly examples: readonly string[];
  /** By name, beside `--json`; `value` is what its value is called, where it has one: `DEST`. */
  readonly options?: Readonly<Record<string, { readonly value?: string; readonly does: string }>>;
  /** How its words are called: `DATASET`. */
  readonly words?: string;
  readonly run: (asked: Asked) => Report | Promise<Report>;
};

export type Asked = {
  readonly facts: Facts;
  readonly words: readonly string[];
  /** Of those that were given: the value, or '' of one without. */
  readonly options: Readonly<Record<string, string>>;
  /** Absolute: paths that a user types are relative to it. */
  readonly cwd: string;
  /** Absolute: the folder of parameters and custom files. */
  readonly config: string;
  /** The words as names of targets' subjects: paths in the home are understood, a trailing slash is dropped. */
  readonly subjects: readonly string[];
  /** A folder of this machine for what can be made anew at any time. */
  readonly cache: string;
  /** Makes files and folders of the home (paths below it) readable below `facts.here`, until the command ends. */
  readonly fetch: (paths: readonly string[]) => Promise<void>;
  /** All targets as they stand, judged as `build -n` judges them, inputs first. */
  readonly targets: () => readonly StandingTarget[];
};

/** A target, its state in one word, and what is remembered of it. */
export type StandingTarget = {
  readonly id: string;
  readonly rule: string;
  readonly at: Params;
  readonly subject: string;
  readonly state: 'fresh' | 'stale' | 'failed' | 'held' | 'blocked';
  /** Why it is not fresh, in words; empty where it is. */
  readonly says: string;
  /** Of what lies in the home, whether it is fresh or not. */
  readonly record: TargetRecord | undefined;
  /** Of the last attempt, where it failed. */
  readonly failure: { readonly cause: string; readonly says: string; readonly lastLines: readonly string[] } | undefined;
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
  /** The Redis of its queue, `redis://HOST:PORT`; else the environment's ADAP_REDIS, else that on its cluster, else one of its own on this machine. */
  readonly redis?: string;
  /** Kubernetes, for `build --executor kubernetes` and `adap cluster`. */
  readonly cluster?: Cluster;
  /** What the rules were told, as JSON can hold it: a plan is remembered for the same settings only. */
  readonly settings?: unknown;
  readonly rules: readonly Rule[];
  /** Warnings about the facts as a whole, for a plan of everything; what concerns one target is a handle of that target. */
  readonly warnings?: (facts: Facts) => readonly Problem[];
  readonly commands?: readonly RuleCommand[];
  readonly checks?: readonly Check[];
};
