import { pythonRepr } from './repr.ts';

/** What Python makes of a text that it can evaluate; `text` is Python's own spelling of it. */
export type Literal = { readonly kind: 'number' | 'word' | 'string'; readonly text: string } | Sequence;

export type Sequence = { readonly kind: 'list' | 'tuple'; readonly items: readonly Literal[] };

/**
 * A value as Python evaluates it: numbers, True, False, None, strings, lists and tuples, where `3,7` without brackets is
 * a tuple. Undefined is what Python does not evaluate, and what nobody writes into a parameter file: sums, calls.
 */
export function readLiteral(text: string): Literal | undefined {
  const reader = { text: text.trim(), at: 0 };
  const first = expression(reader);
  if (first === undefined) return undefined;
  blanks(reader);
  if (reader.text[reader.at] !== ',') return reader.at === reader.text.length ? first : undefined;
  reader.at += 1;
  const rest = items(reader, undefined);
  return rest === undefined ? undefined : { kind: 'tuple', items: [first, ...rest.items] };
}

/** In one spelling, so that two spellings of one value are one text: `5.` and `5.00` are `5.0`, `[(2,6)]` is `[(2, 6)]`. */
export function printLiteral(literal: Literal): string {
  if (!isSequence(literal)) return literal.kind === 'string' ? quoted(literal.text) : literal.text;
  const inner = literal.items.map(printLiteral).join(', ');
  if (literal.kind === 'list') return `[${inner}]`;
  return literal.items.length === 1 ? `(${inner},)` : `(${inner})`;
}

export const isSequence = (literal: Literal): literal is Sequence => literal.kind === 'list' || literal.kind === 'tuple';

const quoted = (text: string): string => (text.includes("'") || text.includes('\n') ? JSON.stringify(text) : `'${text}'`);

type Reader = { readonly text: string; at: number };

function blanks(reader: Reader): void {
  while (reader.text[reader.at] === ' ') reader.at += 1;
}

/** Text in quotes with a backslash is left alone: nobody writes it, and it would be read otherwise. */
const SCALAR = /(?:[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|True|False|None|"[^"\\]*"|'[^'\\]*')/y;

function expression(reader: Reader): Literal | undefined {
  blanks(reader);
  const char = reader.text[reader.at];
  if (char === '(' || char === '[') {
    reader.at += 1;
    const found = items(reader, char === '(' ? ')' : ']');
    if (found === undefined) return undefined;
    const [only] = found.items;
    // `(3)` is 3, `(3,)` a tuple of one.
    if (char === '(' && only !== undefined && found.items.length === 1 && found.end === 'item') return only;
    return { kind: char === '(' ? 'tuple' : 'list', items: found.items };
  }
  SCALAR.lastIndex = reader.at;
  const found = SCALAR.exec(reader.text)?.[0];
  if (found === undefined) return undefined;
  reader.at += found.length;
  return scalar(found);
}

/** Up to the closing bracket, or the end of the text where there is none. */
function items(reader: Reader, close: string | undefined): { readonly items: Literal[]; readonly end: 'item' | 'comma' } | undefined {
  const found: Literal[] = [];
  let end: 'item' | 'comma' = 'comma';
  for (;;) {
    blanks(reader);
    if (reader.text[reader.at] === close) break;
    const item = end === 'comma' ? expression(reader) : undefined;
    if (item === undefined) return undefined;
    found.push(item);
    end = 'item';
    blanks(reader);
    if (reader.text[reader.at] === ',') {
      reader.at += 1;
      end = 'comma';
    }
  }
  reader.at += 1;
  return { items: found, end };
}

function scalar(text: string): Literal | undefined {
  if (/^["']/.test(text)) return { kind: 'string', text: text.slice(1, -1) };
  if (/^[TFN]/.test(text)) return { kind: 'word', text };
  // Python refuses 007, and takes 0 and 00.
  if (/^[+-]?0\d*[1-9]\d*$/.test(text)) return undefined;
  if (/^[+-]?[\d_]+$/.test(text)) return { kind: 'number', text: String(BigInt(text.replace('+', '').replaceAll('_', ''))) };
  const number = Number(text.replaceAll('_', ''));
  // Python prints 1e400 as inf, which it reads as a name.
  return { kind: 'number', text: Number.isFinite(number) ? pythonRepr(number) : text };
}
