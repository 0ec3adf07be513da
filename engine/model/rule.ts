import type { PolicyChanges } from './policy.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Problem } from './problem.ts';
import type { Wants } from './wants.ts';

/** Values of the names in braces of a rule's paths. */
export type Params = Readonly<Record<string, string>>;

/** Readable names to values as text: `flexure.spec_method` -> `slitcen`. What keys and reasons are made of. */
export type Flat = Readonly<Record<string, string>>;

/** One file of a source index, with what its reader made of it. */
export type Entry<About = unknown> = {
  /** Absolute. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Size, time and inode: what a hard link to it must share. */
  readonly stamp: string;
  /** SHA-256 of what stands for its content (its header, where that tells all that matters), hex. */
  readonly digest: string;
  readonly about: About;
};

/** A file that a source index could not use. */
export type LeftOut = { readonly path: string; readonly problem: Problem };

/** What the graph is computed from, besides the adapfile. Reading it has no effects. */
export type Facts = {
  /** All entries that the reader put into this group; no promised order. */
  group(key: string): readonly Entry[];
  /** Every group, sorted. A whole read of the index: a rule that was asked for one group must not call it. */
  groups(): readonly string[];
  /** Files that the reader had a problem with, sorted by path. */
  leftOut(): readonly LeftOut[];
  /** The config folder. Names are relative to it, with `/`. */
  readonly config: {
    /** Every file, sorted. */
    files(): readonly string[];
    /** The text (UTF-8) of one, or undefined where there is none. */
    text(name: string): string | undefined;
    /** Its path as the user would type it, for problems. */
    shown(name: string): string;
  };
  /** The home as all machines know it: its absolute path, or `s3://…`. Not a path to read below. */
  readonly home: string;
  /** Absolute: below it recipes find what they need of the home, by the same paths. */
  readonly here: string;
  /** Computed once per set of facts. */
  once<T>(key: string, make: () => T): T;
};

/** How files below the raw directories are found and read. `About` must survive JSON. */
export type SourceIndex = {
  /** Raised when `read` gives another result for the same bytes. */
  readonly revision: number;
  /** Absolute directories. */
  readonly roots: readonly string[];
  readonly matches: (fileName: string) => boolean;
  /**
   * Of a home in a bucket, which folders hold sources as well: those whose files are, those that are only gone through, and what is neither.
   * The path is below the home; the home itself is ''. Where it is not given, there are none.
   */
  readonly inHome?: (folder: string) => 'files' | 'folders' | 'nothing';
  /** Rules that lay sources out in the home: what `adap put` builds. */
  readonly laidOutBy?: readonly string[];
  /** `head(bytes)` gives the first bytes of the file, decompressed where it is gzip; fewer where the file is shorter. */
  readonly read: (path: string, head: (bytes: number) => Uint8Array) => Indexed;
};

/** What the reader of an index made of one file; `stands` are the bytes whose digest stands for its content. */
export type Indexed =
  | { readonly kind: 'entry'; readonly group: string; readonly about: unknown; readonly stands: Uint8Array }
  | { readonly kind: 'problem'; readonly problem: Problem };

/**
 * What a target needs, by name. Three classes of values: keyed ones may change the result, recorded ones are worth
 * knowing, ignored ones mean nothing to it (or are already told by a keyed one).
 */
export type Handle =
  /** Keyed; every name becomes a line of `why`: `flexure.spec_method: skip -> slitcen`. */
  | { readonly kind: 'keyed'; readonly values: Flat }
  /** Keyed like files: `frame DE.20060427.1.fits` added, removed, changed. Name -> what counts of it. */
  | {
      readonly kind: 'members';
      readonly noun: string;
      readonly members: Flat;
      /** Where they lie, absolute: they may not change while a recipe reads them. */
      readonly paths?: Flat;
    }
  | { readonly kind: 'recorded'; readonly values: Flat }
  /** For a rule that `runs`, the value must survive JSON. */
  | { readonly kind: 'ignored'; readonly value: unknown }
  /** An output of another target, by its bytes or by its meaning. */
  | {
      readonly kind: 'output';
      readonly rule: string;
      readonly at: Params;
      readonly output: string;
      readonly by: 'bytes' | 'meaning';
      /** Where that target cannot be made, what is published of it counts, or that nothing is: nobody waits for it. */
      readonly lacking?: 'goes-on';
    }
  /** A file outside the home, relative to the project or absolute; keyed by the digest of its bytes. */
  | { readonly kind: 'file'; readonly path: string }
  /** It cannot be made: a mistake of the user's, for this target alone. */
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** It must not be made before a person has decided. */
  | { readonly kind: 'held'; readonly problem: Problem };

/** What `writes` and `links` are handed for each need: the values, or a reader of the file. */
export type Given = {
  /** For keyed, members, recorded: the flat values; for ignored: the value. */
  value<T = Flat>(need: string): T;
  /** For output and file: the bytes. */
  bytes(need: string): Uint8Array;
  /** For output and file: the absolute path. */
  path(need: string): string;
  /** For members that have paths: by name. */
  files(need: string): Flat;
  /** For output: what is recorded of it; undefined where it is lacking. */
  made(need: string): MadeInput | undefined;
  /** Path of an output of this target once it is published, as all machines know it. */
  published(output: string): string;
  /** A text with the paths of this machine below the home put as all machines know them: in a directory they are the same. */
  named(text: string): string;
};

