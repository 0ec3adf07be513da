import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lackingSeats } from '../../engine/executors/cluster/seats.ts';
import { asksFor } from '../../engine/executors/cluster/worker-job.ts';

const wants = (memoryGiB: number, scratchGiB = 0, cpus = 1) => ({ memoryGiB, scratchGiB, cpus, hours: 1 });
const seat = (memoryGiB: number, scratchGiB = 0, cpus = 1) => ({ memoryGiB, scratchGiB, cpus });

test('what is asked for is of the next class of memory, and large enough for all that is to sit there', () => {
  assert.deepEqual(lackingSeats([wants(32, 50), wants(30, 150, 2), wants(1)], [], 10), [
    { memoryGiB: 32, scratchGiB: 150, cpus: 2, count: 2 },
    { memoryGiB: 1, scratchGiB: 0, cpus: 1, count: 1 },
  ]);
  assert.deepEqual(lackingSeats([{ cpus: 1, hours: 1 }], [], 10), [{ memoryGiB: 1, scratchGiB: 0, cpus: 1, count: 1 }]);
});

test('half as much again is another class', () => {
  assert.deepEqual(
    [1, 1.5, 2.25, 16, 24, 32, 48, 72].map((gib) => lackingSeats([wants(gib)], [], 1)[0]?.memoryGiB),
    [1, 2, 3, 16, 24, 32, 48, 96],
  );
});

test('who has a seat needs none: the largest first, each on the smallest that is large enough', () => {
  assert.deepEqual(lackingSeats([wants(1), wants(8)], [seat(8), seat(1)], 10), []);
  assert.deepEqual(lackingSeats([wants(8), wants(8)], [seat(8), seat(1)], 10), [{ memoryGiB: 8, scratchGiB: 0, cpus: 1, count: 1 }]);
  // What is small fits anywhere; what is large in memory may be so in disk as well.
  assert.deepEqual(lackingSeats([wants(1)], [seat(64, 10)], 10), []);
  assert.deepEqual(lackingSeats([wants(1, 20)], [seat(64, 10)], 10), [{ memoryGiB: 1, scratchGiB: 20, cpus: 1, count: 1 }]);
});

test('there are never more than the adapfile lets there be, and the largest come first', () => {
  assert.deepEqual(lackingSeats([wants(1), wants(1), wants(32)], [seat(4)], 2), [{ memoryGiB: 32, scratchGiB: 0, cpus: 1, count: 1 }]);
  assert.deepEqual(lackingSeats([wants(32)], [seat(4), seat(4)], 2), []);
});

test('limits lie at most 20 % above requests', () => {
  assert.deepEqual(asksFor(seat(32, 50)), {
    requests: { cpu: '1000m', memory: '32768Mi', 'ephemeral-storage': '61440Mi' },
    limits: { cpu: '1200m', memory: '39321Mi', 'ephemeral-storage': '73728Mi' },
  });
});
