import { readFileSync } from 'node:fs';
import type { MadeFrame } from './make-frames.ts';
import { CHECKOUT } from './project.ts';

/** What the original scripts made of the same frames: recorded, never edited. See docs/differences.md. */
const read = (path: string): unknown => JSON.parse(readFileSync(`${CHECKOUT}/test/fixtures/${path}`, 'utf8'), asWritten);

/** A frame number `7.0` is not `7`: its digits are kept. */
function asWritten(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return key === 'FRAMENO' && typeof value === 'number' ? { bare: context?.source ?? String(value) } : value;
}

export type RealDataset = { readonly dataset: string; readonly frames: readonly MadeFrame[] };
export const realDatasets = (): readonly RealDataset[] => read('koa-frames.json') as RealDataset[];
export const realFrames = (): readonly MadeFrame[] => realDatasets().flatMap(({ frames }) => frames);

/** Directory -> file names. */
export const reorg = (): Readonly<Record<string, readonly string[]>> => read('oracle/reorg.json') as Record<string, string[]>;

type Written = {
  readonly params: number | string;
  readonly setup: readonly string[];
  readonly columns: readonly string[] | 'default';
  readonly rows: readonly (string | readonly string[])[];
};
export type Trim = { readonly params: readonly string[]; readonly datasets: Readonly<Record<string, Readonly<Record<string, Written>>>> };
export const trim = (name: 'trim-default' | 'trim-custom'): Trim => read(`oracle/${name}.json`) as Trim;

export type TrimParams = {
  readonly dataset: string;
  readonly reduce: string;
  readonly params: string;
  readonly filenames: readonly string[];
  readonly frames_of: string;
};
export const trimParams = (): Readonly<Record<string, TrimParams>> => read('oracle/trim-params.json') as Record<string, TrimParams>;

export type HardReorg = {
  readonly case: string;
  readonly what: string;
  readonly frames: readonly MadeFrame[];
  readonly runs: readonly {
    readonly args: readonly string[];
    readonly sources: readonly string[];
    readonly error: unknown;
    readonly tree: Readonly<Record<string, string | null>>;
    readonly report: readonly string[] | null;
  }[];
};
export const hardReorg = (): readonly HardReorg[] => read('oracle/hard-reorg.json') as HardReorg[];

export type HardTrim = {
  readonly case: string;
  readonly what: string;
  readonly frames: readonly MadeFrame[];
  readonly config?: Readonly<Record<string, string>>;
  readonly exclude?: string;
  readonly masks: readonly string[];
  readonly error: unknown;
  readonly result?: Readonly<Record<string, Readonly<Record<string, Written>>>>;
  /** Path -> whole file, where the exact layout was recorded. */
  readonly verbatim?: Readonly<Record<string, string>>;
};
export const hardTrim = (): readonly HardTrim[] => read('oracle/hard-trim.json') as HardTrim[];
