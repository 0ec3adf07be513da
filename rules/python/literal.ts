import { pythonRepr } from './repr.ts';

/**
 * A value as Python evaluates it, in Python's own spelling, so that two spellings of one value are one text: `5.` and
 * `5.00` are `5.0`, but `5` is an integer; `[(2,6)]` is `[(2, 6)]`. What Python does not evaluate is text, and stays as it is.
 */
export function canonicalLiteral(text: string): string {
  const clean = text.trim();
  const reader = { text: clean, at: 0 };
  const read = expression(reader);
  blanks(reader);
  return read !== undefined && reader.at === clean.length ? read : clean;
}

type Reader = { readonly text: string; at: number };

function blanks(reader: Reader): void {
  while (reader.text[reader.at] === ' ') reader.at += 1;
}

function expression(reader: Reader): string | undefined {
  blanks(reader);
  const char = reader.text[reader.at];
  if (char === '(' || char === '[') return items(reader, char === '(' ? ')' : ']');
  const found = /^(?:[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|True|False|None|"[^"]*"|'[^']*')/.exec(
    reader.text.slice(reader.at),
  );
  if (found === null) return undefined;
  reader.at += found[0].length;
  return scalar(found[0]);
}

function items(reader: Reader, close: string): string | undefined {
  reader.at += 1;
  const found: string[] = [];
  for (;;) {
    blanks(reader);
    if (reader.text[reader.at] === close) break;
    const item = expression(reader);
    if (item === undefined) return undefined;
    found.push(item);
    blanks(reader);
    if (reader.text[reader.at] === ',') reader.at += 1;
    else if (reader.text[reader.at] !== close) return undefined;
  }
  reader.at += 1;
  if (close === ']') return `[${found.join(', ')}]`;
  return found.length === 1 ? `(${found[0]},)` : `(${found.join(', ')})`;
}

function scalar(text: string): string | undefined {
  if (/^["']/.test(text)) return `'${text.slice(1, -1)}'`;
  if (/^[TFN]/.test(text)) return text;
  // Python refuses 007, and takes 0 and 00.
  if (/^[+-]?0\d*[1-9]\d*$/.test(text)) return undefined;
  const number = Number(text.replaceAll('_', ''));
  return /^[+-]?[\d_]+$/.test(text) ? String(BigInt(text.replace('+', '').replaceAll('_', ''))) : pythonRepr(number);
}
