import { failed } from 'adap';
import type { Problem } from 'adap';
import { headerTooLong, headerTruncated, notFits } from './problems.ts';

/** Values of cards by keyword; an undefined value (`KEY =`) and a missing card are both left out. */
export type Header = {
  readonly kind: 'header';
  readonly cards: ReadonlyMap<string, string | number | boolean>;
  /** The header's own bytes, up to the end of the block that holds END. */
  readonly bytes: Uint8Array;
};

/** FITS Standard 4.0, section 3.1: everything comes in blocks of 2880 bytes, headers in cards of 80. */
const BLOCK = 2880;
const CARD = 80;

/** What is read at first: ten blocks, 360 cards. A DEIMOS primary header has about 330. */
export const HEAD_BYTES = 10 * BLOCK;

/** No instrument writes more; a header without END is not searched beyond. */
export const MOST_CARDS = 36_000;

/** The cards in `wanted` of a primary header. `head(n)` gives the first n bytes of the file, or fewer where it is shorter. */
export function readPrimaryHeader(
  file: string,
  head: (bytes: number) => Uint8Array,
  wanted: ReadonlySet<string>,
): Header | ReturnType<typeof failed> {
  const problem = (found: Problem): ReturnType<typeof failed> => failed(found);
  for (let size = HEAD_BYTES; ; size = Math.min(size * 4, MOST_CARDS * CARD)) {
    const bytes = head(size);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    if (!text.startsWith('SIMPLE  =')) return problem(notFits(file, bytes.length));
    const end = endCard(text);
    if (end !== undefined) {
      const length = Math.ceil((end + CARD) / BLOCK) * BLOCK;
      return { kind: 'header', cards: cardsOf(text, end, wanted), bytes: bytes.subarray(0, length) };
    }
    if (bytes.length < size) return problem(headerTruncated(file, bytes.length));
    if (size >= MOST_CARDS * CARD) return problem(headerTooLong(file, MOST_CARDS));
  }
}

/** Where the END card begins. */
function endCard(text: string): number | undefined {
  for (let at = text.indexOf('END     '); at >= 0; at = text.indexOf('END     ', at + 1)) {
    if (at % CARD === 0) return at;
  }
  return undefined;
}

function cardsOf(text: string, end: number, wanted: ReadonlySet<string>): Map<string, string | number | boolean> {
  const cards = new Map<string, string | number | boolean>();
  for (let at = 0; at < end; at += CARD) {
    if (text[at + 8] !== '=') continue;
    const keyword = text.slice(at, at + 8).trimEnd();
    // The first of two cards of one name counts, as in astropy.
    if (!wanted.has(keyword) || cards.has(keyword)) continue;
    const field = text.slice(at + 10, at + CARD);
    const value = AS_WRITTEN.has(keyword) ? bareText(field) : cardValue(field);
    if (value !== undefined) cards.set(keyword, value);
  }
  return cards;
}

/** A number among names: `7.0` stays `7.0`. */
const AS_WRITTEN = new Set(['FRAMENO']);

function bareText(field: string): string | undefined {
  const value = cardValue(field);
  return typeof value === 'number' ? (field.split('/')[0] ?? '').trim() : value === undefined ? undefined : String(value);
}

const STRING = /^ *'((?:[^']|'')*)'/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d+)?$/;

/** Text without blanks at its ends, a finite number, or a truth value; undefined for none. */
export function cardValue(field: string): string | number | boolean | undefined {
  const quoted = STRING.exec(field);
  if (quoted !== null) return (quoted[1] ?? '').replaceAll("''", "'").trim();
  const slash = field.indexOf('/');
  const bare = (slash < 0 ? field : field.slice(0, slash)).trim();
  if (bare === 'T') return true;
  if (bare === 'F') return false;
  const number = NUMBER.test(bare) ? Number(bare.replace(/[Dd]/, 'e')) : Number.NaN;
  // What is no value (NaN, 1E400) is kept as text: the card is there, and who needs a number from it finds none.
  return Number.isFinite(number) ? number : bare === '' ? undefined : bare;
}
