import { readFileSync } from 'node:fs';
import { CHECKOUT } from './project.ts';

/** Case names in backquotes in the first cells of a table of docs/differences.md. */
export function documented(section: string): string[] {
  const text = readFileSync(`${CHECKOUT}/docs/differences.md`, 'utf8');
  const own = text.split(/^## /m).find((each) => each.startsWith(section)) ?? '';
  return own
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => Array.from((line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g), (found) => found[1] ?? ''));
}
