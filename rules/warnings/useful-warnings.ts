import { headOf } from '../pypeit-log/head-of.ts';
import type { LogHead } from '../pypeit-log/head-of.ts';
import { wordsOf } from './required-warnings.ts';
import type { RequiredWarning } from './required-warnings.ts';

/** Fewer words are too common to be known without their file. */
const TELLING = 4;

/**
 * The warnings of a log that are worth keeping, as `LINE -- TEXT`, one line each time that an entry matches. In 1.x file, method and words
 * must agree. 2.x has moved many messages: there the words alone do, where they are at least four; else the file must agree, too.
 */
export function usefulWarnings(log: string, required: readonly RequiredWarning[]): string {
  const byFirstWord = new Map<string, RequiredWarning[]>();
  for (const each of required) {
    const first = each.words[0] ?? '';
    byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), each]);
  }
  const found: string[] = [];
  for (const [index, line] of log.split('\n').entries()) {
    if (!line.includes('WARNING')) continue;
    const head = headOf(line);
    if (head?.level !== 'WARNING') continue;
    const words = new Set(wordsOf(head.text));
    const candidates = [...words].flatMap((word) => byFirstWord.get(word) ?? []);
    for (const entry of candidates.toSorted((a, b) => required.indexOf(a) - required.indexOf(b)))
      if (entry.words.every((word) => words.has(word)) && isPlace(entry, head)) found.push(`${index + 1} -- ${line}\n`);
  }
  return found.join('');
}

function isPlace(entry: RequiredWarning, { version, file, method }: LogHead): boolean {
  if (version === '1.x') return entry.file === file && entry.method === method;
  return entry.file === file || entry.words.length >= TELLING;
}
