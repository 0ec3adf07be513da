/** Long strings. FITS Standard 4.0, section 4.2.1.2: text that ends in `&` goes on in the CONTINUE cards after it. */
import { quotedText } from './card-value.ts';
import type { CardValue } from './card-value.ts';

const CARD = 80;

/** `at` is where the card begins. */
export const isContinued = (text: string, at: number, value: CardValue): boolean =>
  typeof value === 'string' && value.endsWith('&') && text.startsWith('CONTINUE', at + CARD);

/** `from` is where its value field begins. */
export function continuedText(text: string, at: number, from: number): string {
  const pieces: string[] = [];
  let piece = quotedText(text.slice(from, at + CARD)) ?? '';
  for (let next = at + CARD; piece.trimEnd().endsWith('&') && text.startsWith('CONTINUE', next); next += CARD) {
    pieces.push(piece.trimEnd().slice(0, -1));
    piece = quotedText(text.slice(next + 8, next + CARD)) ?? '';
  }
  return [...pieces, piece].join('').trim();
}
