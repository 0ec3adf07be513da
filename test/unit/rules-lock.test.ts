import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareLocks, lockOf, printLock, readLock } from '../rules-lock.ts';

const rule = (body = '') =>
  `import { a } from './setup/a.ts';\nexport const setup = () => ({\n  name: 'setup',\n  revision: 1,\n  x: a,${body}\n});\n`;
const before = new Map([
  ['rules/setup.ts', rule()],
  ['rules/setup/a.ts', "import type { T } from '../types-of.ts';\nexport const a: T = 'one # two';\n"],
  ['rules/types-of.ts', 'export type T = string;\n'],
  ['rules/other.ts', 'export const other = 1;\n'],
]);
const edited = (path: string, text: string) => new Map([...before, [path, text]]);

const setup = { name: 'setup', revision: 1 };
const other = { name: 'new', revision: 1 };
const truth: [title: string, is: ReadonlyMap<string, string>, says: string[], rules?: (typeof setup)[]][] = [
  ['nothing moved', before, []],
  ['a comment and another layout', edited('rules/setup/a.ts', "// why\nexport const a =\n    'one # two'; /* more */\n"), []],
  ['a type', edited('rules/setup/a.ts', "export const a = 'one # two' as const;\n"), []],
  ['a file that no rule imports', edited('rules/other.ts', 'export const other = 2;\n'), []],
  [
    'an imported file',
    edited('rules/setup/a.ts', "export const a = 'one # three';\n"),
    ['rule setup: rules/setup/a.ts moved, and revision 1 did not'],
  ],
  [
    'blanks within a text',
    edited('rules/setup/a.ts', "export const a = 'one  # two';\n"),
    ['rule setup: rules/setup/a.ts moved, and revision 1 did not'],
  ],
  ['the rule itself', edited('rules/setup.ts', rule(' y: 1,')), ['rule setup: rules/setup.ts moved, and revision 1 did not']],
  [
    'one more import',
    edited('rules/setup/a.ts', "export { other as a } from '../other.ts';\n"),
    ['rule setup: rules/other.ts, rules/setup/a.ts moved, and revision 1 did not'],
  ],
  [
    'the revision',
    edited('rules/setup.ts', rule().replace('revision: 1', 'revision: 2')),
    ['rule setup: revision 1 -> 2'],
    [{ name: 'setup', revision: 2 }],
  ],
  ['a new rule', edited('rules/new.ts', "export const x = { name: 'new', revision: 1 };"), ['rule new is new'], [setup, other]],
  ['a rule gone', edited('rules/setup.ts', ''), ['rule setup is gone'], []],
];
for (const [title, is, says, rules] of truth) {
  test(`rules.lock: ${title}`, () => {
    const was = readLock(printLock(lockOf(before, [setup])));
    assert.deepEqual(
      compareLocks(was, lockOf(is, rules ?? [setup]), is).map((each) => each.split('\n')[0]),
      says,
    );
  });
}

test('rules.lock: one line a rule, one line a file, and read as it was printed', () => {
  const text = printLock(lockOf(before, [setup]));
  assert.match(
    text,
    /^#.*\nrule setup revision 1 [0-9a-f]{16} rules\/setup\.ts\nfile rules\/setup\.ts [0-9a-f]{16}\nfile rules\/setup\/a\.ts [0-9a-f]{16}\n$/,
  );
  assert.deepEqual(readLock(text), lockOf(before, [setup]));
});

test('rules.lock: a rule whose file cannot be found is told', () => {
  assert.throws(() => lockOf(before, [other]), /^Error: rule new: 0 files in rules\/ say name: 'new', not one/);
});
