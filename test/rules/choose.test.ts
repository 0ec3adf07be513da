import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../rules/frames/frame.ts';
import { chooseArcs } from '../../rules/setup/choose-arcs.ts';
import { chooseFlats } from '../../rules/setup/choose-flats.ts';

/** `a1 Kr Xe 5s 45`: name, lamps, seconds, declination; in order of time. */
const frames = (...lines: string[]): Frame[] =>
  lines.map((line, index) => {
    const [filename = '', ...rest] = line.split(' ');
    const decDegrees = Number(rest.pop());
    const exptimeSeconds = Number.parseFloat(rest.pop() ?? '');
    return {
      filename,
      lampstat01: rest.join(' '),
      exptimeSeconds,
      decDegrees,
      mjd: index,
      frametype: '',
      decker: '',
      dispname: '',
      dispangle: 0,
      filter1: '',
    };
  });

const names = (chosen: readonly Frame[]): string => chosen.map(({ filename }) => filename).join(' ');

const arcs: [title: string, lines: string[], excluded: string[], published: string, strict: string][] = [
  ['the last good one is kept', ['a Kr 1s 45', 'b Kr 1s 45'], [], 'b', 'b'],
  ['one at another declination is not as good', ['a Kr 1s 45', 'b Kr 1s 0'], [], 'a', 'a'],
  ['1 and 15 s are good, less and more are not', ['a Kr 1s 45', 'b Kr 0.99s 45', 'c Ne 15s 45', 'd Ne 15.01s 45'], [], 'a c', 'a c'],
  ['declination is given up first', ['a Kr 1s 0', 'b Kr 30s 0'], [], 'a', 'a'],
  ['then exposure time', ['a Kr 40s 0', 'b Kr 30s 0'], [], 'b', 'b'],
  ['most lamps first; a set that brings nothing new is passed over', ['a Kr 1s 45', 'b Kr Xe 1s 45', 'c Ne 1s 45'], [], 'b c', 'b c'],
  ['a wish given up for one set stays given up', ['a Kr Xe 1s 0', 'b Ne 1s 45', 'c Ne 1s 0'], [], 'a c', 'a b'],
  [
    'a set whose arcs are all excluded counts as covered, and uses up the wishes',
    ['a Kr Xe 1s 45', 'b Kr 1s 45', 'c Ne 1s 45', 'd Ne 60s 0'],
    ['a'],
    'd',
    'c b',
  ],
];

for (const [title, lines, excluded, published, strict] of arcs) {
  test(`arcs: ${title}`, () => {
    const sorted = (text: string): string => text.split(' ').toSorted().join(' ');
    assert.equal(sorted(names(chooseArcs(frames(...lines), new Set(excluded), 'as-published'))), sorted(published), 'as published');
    assert.equal(sorted(names(chooseArcs(frames(...lines), new Set(excluded), 'strict'))), sorted(strict), 'strict');
  });
}

const flats: [title: string, lines: string[], excluded: string[], published: string, strict: string][] = [
  ['the last three good ones are kept', ['a Qz 12s 45', 'b Qz 12s 45', 'c Qz 12s 45', 'd Qz 12s 45'], [], 'b c d', 'b c d'],
  ['three good ones are too few for a wish to stand', ['a Qz 12s 45', 'b Qz 12s 45', 'c Qz 12s 45', 'd Qz 12s 0'], [], 'b c d', 'a b c'],
  [
    '5 s is not enough, 30 s is not too much',
    ['a Qz 5.01s 45', 'b Qz 30s 45', 'c Qz 6s 45', 'd Qz 6s 45', 'e Qz 5s 45'],
    [],
    'b c d',
    'b c d',
  ],
  ['excluded flats do not count', ['a Qz 12s 45', 'b Qz 12s 45', 'c Qz 12s 45', 'd Qz 12s 45'], ['d'], 'a b c', 'a b c'],
];

for (const [title, lines, excluded, published, strict] of flats) {
  test(`flats: ${title}`, () => {
    assert.equal(names(chooseFlats(frames(...lines), new Set(excluded), 'as-published')), published, 'as published');
    assert.equal(names(chooseFlats(frames(...lines), new Set(excluded), 'strict')), strict, 'strict');
  });
}
