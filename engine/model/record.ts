import type { Cause } from './cause.ts';
import type { Evidence } from './evidence.ts';
import type { Key, KeyParts } from './key.ts';
import type { Finding } from './finding.ts';
import type { Flat, Params } from './rule.ts';
import type { Stamp } from './stamp.ts';
import type { HomePath, TargetId } from './target.ts';
import type { Wants } from './wants.ts';

/** One file, link or folder of a published output. */
export type MemberRecord = {
  readonly path: HomePath;
  readonly stamp: Stamp;
  /** SHA-256 of the bytes, hex; of the text of a link; empty for a folder, whose members are listed by themselves. */
  readonly digest: string;
};

export type OutputRecord = {
  readonly name: string;
  readonly path: HomePath;
  /** Of the bytes; of a tree, of its members. */
  readonly digest: string;
  readonly meaning?: Flat;
  readonly members: readonly MemberRecord[];
};

/** What is remembered of a published target. A record in its place is the commit. */
export type TargetRecord = {
  readonly target: TargetId;
  readonly rule: string;
  readonly at: Params;
  readonly key: Key;
  readonly parts: KeyParts;
  /** Worth knowing, never compared. */
  readonly recorded: Flat;
  readonly outputs: readonly OutputRecord[];
  /** When the stamps were taken, ms since 1970: what is not older than this by 50 ms is read again. */
  readonly stampedAtMs: number;
  readonly publishedAtMs: number;
  /** In a bucket, which holder of the lock published it. */
  readonly fence?: number;
  /** In a bucket, while it is being laid out: by member, where its bytes lie instead, below the home. */
  readonly lies?: Readonly<Record<HomePath, HomePath>>;
  /** Of targets made by commands: what the attempt used, ran and printed. */
  readonly evidence?: Evidence;
  readonly finding?: Finding;
};

/** The last attempts at a target, where they failed. */
export type FailureRecord = {
  readonly target: TargetId;
  readonly key: Key;
  /** What the recorded needs said (installed versions): a failure does not hold in another environment. */
  readonly environment: Flat;
  readonly cause: Cause;
  readonly says: string;
  readonly atMs: number;
  /** Whether a build leaves it at that, or tries again. */
  readonly after: 'holds' | 'next-build';
  /** Attempts in a row that failed by the target's own doing, for this key. */
  readonly ownFailures: number;
  /** What another try was to get: should the builder be killed before it, the next one need not find out again. */
  readonly asks?: Wants;
  readonly evidence?: Evidence;
};
