import type { Failure } from './cause.ts';
import type { Evidence } from './evidence.ts';
import type { Key } from './key.ts';
import type { OutputRecord } from './record.ts';
import type { Handle, MadeInput, Params } from './rule.ts';
import type { Stamp } from './stamp.ts';
import type { Address, Found } from './object.ts';
import type { HomePath, TargetId, TargetOutput } from './target.ts';
import type { Wants } from './wants.ts';

/** Everything that a process needs to make one target, as JSON: on this machine or on another. */
export type Order = {
  /** Tells this attempt from all others. */
  readonly attempt: string;
  readonly target: TargetId;
  readonly rule: string;
  readonly revision: number;
  readonly at: Params;
  readonly key: Key;
  /** Folder of the adapfile. */
  readonly root: string;
  readonly home: string;
  /** The home as all machines know it. */
  readonly named: string;
  readonly outputs: readonly TargetOutput[];
  readonly needs: Readonly<Record<string, Handle>>;
  /** Where the file of each need lies, absolute. */
  readonly paths: Readonly<Record<string, string>>;
  /** Files whose bytes may not change while it runs: absolute paths and the stamps that the key was computed under. */
  readonly inputs: readonly OrderedInput[];
  /** By need, what is recorded of the outputs of others. */
  readonly made: Readonly<Record<string, MadeInput>>;
  readonly wants: Wants;
  /** From 1; counts the tries of one build. */
  readonly tries: number;
  /** Of a home in a bucket: where its outputs are uploaded to; below the prefix, paths are those of the home. */
  readonly upload?: { readonly address: Address; readonly prefix: string };
  /** Between SIGTERM and SIGKILL. */
  readonly graceSeconds: number;
};

export type OrderedInput = { readonly path: string; readonly stamp: Stamp };

/** Of a home in a bucket: by member, the object that was made of it. */
export type Uploaded = Readonly<Record<HomePath, Found>>;

/** How an attempt ended, written last, whole or not at all. */
export type Manifest = { readonly order: Pick<Order, 'attempt' | 'target' | 'key' | 'tries'>; readonly evidence: Evidence } & (
  | { readonly kind: 'sealed'; readonly outputs: readonly OutputRecord[]; readonly uploaded?: Uploaded }
  | { readonly kind: 'failed'; readonly failure: Failure }
);
