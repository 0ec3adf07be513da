import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPlaces } from '../../engine/attempt/places.ts';

const truth: [title: string, paths: string[], folder: string][] = [
  ['one file', ['a/b/c.txt'], '/x/a/b'],
  ['a file in the root of the home', ['c.txt'], '/x'],
  ['a tree', ['a/b/tree/'], '/x/a/b'],
  ['a file and a tree beside it', ['a/b/c.txt', 'a/b/tree/'], '/x/a/b'],
  ['one deeper than the other', ['a/b/c.txt', 'a/b/d/e.txt'], '/x/a/b'],
  ['the deeper one first', ['a/b/d/e.txt', 'a/b/c.txt'], '/x/a/b'],
  ['names that begin alike', ['a/bb/c.txt', 'a/b/c.txt'], '/x/a'],
  ['nothing in common', ['a/c.txt', 'b/c.txt'], '/x'],
  ['one in the root', ['a/c.txt', 'c.txt'], '/x'],
];

for (const [title, paths, folder] of truth) {
  test(`commands run in the nearest folder above all outputs: ${title}`, () => {
    const outputs = paths.map((path, index) => ({ name: `o${index}`, path, isTree: path.endsWith('/') }));
    const places = openPlaces({ outputs }, '/x');
    assert.equal(places.folder, folder);
    assert.equal(places.makes['o0'], `/x/${(paths[0] ?? '').replace(/\/$/, '')}`);
  });
}
