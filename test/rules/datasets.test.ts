import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datasetName, datasets } from '../../rules/datasets.ts';
import type { Frame } from '../../rules/frames/frame.ts';
import { completeSet, factsOfFrames, frameEntry } from '../rig/frame-facts.ts';

const config = { raw: [] };
/** 2006-04-27, 12 h UTC */
const noon = 53852.5;

const dates = (mjds: readonly number[], dateWindowDays?: number): string[] =>
  datasets(factsOfFrames(mjds.map((mjd, index) => frameEntry({ mjd }, { path: `/raw/${index}.fits` }))), {
    ...config,
    ...(dateWindowDays === undefined ? {} : { dateWindowDays }),
  }).map((each) => each.dates);

const windows: [title: string, mjds: readonly number[], days: number | undefined, dates: readonly string[]][] = [
  ['a gap of exactly 3 days joins', [noon, noon + 3], undefined, ['2006-04-27_2006-04-30']],
  ['a gap of 86 ms more does not', [noon, noon + 3.000001], undefined, ['2006-04-27', '2006-04-30']],
  ['frames are a chain, in whatever order they are read', [noon + 5, noon, noon + 2.5], undefined, ['2006-04-27_2006-05-02']],
  ['a gap as long as a window of no binary fraction joins', [57300.1, 57300.4], 0.3, ['2015-10-05']],
  ['groups that would bear one name are one dataset', [53852.1, 53852.9], 0, ['2006-04-27']],
  ['a gap across a leap second counts in UTC days', [57752, 57755], undefined, ['2016-12-30_2017-01-02']],
];
for (const [title, mjds, days, expected] of windows) test(`datasets: ${title}`, () => assert.deepEqual(dates(mjds, days), expected));

const isComplete = (change: (frame: Frame) => Partial<Frame>): boolean | undefined =>
  datasets(factsOfFrames(completeSet().map((entry) => frameEntry({ ...entry.about, ...change(entry.about) }))), config)[0]?.isComplete;

const completeness: [title: string, change: (frame: Frame) => Partial<Frame>, complete: boolean][] = [
  ['science, arc and flat are complete', () => ({}), true],
  ['of both single amplifiers', () => ({ amp: 'SINGLE:A' }), true],
  ['compressed frames count', ({ filename }) => ({ filename: `${filename}.gz` }), true],
  ['two-amplifier frames do not', () => ({ amp: 'DUAL:A+B' }), false],
  ['nor an arc without LAMPS', ({ frametype }) => (frametype === 'arc,tilt' ? { lampstat01: undefined as never } : {}), false],
  ['without science they are not', ({ frametype }) => (frametype === 'science' ? { frametype: 'None' } : {}), false],
  ['without an arc they are not', ({ frametype }) => (frametype === 'arc,tilt' ? { frametype: 'bias' } : {}), false],
  ['without a flat they are not', ({ frametype }) => (frametype.includes('flat') ? { frametype: 'dark' } : {}), false],
];
for (const [title, change, complete] of completeness) test(`completeness: ${title}`, () => assert.equal(isComplete(change), complete));

test('bias frames and those of no type join nights and widen dates', () => {
  const night = (mjd: number, frametype: string) => frameEntry({ mjd, frametype }, { path: `/raw/${mjd}.fits` });
  const facts = factsOfFrames([night(noon, 'science'), night(noon + 2.5, 'bias'), night(noon + 5, 'science'), night(noon + 6, 'None')]);
  assert.deepEqual(datasets(facts, config).map(datasetName), ['HDa06DB/600ZD_8000_GG455/2006-04-27_2006-05-03']);
});

test('who knows mask and setup looks at that group only, and once', () => {
  const facts = factsOfFrames([frameEntry(), frameEntry({ decker: 'other' })]);
  const where = { mask: 'HDa06DB', setup: '600ZD_8000_GG455', dates: '2006-04-27' };
  assert.equal(datasets(facts, config, where).length, 1);
  assert.equal(datasets(facts, config, { ...where, dates: '2006-04-28' }).length, 0);
  assert.deepEqual(facts.asked, ['HDa06DB/600ZD_8000_GG455']);
});
