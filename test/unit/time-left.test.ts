import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../engine/model/event.ts';
import { listenToProgress } from '../../engine/report/progress.ts';
import { timeLeft } from '../../engine/report/time-left.ts';

type Told = [atSeconds: number, event: Event];

const planned = (count: number, seconds: number | undefined): Told => [0, { kind: 'planned', stages: { reduce: count }, seconds }];
const start = (at: number, name: string, more: { expected?: number | undefined; since?: number } = {}): Told => [
  at,
  {
    kind: 'started',
    target: `reduce ${name}`,
    stage: 'reduce',
    reasons: [],
    by: more.since === undefined ? 'started' : 'adopted',
    sinceMs: (more.since ?? at) * 1000,
    expectedSeconds: 'expected' in more ? more.expected : 100,
  },
];
const built = (at: number, name: string): Told => [
  at,
  { kind: 'built', target: `reduce ${name}`, stage: 'reduce', reasons: [], seconds: 0, caveats: [] },
];
const failed = (at: number, name: string): Told => [
  at,
  { kind: 'failed', target: `reduce ${name}`, failure: { cause: 'exited', says: '' }, older: 'none' },
];
const fresh = (at: number, name: string): Told => [at, { kind: 'fresh', target: `reduce ${name}`, stage: 'reduce' }];

/** One after the other, each said to take 100 s. */
const truth: [title: string, told: Told[], atSeconds: number, left: number | undefined][] = [
  ['nothing is said without a forecast', [planned(2, undefined), start(0, 'a'), built(100, 'a')], 100, undefined],
  ['nothing is said without expectations', [planned(2, 200), start(0, 'a', { expected: undefined }), built(100, 'a')], 100, undefined],
  ['nothing is said before anything was begun', [planned(2, 200)], 0, undefined],
  ['nothing is said early on', [planned(10, 1000), start(0, 'a')], 49, undefined],
  ['as soon as a twentieth is done, it is', [planned(10, 1000), start(0, 'a')], 50, 950],
  ['as foreseen', [planned(10, 1000), start(0, 'a'), built(100, 'a'), start(100, 'b')], 150, 850],
  ['two at once, as foreseen', [planned(4, 200), start(0, 'a'), start(0, 'b'), built(100, 'a'), built(100, 'b')], 100, 100],
  [
    'it takes twice as long: half of the forecast for the half to come, half of what is seen',
    [planned(2, 200), start(0, 'a'), built(200, 'a')],
    200,
    150,
  ],
  ['it takes half as long', [planned(2, 200), start(0, 'a'), built(50, 'a')], 50, 75],
  ['what takes longer than expected is never done', [planned(1, 100), start(0, 'a')], 1000, 50.25],
  [
    'what failed at once is no longer in it',
    [planned(4, 400), start(0, 'a'), built(100, 'a'), start(100, 'b'), failed(100, 'b')],
    100,
    200,
  ],
  ['what was fresh is no longer in it', [planned(4, 400), start(0, 'a'), built(100, 'a'), fresh(100, 'b'), fresh(100, 'c')], 100, 100],
  ['time counts from the plan on', [[100, planned(10, 1000)[1]], start(100, 'a'), built(200, 'a'), start(200, 'b')], 250, 850],
  ['what was adopted and runs has done nothing for this build yet', [planned(2, 200), start(0, 'a', { since: -50 })], 20, 130],
  ['what was adopted has less to do', [planned(2, 200), start(0, 'a', { since: -50 }), built(50, 'a')], 50, 100],
  [
    'the last one ends no sooner than expected of it',
    [
      planned(101, 10_000),
      ...Array.from({ length: 100 }, (_, index) => [start(0, `${index}`), built(1, `${index}`)]).flat(),
      start(1, 'z'),
    ],
    11,
    90,
  ],
  ['nothing is left', [planned(1, 100), start(0, 'a'), built(100, 'a')], 100, undefined],
];
for (const [title, told, atSeconds, left] of truth) {
  test(`time left: ${title}`, () => {
    let nowMs = 0;
    const progress = listenToProgress(() => nowMs);
    for (const [at, event] of told) {
      nowMs = at * 1000;
      progress.hear(event);
    }
    const found = timeLeft(progress.now(), atSeconds * 1000);
    assert.equal(found === undefined ? undefined : Math.round(found * 100) / 100, left);
  });
}
