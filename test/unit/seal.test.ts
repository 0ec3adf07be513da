import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notWhole, verdictOf } from '../../engine/attempt/seal.ts';
import type { Lying } from '../../engine/attempt/seal.ts';

const file = (more: Partial<Lying> = {}): Lying => ({
  output: { name: 'out', path: 'a/out.txt', isTree: false },
  is: 'file',
  bytes: 5,
  mayBeEmpty: false,
  flaws: [],
  ...more,
});
const tree = (more: Partial<Lying> = {}): Lying => file({ output: { name: 'tree', path: 'a/tree/', isTree: true }, is: 'folder', ...more });

const truth: [title: string, outputs: Lying[], says: string[]][] = [
  ['a file that is there', [file()], []],
  ['a tree that is there', [tree()], []],
  ['a link in place of a file', [file({ is: 'link', bytes: 0 })], []],
  ['no file', [file({ is: 'missing', bytes: 0 })], ['a/out.txt is missing']],
  ['no tree', [tree({ is: 'missing', bytes: 0 })], ['a/tree/ is missing']],
  ['nothing, where even nothing would do', [file({ is: 'missing', bytes: 0, mayBeEmpty: true })], ['a/out.txt is missing']],
  ['an empty file', [file({ bytes: 0 })], ['a/out.txt is empty']],
  ['an empty file that may be empty', [file({ bytes: 0, mayBeEmpty: true })], []],
  ['a tree without files', [tree({ bytes: 0 })], ['a/tree/ is empty']],
  ['a tree without files that may be empty', [tree({ bytes: 0, mayBeEmpty: true })], []],
  ['a file in place of a tree', [tree({ is: 'file' })], ['a/tree/ is no folder']],
  ['a link in place of a tree', [tree({ is: 'link' })], ['a/tree/ is no folder']],
  ['a folder in place of a file', [file({ is: 'folder' })], ['a/out.txt is a folder']],
  ['a pipe', [file({ is: 'other' })], ['a/out.txt is no file']],
  ['a tree with what cannot be published', [tree({ flaws: ['a/tree/p is no file'] })], ['a/tree/p is no file']],
  ['two of three', [file({ bytes: 0 }), tree(), file({ is: 'missing' })], ['a/out.txt is empty', 'a/out.txt is missing']],
];

for (const [title, outputs, says] of truth) test(`seal: ${title}`, () => assert.deepEqual(notWhole(outputs), says));

test('seal: what is not there is told, and the rule is not asked about it', () => {
  assert.deepEqual(verdictOf(['x is missing'], { missing: ['more'], caveats: ['c'] }), { missing: ['x is missing'], caveats: [] });
});

test('seal: the rule says what is missing, and what a person should know', () => {
  assert.deepEqual(verdictOf([], { missing: ['half of it'], caveats: ['c'] }), { missing: ['half of it'], caveats: ['c'] });
  assert.deepEqual(verdictOf([], { missing: [] }), { missing: [], caveats: [] });
  assert.deepEqual(verdictOf([], undefined), { missing: [], caveats: [] });
});
