import { posix } from 'node:path';

/** What a source file imports, types included: relative paths from the checkout, other names as they are. */
export function importsOf(file: string, text: string): string[] {
  return Array.from(text.matchAll(/\b(?:from|import)\s*\(?\s*'([^'\n]+)'/g), ([, name = '']) =>
    name.startsWith('.') ? posix.join(posix.dirname(file), name) : name,
  );
}
