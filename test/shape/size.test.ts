import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectFiles, readProjectFile } from '../project-files.ts';

const sizes = projectFiles()
  .filter((file) => /^(engine|rules)\/.*\.ts$/.test(file))
  .map((file) => ({ file, lines: readProjectFile(file).split('\n').length - 1 }))
  .toSorted((a, b) => b.lines - a.lines);

test('the median file has at most 80 lines', () => {
  assert.ok((sizes[sizes.length >> 1]?.lines ?? 0) <= 80, JSON.stringify(sizes[sizes.length >> 1]));
});

test('no file has more than 300 lines', () => {
  assert.deepEqual(
    sizes.filter(({ lines }) => lines > 300),
    [],
  );
});