/** A published output of another target. */
export type MadeInput = {
  /** Its files, by path below the home; a file that is an output by itself is its only member. */
  readonly members: readonly InputMember[];
  readonly publishedAtMs: number;
  /** Of targets made by commands. */
  readonly evidence?: Evidence;
};

export type InputMember = { readonly path: string; /** SHA-256, hex. */ readonly digest: string; /** Bytes. */ readonly size: number };

/** A declared output: a file `{a}/x.txt`, or a tree `{a}/raw/`. */
export type Output = {
  readonly path: string;
  /** Digest of the meaning in place of that of the bytes, for those who need it `by: 'meaning'`. */
  readonly meaning?: (bytes: Uint8Array) => Flat;
  /** Of what kind it is, for those who want only that of all outputs. */
  readonly is?: 'log' | 'qa';
  /** For `runs`: an empty file, or a tree without files, is whole. */
  readonly mayBeEmpty?: boolean;
};

/** `name` may have folders in it. */
export type Link = {
  readonly name: string;
  readonly to: string;
  /** Of a hard link, SHA-256 of the bytes, where it is known: they are not read again. */
  readonly digest?: string;
};

/** How every target of one shape is made. */
export type Rule = {
  readonly name: string;
  /** Raised by hand when the same needs give other bytes than before. */
  readonly revision: number;
  readonly makes: Readonly<Record<string, Output>>;
  /** Its output is a pure function of facts, and cheap: it is computed while planning, too, so that what needs it is planned exactly. */
  readonly foreseen?: boolean;
  /** Every target there is, given what is already known of its params (`{ mask: 'HDa06DB' }`); pure. */
  readonly each: (facts: Facts, where: Params) => readonly Params[];
  /** Pure and cheap; only called for what was asked for. */
  readonly needs: (at: Params, facts: Facts) => Readonly<Record<string, Handle>>;
  /** The row of a table that this target belongs to: `HDa06DB/600ZD_8000_GG455/2006-04-27`. */
  readonly subject: (at: Params) => string;
  /** What follows the rule's name in messages; the subject where it is not given. */
  readonly title?: (at: Params) => string;
  /** For a target that is no longer asked for: the targets of this or another rule that replace it. None: it is kept, and said. */
  readonly successors?: (at: Params, facts: Facts) => readonly { readonly rule: string; readonly at: Params }[];
} & Recipe;

export type Recipe =
  /** Bytes by name of the output. */
  | {
      readonly kind: 'writes';
      /** `found` is told what the contents say of the thing itself, whatever the build did: kept in the record, shown by `status`. */
      readonly writes: (given: Given, found: (finding: Finding) => void) => Contents | Promise<Contents>;
    }
  /** One tree of links, to files outside the home, or to what other targets made. */
  | { readonly kind: 'links'; readonly mode: 'symlink' | 'hard'; readonly links: (given: Given) => readonly Link[] }
  /** Commands, in a process of their own that outlives adap. */
  | {
      readonly kind: 'runs';
      readonly runs: (run: Run) => Promise<void>;
      /** What one attempt may use; one processor and no limits but 7 days where it is not given. */
      readonly wants?: (at: Params, facts: Facts) => Partial<Wants>;
      /** Called when the commands have ended well: is what they made whole? */
      readonly complete?: (made: MadeOutputs) => Completeness | Promise<Completeness>;
      /** Lines of the log that a person wants to see first. */
      readonly matters?: (line: string) => boolean;
      /** A listener to its log, line by line, that says how far it is. */
      readonly progress?: () => LogProgress;
      /** Where it differs from the policy of every rule. */
      readonly policy?: PolicyChanges;
      /** Between SIGTERM and SIGKILL, when it is cancelled or its time is over; 10 where it is not given. */
      readonly graceSeconds?: number;
    };

export type LogProgress = {
  hear(line: string): void;
  /** A few words: `frame 1/2, DET03, slit 873`; empty while there is nothing to say. */
  words(): string;
};

/** What a recipe of commands is handed. */
export type Run = Given & {
  /** zx's: commands by bash, in `folder`, printing into the log of the attempt. A command that ends badly throws. */
  readonly $: Shell;
  /** An empty folder: the place of the outputs, by the same relative paths as in the home. */
  readonly folder: string;
  /** Absolute path by name of output, below `folder`. */
  readonly makes: Readonly<Record<string, string>>;
  /** A line for the log. */
  readonly say: (line: string) => void;
};

/** The part of zx's `$` that recipes are promised. */
export type Shell = {
  (pieces: TemplateStringsArray, ...values: readonly unknown[]): Promise<Ran>;
  (options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly nothrow?: boolean;
    readonly input?: string;
  }): Shell;
};

/** Of what a command printed, the first megabyte; the log has more. */
export type Ran = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };

export type MadeOutputs = Given & { readonly makes: Run['makes'] };

export type Completeness = {
  /** What is not whole, one line each: none, and it is complete. */
  readonly missing: readonly string[];
  /** It is whole, and yet a person should know this. */
  readonly caveats?: readonly string[];
};

export type RunsRule = Rule & Extract<Recipe, { kind: 'runs' }>;

export type Contents = Readonly<Record<string, string | Uint8Array>>;
