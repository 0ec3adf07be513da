/** A value as ConfigObj reads it: text without its quotes, or a list of such. */
export type Value = string | readonly string[];

type Read =
  | {
      readonly kind: 'value';
      readonly value: Value;
      /** Lines behind the first that a triple-quoted value took. */ readonly extraLines: number;
    }
  | { readonly kind: 'bad'; /** From 1, behind the `=`. */ readonly column: number; readonly says: string };

/** What stands behind `name =`; `lines[0]` is the rest of that line. */
export function readValue(lines: readonly string[]): Read {
  const first = lines[0] ?? '';
  const triple = /^\s*("""|''')/.exec(first);
  return triple === null ? oneLine(first) : manyLines(lines, triple[1] ?? '', triple[0].length);
}

function manyLines(lines: readonly string[], mark: string, from: number): Read {
  const first = (lines[0] ?? '').slice(from);
  const taken = [first, ...lines.slice(1)];
  const end = taken.findIndex((line) => line.includes(mark));
  if (end < 0) return { kind: 'bad', column: from, says: `the value has no closing ${mark}` };
  const last = taken[end] ?? '';
  const close = last.indexOf(mark);
  const behind = last.slice(close + mark.length);
  if (!/^\s*(#.*)?$/.test(behind)) return { kind: 'bad', column: from, says: `something behind the closing ${mark}` };
  const value = [...taken.slice(0, end), last.slice(0, close)].join('\n');
  return { kind: 'value', value, extraLines: end };
}

function oneLine(text: string): Read {
  const items: string[] = [];
  let at = 0;
  let isList = false;
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    const char = text[at];
    if (char === undefined || char === '#') break;
    if (char === ',') {
      // A lone comma is an empty list; with anything beside it, it is nothing ConfigObj reads.
      if (items.length > 0 || !/^,\s*(#.*)?$/.test(text.slice(at)))
        return { kind: 'bad', column: at + 1, says: 'a comma with nothing before it' };
      isList = true;
      break;
    }
    const item = char === '"' || char === "'" ? quotedItem(text, at) : bareItem(text, at);
    if (item === undefined) return { kind: 'bad', column: at + 1, says: `the value has no closing ${char}` };
    items.push(item.text);
    at = item.end;
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    if (text[at] === ',') {
      isList = true;
      at += 1;
    } else if (text[at] !== undefined && text[at] !== '#')
      return { kind: 'bad', column: at + 1, says: 'something behind the closing quote' };
  }
  const [only = ''] = items;
  return { kind: 'value', value: isList ? items : only, extraLines: 0 };
}

/** As in ConfigObj, a quote closes where nothing but a comma, a remark or the end follows: `'it's'` is one text. */
function quotedItem(text: string, at: number): { text: string; end: number } | undefined {
  const quote = text[at] ?? '';
  const first = text.indexOf(quote, at + 1);
  for (let end = first; end >= 0; end = text.indexOf(quote, end + 1)) {
    if (/^\s*(?:[,#]|$)/.test(text.slice(end + 1))) return { text: text.slice(at + 1, end), end: end + 1 };
  }
  return first < 0 ? undefined : { text: text.slice(at + 1, first), end: first + 1 };
}

function bareItem(text: string, at: number): { text: string; end: number } {
  const length = text.slice(at).search(/[,#]/);
  const end = length < 0 ? text.length : at + length;
  return { text: text.slice(at, end).trim(), end };
}
