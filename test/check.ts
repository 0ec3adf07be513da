/** `npm run check`: types, lint, format, forbidden words, rules.lock; stops at the first that fails. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { forbiddenWords } from './forbidden-words.ts';
import { projectFiles, readProjectFile, root } from './project-files.ts';
import { checkRulesLock } from './rules-lock.ts';

/** A check gives what is wrong, as it is to be printed; nothing when all is well. */
const checks: readonly [name: string, check: () => string][] = [
  ['types', () => tool('tsc', '--noEmit')],
  ['lint', () => tool('oxlint', '--deny-warnings', '--format', 'unix')],
  ['format', () => tool('oxfmt', '--check')],
  ['forbidden words', () => words().join('\n')],
  ['rules.lock', () => checkRulesLock().join('\n')],
];

/** These quote what is forbidden. */
const QUOTES = new Set(['test/forbidden-words.ts', 'test/unit/forbidden-words.test.ts']);

const words = (): string[] =>
  projectFiles()
    .filter((file) => !QUOTES.has(file) && !/^(config|test\/fixtures)\//.test(file))
    .flatMap((file) => forbiddenWords(file, readProjectFile(file)))
    .map(({ file, line, word, why }) => `${file}:${line}: ${word}: ${why}`);

function tool(name: string, ...args: string[]): string {
  const ran = spawnSync(process.execPath, [join(root, 'node_modules/.bin', name), ...args], { cwd: root, encoding: 'utf8' });
  return ran.status === 0 ? '' : `${ran.stdout}${ran.stderr}`.trim() || `${name} ended with ${ran.status ?? ran.signal}`;
}

for (const [name, check] of checks) {
  const start = performance.now();
  const wrong = check();
  if (wrong !== '') {
    console.error(`${wrong}\n${name}: failed`);
    process.exit(1);
  }
  console.log(`${name.padEnd(16)} ok  ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
