/**
 * The door to where a home's objects lie: whole objects by key, in one flat order. Asynchronous; all implementations pass
 * `test/contract/store.ts`. What it gives, and what it says was written, has been compared with what the store holds: a cut or
 * flipped answer is asked for again. What the store refuses for good is thrown as a `StoreRefusal`.
 */

import type { Found } from '../model/object.ts';

export type { Found };

/** Bytes that came or went since the last call. */
export type OnBytes = (bytes: number) => void;

export type Store = {
  /** Every object whose key begins so, sorted by key (code units of UTF-8). One request per 1,000. */
  list(prefix: string): Promise<readonly Found[]>;
  /** `ageMs`: since it was written, by the store's own clock. */
  stat(key: string): Promise<(Found & { readonly ageMs: number }) | undefined>;
  /** The whole of a small object. */
  read(key: string): Promise<{ readonly found: Found; readonly bytes: Uint8Array } | undefined>;
  /** Up to `bytes` bytes of that very object from `start`; undefined where another, or none, is there. */
  readPart(found: Found, start: number, bytes: number): Promise<Uint8Array | undefined>;
  /**
   * That very object into a file; goes on where an earlier fetch of it was cut off. Gives false, and leaves no file, where another object
   * is there now, or none. `sha256` (hex), where it is known, is compared as well.
   */
  fetch(found: Found, file: string, how?: { readonly sha256?: string; readonly onBytes?: OnBytes }): Promise<boolean>;
  write(key: string, bytes: Uint8Array): Promise<Found>;
  /** A file as it is: large ones in parts. */
  upload(key: string, file: string, how?: { readonly onBytes?: OnBytes }): Promise<Found>;
  /** Written only if the object there has this ETag, or if there is none: one of several who try at once succeeds. */
  commit(key: string, bytes: Uint8Array, expected: string | 'absent'): Promise<Found | 'conflict'>;
  /** Within the store. Undefined where that very object is not there any more. */
  copy(from: Found, to: string): Promise<Found | undefined>;
  remove(keys: readonly string[]): Promise<void>;
  /** Uploads in parts below a prefix that were begun so long ago, and never completed, are given up. Gives how many. */
  abandonUploads(prefix: string, olderThanMs: number): Promise<number>;
  close(): void;
};
