import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration } from '../../engine/report/durations.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const truth: [seconds: number, words: string][] = [
  [-3, '0 s'],
  [0, '0 s'],
  [0.04, '0 s'],
  [0.44, '0.4 s'],
  [1, '1 s'],
  [9.94, '9.9 s'],
  [9.97, '10 s'],
  [12.3, '12 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [3 * MINUTE + 10, '3 min'],
  [59 * MINUTE + 29, '59 min'],
  [59 * MINUTE + 31, '1 h'],
  [2 * HOUR + 10 * MINUTE, '2 h 10 min'],
  [23 * HOUR + 59 * MINUTE + 29, '23 h 59 min'],
  [23 * HOUR + 59 * MINUTE + 31, '1 d'],
  [3 * DAY + 4 * HOUR, '3 d 4 h'],
  [3 * DAY + 23 * HOUR + 40 * MINUTE, '4 d'],
];
for (const [seconds, words] of truth) {
  test(`${seconds} seconds are ${words}`, () => assert.equal(duration(seconds), words));
}
