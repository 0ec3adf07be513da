import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFiles, readProjectFile, root } from '../project-files.ts';

/** Code -> where it is said. */
const codes = new Map(
  projectFiles()
    .filter((file) => /^((engine|rules)\/.*\.ts|bin\/.*)$/.test(file))
    .flatMap((file) =>
      Array.from(
        readProjectFile(file).matchAll(/\bcode: '([\w-]+)'|\berror\[([\w-]+)\]/g),
        ([, code, printed]) => [code ?? printed ?? '', file] as const,
      ),
    ),
);
const document = existsSync(join(root, 'docs/problems.md')) ? readProjectFile('docs/problems.md') : '';
const headings = Array.from(document.matchAll(/^## `?([\w-]+)`?$/gm), ([, code = '']) => code);

test('every problem has a heading in docs/problems.md', () => {
  assert.deepEqual(
    Array.from(codes).filter(([code]) => !headings.includes(code)),
    [],
  );
});

test('every heading of docs/problems.md is of a problem', () => {
  assert.deepEqual(
    headings.filter((heading) => !codes.has(heading)),
    [],
  );
});

test('no heading of docs/problems.md comes twice', () => {
  assert.deepEqual(
    headings.filter((heading, index) => headings.indexOf(heading) !== index),
    [],
  );
});

test('a code is kebab-case', () => {
  assert.deepEqual(
    [...codes.keys()].filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code)),
    [],
  );
});
