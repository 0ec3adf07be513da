import assert from 'node:assert/strict';
import type { Random } from './random.ts';

const GAP = /^\.\.\. \S+ \w+ left out \((\d+) bytes from byte (\d+) on\) \.\.\.\n/m;

/**
 * Follows a log that was shown through the bytes that were printed (ASCII, without such lines): all stand there once and in order, but
 * for what a line says is left out. Gives how far it goes, and how much is left out.
 */
export function shownOf(printed: string, shown: string): { readonly to: number; readonly leftOut: number } {
  let at = 0;
  let leftOut = 0;
  let rest = shown;
  const take = (part: string): void => {
    assert.equal(part, printed.slice(at, at + part.length), `from byte ${at} on`);
    at += part.length;
  };
  for (let gap = GAP.exec(rest); gap !== null; gap = GAP.exec(rest)) {
    const before = rest.slice(0, gap.index);
    // The line begins a new one where none had ended.
    take(before.endsWith('\n') && at + before.length > Number(gap[2]) ? before.slice(0, -1) : before);
    assert.equal(at, Number(gap[2]));
    assert.ok(Number(gap[1]) > 0, gap[0]);
    at += Number(gap[1]);
    leftOut += Number(gap[1]);
    rest = rest.slice(gap.index + gap[0].length);
  }
  take(rest);
  return { to: at, leftOut };
}

/** Lines of at most `most` characters, most of them short; the last one may have no end. */
export function randomLines(random: Random, bytes: number, most = 12): string {
  let printed = '';
  while (printed.length < bytes) printed += `${String.fromCharCode(97 + random.below(26)).repeat(random.below(most))}\n`;
  return printed.slice(0, bytes);
}
