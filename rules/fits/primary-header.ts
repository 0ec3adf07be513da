import { failed } from 'adap';
import type { Problem } from 'adap';
import { bareValue, cardValue, UNREADABLE } from './card-value.ts';
import type { CardValue } from './card-value.ts';
import { continuedText, isContinued } from './continued.ts';
import { badCard, headerTooLong, headerTruncated, notFits } from './problems.ts';

/** Values of cards by keyword; an undefined value (`KEY =`) and a missing card are both left out. */
export type Header = {
  readonly kind: 'header';
  readonly cards: ReadonlyMap<string, CardValue>;
  /** The header's own bytes, up to the end of the block that holds END. */
  readonly bytes: Uint8Array;
};

/** FITS Standard 4.0, section 3.1: everything comes in blocks of 2880 bytes, headers in cards of 80. */
export const BLOCK = 2880;
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
      if (bytes.length < length) return problem(headerTruncated(file, bytes.length));
      const cards = cardsOf(text, end, wanted);
      return typeof cards === 'string' ? problem(badCard(file, cards)) : { kind: 'header', cards, bytes: bytes.subarray(0, length) };
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

/** The cards wanted, or the keyword of the first that has no value FITS knows. */
function cardsOf(text: string, end: number, wanted: ReadonlySet<string>): Map<string, CardValue> | string {
  const cards = new Map<string, CardValue>();
  for (let at = 0; at < end; at += CARD) {
    if (text[at + 8] !== '=') continue;
    const keyword = text.slice(at, at + 8).trimEnd();
    // The first of two cards of one name counts, as in astropy.
    if (!wanted.has(keyword) || cards.has(keyword)) continue;
    const field = text.slice(at + 10, at + CARD);
    const value = text[at + 9] === ' ' ? valueOf(keyword, field) : UNREADABLE;
    if (value === UNREADABLE) return keyword;
    if (value !== undefined) cards.set(keyword, isContinued(text, at, value) ? continuedText(text, at, at + 10) : value);
  }
  return cards;
}

/** A number among names: `7.0` stays `7.0`. */
const AS_WRITTEN = new Set(['FRAMENO']);

function valueOf(keyword: string, field: string): ReturnType<typeof cardValue> {
  const value = cardValue(field);
  return typeof value === 'number' && AS_WRITTEN.has(keyword) ? bareValue(field) : value;
}
