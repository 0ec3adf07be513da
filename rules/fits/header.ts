import { cardValue, UNREADABLE } from './card-value.ts';
import { continuedText, isContinued } from './continued.ts';

export type FitsValue = string | number | boolean;

export type FitsHeader = {
  /**
   * The first card of this keyword, one behind HIERARCH by its name alone, without regard to case. Undefined where there is none, or none
   * with a value that FITS knows. Text has no blanks at its ends.
   */
  value(keyword: string): FitsValue | undefined;
  /** There is a card of this keyword, whatever its value. */
  has(keyword: string): boolean;
  /** The value, where it is text. */
  text(keyword: string): string | undefined;
  /** The value, where it is a number. */
  number(keyword: string): number | undefined;
  /** Texts of the HISTORY cards. */
  readonly history: readonly string[];
};

export const CARD = 80;

/** `text` is that of whole cards, one character a byte, up to END. Values are read when they are asked for. */
export function headerOf(text: string): FitsHeader {
  /** Where the value field of a keyword begins. */
  const fields = new Map<string, { readonly card: number; readonly from: number }>();
  const history: string[] = [];
  for (let card = 0; card < text.length; card += CARD) {
    const name = text.slice(card, card + 8).trimEnd();
    if (name === 'HISTORY') history.push(text.slice(card + 8, card + CARD).trimEnd());
    const isHierarch = name === 'HIERARCH' && text[card + 8] === ' ';
    const sign = isHierarch ? text.slice(card, card + CARD).indexOf('=') : 8;
    if (text[card + sign] !== '=') continue;
    const keyword = (isHierarch ? text.slice(card + 9, card + sign).trim() : name).toUpperCase();
    // The first of two cards of one name counts, as in astropy.
    if (!fields.has(keyword)) fields.set(keyword, { card, from: card + sign + 1 });
  }
  const value = (keyword: string): FitsValue | undefined => {
    const field = fields.get(keyword.toUpperCase());
    if (field === undefined) return undefined;
    const found = cardValue(text.slice(field.from, field.card + CARD));
    if (found === UNREADABLE || found === undefined) return undefined;
    return isContinued(text, field.card, found) ? continuedText(text, field.card, field.from) : found;
  };
  return {
    value,
    has: (keyword) => fields.has(keyword.toUpperCase()),
    text(keyword) {
      const found = value(keyword);
      return typeof found === 'string' ? found : undefined;
    },
    number(keyword) {
      const found = value(keyword);
      return typeof found === 'number' ? found : undefined;
    },
    history,
  };
}
