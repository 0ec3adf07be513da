/**
 * A word as it stands on a line of bash, quotes and all, and what it stands for. More is put behind it as it is: what a
 * person has typed stays as it was typed.
 */
export type Typed = { readonly text: string; readonly more: (text: string) => string };

type Quote = 'none' | 'single' | 'double';

/** Nothing is expanded: `$HOME` stands for itself. */
export function typedInBash(raw: string): Typed {
  let text = '';
  let quote: Quote = 'none';
  let isEscaped = false;
  for (const sign of raw) {
    if (isEscaped) {
      text += quote === 'double' && !/[$`"\\]/.test(sign) ? `\\${sign}` : sign;
      isEscaped = false;
    } else if (sign === '\\' && quote !== 'single') isEscaped = true;
    else if (sign === "'" && quote !== 'double') quote = quote === 'single' ? 'none' : 'single';
    else if (sign === '"' && quote !== 'single') quote = quote === 'double' ? 'none' : 'double';
    else text += sign;
  }
  return {
    text,
    more(next) {
      const [first = '', ...rest] = next;
      if (!isEscaped) return quoted(next, quote);
      return first + quoted(rest.join(''), quote);
    },
  };
}

/** What cannot stand within the quotes that are open is put between two pieces of them. */
function quoted(text: string, quote: Quote): string {
  switch (quote) {
    case 'none':
      return text.replaceAll(/[^\w./,:=@%+\u0080-\uffff-]/g, '\\$&');
    case 'single':
      return text.replaceAll("'", String.raw`'\''`);
    case 'double':
      // A backslash before `!` would stay, and without one it is history.
      return text.replaceAll(/[$`"\\]/g, String.raw`\$&`).replaceAll('!', String.raw`"\!"`);
  }
}
