import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pattern } from '../../engine/lib/pattern.ts';

const tree = pattern('{mask}/{setup}/complete/raw/');
const file = pattern('out/{name}.txt');

const odd = { name: '$&' };

const truth: [title: string, found: unknown, expected: unknown][] = [
  ['a whole path gives all names', tree.match('a/b/complete/raw')?.params, { mask: 'a', setup: 'b' }],
  ['a path below a tree is in it', tree.match('a/b/complete/raw/x.fits')?.covers, 'whole'],
  ['the beginning of a path gives what it can', tree.match('a'), { params: { mask: 'a' }, covers: 'part' }],
  ['another word in the path does not match', tree.match('a/b/incomplete'), undefined],
  ['a path below a file does not match', file.match('out/a.txt/b'), undefined],
  ['dots and brackets in a name are letters', file.match('out/a.[b].txt')?.params, { name: 'a.[b]' }],
  ['a name is never empty', file.match('out/.txt'), undefined],
  ['a name with $ and & in it is filled in as it is', pattern('out/{name}.txt').expand(odd), 'out/$&.txt'],
];

for (const [title, found, expected] of truth) test(`pattern: ${title}`, () => assert.deepEqual(found, expected));
