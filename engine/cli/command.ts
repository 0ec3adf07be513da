import type { ParseArgsOptionsConfig } from 'node:util';
import type { Wishes } from '../plan/plan.ts';
import type { Ask, Site } from '../plan/survey.ts';
import type { Memory } from '../plan/unmoved.ts';
import type { Cache } from '../records/cache.ts';
import type { World } from '../world.ts';

/** What every command is handed. */
export type Context = {
  readonly world: World;
  readonly cwd: string;
  /** Engine, rules and adapfile: every module that was loaded so far. */
  readonly modules: ReadonlySet<string>;
  readonly print: (line: string) => void;
  /** Text as it is, without an end of line. */
  readonly write: (text: string) => void;
  readonly complain: (line: string) => void;
  /** Overwrites itself on a terminal; nothing elsewhere. */
  readonly progress: (text: string) => void;
};

export type InProject = Context & { readonly site: Site; readonly cache: Cache };

export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One line of a `--help`: `-n, --dry-run` and what it does. */
export type OptionHelp = readonly [flags: string, does: string];

type Described = {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly optionHelp: readonly OptionHelp[];
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly options: ParseArgsOptionsConfig;
  /** What its words are, for completion: none where it is not given; a list is all that there are. */
  readonly words?: 'targets' | 'dataset' | 'shell' | 'none' | readonly string[];
  /** Called by adap itself and by shells: not in `adap --help`. */
  readonly isPlumbing?: true;
};

/** A row of the table that `--help`, the parser and completion share. Gives the exit code. */
export type Command = Described &
  (
    | {
        readonly needs: 'project';
        readonly run: (context: InProject, values: Values, words: readonly string[]) => Promise<number> | number;
      }
    | { readonly needs: 'nothing'; readonly run: (context: Context, values: Values, words: readonly string[]) => Promise<number> | number }
  );

/** What `build` was asked, dry or not. */
export type BuildRun = { readonly ask: Ask & Wishes; readonly memory: Memory; readonly values: Values };

/** Exit codes, for scripts. */
export const EXIT = { ok: 0, failed: 1, wrong: 2, stale: 3, interrupted: 130 } as const;

/** For a survey that may have many headers to read. */
export const withProgress = (context: InProject): InProject & { readonly onProgress: (headsRead: number) => void } => ({
  ...context,
  onProgress: (headsRead) => context.progress(`reading headers: ${headsRead}`),
});

export const listOf = (value: Values[string]): readonly string[] =>
  Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
