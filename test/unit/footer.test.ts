import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../engine/model/event.ts';
import { createFooter } from '../../engine/report/footer.ts';
import type { Footer } from '../../engine/report/footer.ts';

const MINUTE = 60;
const HOUR = 3600;
const NOW = 1e12;

type Rig = Footer & { at(seconds: number): void; hearAll(...events: readonly Event[]): void };

function rig(): Rig {
  let nowMs = NOW;
  const footer = createFooter({ now: () => nowMs });
  return {
    ...footer,
    at: (seconds) => (nowMs = NOW + seconds * 1000),
    hearAll: (...events) => {
      for (const event of events) footer.hear(event);
    },
  };
}

const planned = (stages: Record<string, number>, seconds?: number): Event => ({ kind: 'planned', stages, seconds });
const started = (target: string, more: { since?: number; expected?: number } = {}): Event => ({
  kind: 'started',
  target,
  stage: target.split(' ')[0]!,
  reasons: [],
  by: 'started',
  sinceMs: NOW + (more.since ?? 0) * 1000,
  expectedSeconds: more.expected,
});
const built = (target: string): Event => ({ kind: 'built', target, stage: target.split(' ')[0]!, reasons: [], seconds: 1, caveats: [] });
const failure = { cause: 'exited', says: '' } as const;
const failed = (target: string): Event => ({ kind: 'failed', target, failure, older: 'none' });

test('a footer shows stages, what runs, and the sum', () => {
  const { at, hearAll, lines } = rig();
  hearAll(planned({ reduce: 2204, scorecard: 2204, archive: 0 }, 80 * HOUR));
  for (let count = 0; count < 300; count += 1) hearAll(started(`reduce ${count}`, { expected: 2 * HOUR }), built(`reduce ${count}`));
  for (let count = 0; count < 298; count += 1) hearAll(built(`scorecard ${count}`));
  hearAll(failed('reduce a'), { kind: 'problem', target: 'reduce b', problems: [] });
  hearAll(
    started('reduce cdf07b/600ZD_7899_GG400/2007-10-11', { since: 38 * MINUTE }),
    started('reduce HDa06DB/600ZD_8000_GG455/2006-04-27', { expected: 2 * HOUR + 10 * MINUTE }),
  );
  at(41 * MINUTE + 59);
  assert.deepEqual(lines(100), [
    'reduce     [##--------------]   302/2,204   2 failed',
    'scorecard  [##--------------]   298/2,204',
    '  running  reduce HDa06DB/600ZD_8000_GG455/2006-04-27  42 min of about 2 h 10 min',
    '           reduce cdf07b/600ZD_7899_GG400/2007-10-11    4 min',
    '600/4,408 done, 2 running, 2 failed, about 2 d 12 h left',
  ]);
});

const ends: [title: string, event: Event, row: string][] = [
  ['built', built('a x'), 'a  [########--------]   1/2'],
  ['fresh', { kind: 'fresh', target: 'a x', stage: 'a' }, 'a  [########--------]   1/2'],
  ['failed', failed('a x'), 'a  [########--------]   1/2   1 failed'],
  ['a problem', { kind: 'problem', target: 'a x', problems: [] }, 'a  [########--------]   1/2   1 failed'],
  ['held', { kind: 'held', target: 'a x', problems: [] }, 'a  [########--------]   1/2   1 held'],
  ['blocked', { kind: 'blocked', target: 'a x', by: ['b'] }, 'a  [########--------]   1/2   1 blocked'],
  ['to be tried again', { kind: 'again', target: 'a x', failure, tries: 2, waitSeconds: 1, asks: '' }, 'a  [----------------]   0/2'],
  ['left to the next build', { kind: 'left-running', target: 'a x' }, 'a  [----------------]   0/2'],
];
for (const [title, event, row] of ends) {
  test(`a target that is ${title} no longer runs, and counts as it should`, () => {
    const { hearAll, lines } = rig();
    hearAll(planned({ a: 2 }), started('a x'));
    assert.equal(lines(80).length, 3);
    hearAll(event);
    assert.equal(lines(80).length, 2);
    assert.equal(lines(80)[0], row);
  });
}

test('a target that is tried again runs from then on', () => {
  const { at, hearAll, lines } = rig();
  hearAll(planned({ a: 1 }), started('a x'), { kind: 'again', target: 'a x', failure, tries: 2, waitSeconds: 4, asks: '' });
  at(14);
  hearAll(started('a x', { since: 4 }));
  assert.deepEqual(lines(80), ['a  [----------------]   0/1', '  running  a x  10 s', '0/1 done, 1 running']);
});

