import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTree } from '../../engine/stores/tree.ts';

const object = (path: string, etag = '0123456789abcdef') => [path, { key: path, size: 1, etag }] as const;

test('folders are there as long as something is in them; their stamps tell of names and files directly in them', () => {
  const tree = createTree([object('a/b/one'), object('a/two')]);
  assert.deepEqual(tree.names(''), ['a']);
  assert.deepEqual(tree.names('a/'), ['b', 'two']);
  assert.equal(tree.names('a/two'), undefined);
  const [outer, inner] = [tree.stamp('a'), tree.stamp('a/b')];
  tree.set(...object('a/b/one', 'fedcba9876543210'));
  assert.deepEqual(tree.stamp('a'), outer, 'what is deeper does not show');
  assert.notDeepEqual(tree.stamp('a/b'), inner);
  tree.set(...object('a/b/one'));
  assert.deepEqual(tree.stamp('a/b'), inner, 'the same content has the same stamp');
  tree.set('a/b/one', undefined);
  assert.equal(tree.stamp('a/b'), undefined);
  assert.deepEqual(tree.names('a'), ['two']);
  assert.notDeepEqual(tree.stamp('a'), outer);
  tree.set('a/two', undefined);
  assert.deepEqual(tree.names(''), []);
  tree.set('never/there', undefined);
  assert.deepEqual(tree.under(''), []);
});

test('what lies under a path', () => {
  const tree = createTree([object('a/b/one'), object('a/two'), object('ab')]);
  assert.deepEqual(
    tree
      .under('a')
      .map(([path]) => path)
      .toSorted(),
    ['a/b/one', 'a/two'],
  );
  assert.deepEqual(
    tree.under('ab').map(([path]) => path),
    ['ab'],
  );
  assert.deepEqual(tree.under('').length, 3);
  assert.deepEqual(tree.under('none'), []);
});
