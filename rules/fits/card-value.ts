/** What stands for a value that FITS does not have: an open quote, `NaN`, a control character. */
export const UNREADABLE = Symbol('unreadable');

export type CardValue = string | number | boolean;

const STRING = /^ *'((?:[ -&(-~\u0080-\u00ff]|'')*)' *(?:\/|$)/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d+)?$/;

/** The value field of a card: text without blanks at its ends, a finite number, or a truth value; undefined where it is blank. FITS Standard 4.0, section 4.2. */
export function cardValue(field: string): CardValue | undefined | typeof UNREADABLE {
  const text = quotedText(field);
  if (text !== undefined) return text.trim();
  const bare = bareValue(field);
  if (bare === '') return undefined;
  if (bare === 'T') return true;
  if (bare === 'F') return false;
  const number = NUMBER.test(bare) ? Number(bare.replace(/[Dd]/, 'e')) : Number.NaN;
  return Number.isFinite(number) ? number : UNREADABLE;
}

/** Up to the remark. */
export const bareValue = (field: string): string => (field.split('/')[0] ?? '').trim();

/** Text in quotes, with its blanks. Bytes outside ASCII become `?`, as astropy reads them. */
export function quotedText(field: string): string | undefined {
  const text = STRING.exec(field)?.[1];
  return text?.replaceAll("''", "'").replaceAll(/[^ -~]/g, '?');
}

/** A finite number in decimal notation, blanks around it allowed; the FITS exponent D is not. */
export function decimal(text: string): number | undefined {
  const bare = text.trim();
  const number = NUMBER.test(bare) ? Number(bare) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