const ages: [title: string, expected: number | undefined, atSeconds: number, row: string][] = [
  ['without an expectation', undefined, 185, '  running  a x  3 min'],
  ['with one', 7800, 185, '  running  a x  3 min of about 2 h 10 min'],
  ['as long as expected', 7800, 7800, '  running  a x  2 h 10 min of about 2 h 10 min'],
  ['longer than expected', 7800, 9000, '  running  a x  2 h 30 min, expected 2 h 10 min'],
  ['by a clock that was set back', 7800, -60, '  running  a x  0 s of about 2 h 10 min'],
];
for (const [title, expected, atSeconds, row] of ages) {
  test(`how long a target runs is told ${title}`, () => {
    const { at, hearAll, lines } = rig();
    hearAll(planned({ a: 1 }), started('a x', expected === undefined ? {} : { expected }));
    at(atSeconds);
    assert.equal(lines(80)[1], row);
  });
}

test('of many that run the longest are shown, and the rest counted', () => {
  const { at, hearAll, lines } = rig();
  hearAll(planned({ a: 1000 }));
  at(100);
  for (let count = 0; count < 8; count += 1) hearAll(started(`a ${count}`, { since: 90 - count }));
  assert.deepEqual(
    lines(80)
      .slice(1, -1)
      .map((row) => row.trim()),
    ['running  a 7  17 s', 'a 6  16 s', 'a 5  15 s', 'a 4  14 s', 'a 3  13 s', 'a 2  12 s', 'a 1  11 s', 'a 0  10 s'],
  );
  for (let count = 8; count < 21; count += 1) hearAll(started(`a ${count}`, { since: 90 - count }));
  const rows = lines(80);
  assert.equal(rows.length, 1 + 8 + 1);
  assert.equal(rows[1], '  running  a 20  30 s');
  assert.equal(rows[8], '           and 14 more');
});

const widths: [columns: number, rows: string[]][] = [
  [
    81,
    [
      'reduce  [----------------]   0/2,204',
      '  running  reduce HDa06DB/600ZD_8000_GG455/2006-04-27  41 min of about 2 h 10 min',
      '0/2,204 done, 1 running',
    ],
  ],
  [
    80,
    [
      'reduce  [----------------]   0/2,204',
      '  running  reduce HDa06DB/600ZD_8000_GG455/2006-04-27  41 min of 2 h 10 min',
      '0/2,204 done, 1 running',
    ],
  ],
  [
    74,
    ['reduce  [----------------]   0/2,204', '  running  reduce HDa06DB/600ZD_8000_GG455/2006-04-27  41 min', '0/2,204 done, 1 running'],
  ],
  [50, ['reduce  [----------------]   0/2,204', '  running  reduce HDa06DB/…G455/2006-04-27  41 min', '0/2,204 done, 1 running']],
  [30, ['reduce  0/2,204', '  running  reduce…04-27  41 mi', '0/2,204 done, 1 running']],
  [20, ['reduce  0/2,204', '  running  reduce…04', '0/2,204 done, 1 runn']],
  [0, ['', '', '']],
];
for (const [columns, rows] of widths) {
  test(`on ${columns} columns a footer says what fits`, () => {
    const { at, hearAll, lines } = rig();
    hearAll(planned({ reduce: 2204 }), started('reduce HDa06DB/600ZD_8000_GG455/2006-04-27', { expected: 2 * HOUR + 10 * MINUTE }));
    at(41 * MINUTE);
    assert.deepEqual(lines(columns), rows);
  });
}

test('a footer is live from the plan on until nothing runs and nothing is to come', () => {
  const { hearAll, lines, isLive } = rig();
  const is = (): [boolean, number] => [isLive(), lines(80).length];
  assert.deepEqual(is(), [false, 0]);
  hearAll(planned({ a: 0 }));
  assert.deepEqual(is(), [false, 0]);
  hearAll(planned({ a: 1 }));
  assert.deepEqual(is(), [true, 2]);
  hearAll(started('a x'));
  assert.deepEqual(is(), [true, 3]);
  hearAll(built('a x'));
  assert.deepEqual(is(), [false, 0]);
});

test('what runs without having been planned is shown', () => {
  const { hearAll, lines, isLive } = rig();
  hearAll(started('a x'));
  assert.ok(isLive());
  assert.deepEqual(lines(80), ['  running  a x  0 s', '1 running']);
});

test('more targets than were planned make no stage more than whole', () => {
  const { hearAll, lines } = rig();
  hearAll(planned({ a: 2, b: 1 }), built('a x'), built('a y'), built('a z'), built('c x'));
  assert.deepEqual(lines(80), ['a  [################]   2/2', 'b  [----------------]   0/1', '2/3 done']);
});
