import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAUSES } from '../../engine/model/cause.ts';
import type { Cause } from '../../engine/model/cause.ts';
import { POISONED_AFTER, POLICIES } from '../../engine/model/policy.ts';
import { afterFailure } from '../../engine/run/after-failure.ts';
import type { Tried } from '../../engine/run/after-failure.ts';
import { createBreaker } from '../../engine/run/breaker.ts';

const capacity = { cpus: 4, memoryGiB: 64, scratchGiB: 100 };
const tried = (cause: Cause, more: Partial<Tried> = {}): Tried => ({
  failure: { cause, says: 'why' },
  count: 1,
  ownBefore: 0,
  wants: { cpus: 1, memoryGiB: 32, scratchGiB: 50, hours: 1 },
  policy: undefined,
  capacity,
  ...more,
});

/** One row per cause: retries, seconds before the first two, what holds afterwards, own doing, targets in a row that stop the stage. */
const table: Record<Cause, [retries: number, waits: number[], after: 'holds' | 'next-build', own: 0 | 1, stopsAfter: number]> = {
  exited: [0, [], 'holds', 1, 20],
  incomplete: [0, [], 'holds', 1, 20],
  'bad-input': [0, [], 'holds', 1, 20],
  'timed-out': [0, [], 'holds', 1, 20],
  bug: [0, [], 'next-build', 1, 20],
  'out-of-memory': [3, [0, 0], 'holds', 1, 20],
  'disk-full': [2, [2, 4], 'next-build', 0, 5],
  'evicted-for-disk': [3, [1, 2], 'next-build', 1, 8],
  preempted: [3, [1, 2], 'next-build', 1, 8],
  'node-lost': [3, [1, 2], 'next-build', 1, 8],
  'never-started': [3, [1, 2], 'next-build', 1, 8],
  'no-worker': [0, [], 'next-build', 0, 1],
  'lease-lost': [3, [1, 2], 'next-build', 0, 8],
  'input-changed': [2, [0, 0], 'next-build', 0, 8],
  'store-unavailable': [3, [2, 4], 'next-build', 0, 5],
  credentials: [0, [], 'next-build', 0, 1],
  quota: [3, [60, 120], 'next-build', 0, 5],
  cancelled: [0, [], 'next-build', 0, Infinity],
  poisoned: [0, [], 'holds', 1, Infinity],
};

for (const cause of CAUSES) {
  const [retries, waits, after, own, stopsAfter] = table[cause];
  test(`policy of ${cause}: tried again ${retries} times, then ${after}`, () => {
    // As much as can be given, so that it can grow at every retry.
    const small = { cpus: 1, memoryGiB: 1, scratchGiB: 1, hours: 1 };
    for (let count = 1; count <= retries; count += 1) {
      const next = afterFailure(tried(cause, { count, wants: small }));
      assert.equal(next.kind, 'again', `at failure ${count}`);
      assert.equal(next.ownFailures, own);
    }
    assert.deepEqual(
      waits,
      [1, 2].slice(0, waits.length).map((count) => {
        const next = afterFailure(tried(cause, { count, wants: small }));
        return next.kind === 'again' ? next.waitSeconds : undefined;
      }),
    );
    assert.deepEqual(afterFailure(tried(cause, { count: retries + 1, wants: small })), {
      kind: 'end',
      failure: { cause, says: 'why' },
      after,
      ownFailures: own,
    });
  });

  test(`policy of ${cause}: ${stopsAfter} targets in a row stop the stage`, () => {
    const breaker = createBreaker();
    for (let count = 1; count < Math.min(stopsAfter, 100); count += 1) {
      assert.equal(breaker.failed('reduce', { cause, says: '' }, undefined), undefined);
      assert.equal(breaker.isOpen('reduce'), false);
    }
    if (stopsAfter === Infinity) return;
    assert.equal(breaker.failed('reduce', { cause, says: '' }, undefined), stopsAfter);
    assert.equal(breaker.isOpen('reduce'), true);
    assert.equal(breaker.isOpen('scorecard'), false);
    assert.equal(breaker.failed('reduce', { cause, says: '' }, undefined), undefined, 'it is said once');
  });
}

test('out of memory asks for half as much again, up to what there is, and not for the same again', () => {
  const asks = (memoryGiB: number): number | string => {
    const next = afterFailure(tried('out-of-memory', { wants: { cpus: 1, memoryGiB, hours: 1 } }));
    return next.kind === 'again' ? (next.wants.memoryGiB ?? 0) : next.after;
  };
  assert.deepEqual([32, 48, 63, 64].map(asks), [48, 64, 64, 'holds']);
});

test('a full disk asks for half as much scratch space again; what was never limited is tried as it is', () => {
  for (const cause of ['disk-full', 'evicted-for-disk'] as const) {
    const next = afterFailure(tried(cause));
    assert.deepEqual(next.kind === 'again' && next.wants, { cpus: 1, memoryGiB: 32, scratchGiB: 75, hours: 1 });
    const plain = afterFailure(tried(cause, { wants: { cpus: 1, hours: 1 } }));
    assert.deepEqual(plain.kind === 'again' && plain.wants, { cpus: 1, hours: 1 });
  }
});

test('what did not fail for want of anything asks for the same again', () => {
  const wants = { cpus: 1, memoryGiB: 32, scratchGiB: 50, hours: 1 };
  for (const cause of ['preempted', 'node-lost', 'never-started', 'lease-lost', 'input-changed', 'store-unavailable', 'quota'] as const) {
    const next = afterFailure(tried(cause, { wants }));
    assert.deepEqual(next.kind === 'again' && next.wants, wants, cause);
  }
});

test('a rule may change parts of a policy', () => {
  const next = afterFailure(tried('exited', { policy: { exited: { retries: 1, waitSeconds: 7 } } }));
  assert.deepEqual([next.kind, next.kind === 'again' && next.waitSeconds], ['again', 7]);
  assert.equal(afterFailure(tried('preempted', { policy: { preempted: { retries: 0 } } })).kind, 'end');
});

test('a target is set aside at its fifth failure in a row', () => assert.equal(POISONED_AFTER, 5));

test('three causes ask for more, and each for what it lacked', () => {
  assert.deepEqual(
    CAUSES.flatMap((cause) => (POLICIES[cause].grows === undefined ? [] : [[cause, POLICIES[cause].grows]])),
    [
      ['out-of-memory', 'memory'],
      ['disk-full', 'scratch'],
      ['evicted-for-disk', 'scratch'],
    ],
  );
});

test(`${POISONED_AFTER} own failures in a row set a target aside, whatever the cause; what is not its own doing does not count`, () => {
  const next = afterFailure(tried('preempted', { ownBefore: POISONED_AFTER - 1 }));
  assert.deepEqual(next, {
    kind: 'end',
    failure: { cause: 'poisoned', says: `it failed ${POISONED_AFTER} times in a row, at last: preempted: why` },
    after: 'holds',
    ownFailures: POISONED_AFTER,
  });
  assert.equal(afterFailure(tried('preempted', { ownBefore: POISONED_AFTER - 2 })).kind, 'again');
  const world = afterFailure(tried('store-unavailable', { ownBefore: POISONED_AFTER - 1, count: 9 }));
  assert.deepEqual([world.kind === 'end' && world.failure.cause, world.ownFailures], ['store-unavailable', POISONED_AFTER - 1]);
  // Named all the same, a target that was set aside is tried: what the world does to it then is not its doing, either.
  const setAside = afterFailure(tried('store-unavailable', { ownBefore: POISONED_AFTER }));
  assert.deepEqual([setAside.kind, setAside.ownFailures], ['again', POISONED_AFTER]);
});

test('a stage is stopped by failures of one cause without a success between them', () => {
  const breaker = createBreaker();
  const fail = (cause: Cause, times: number): void => {
    for (let count = 0; count < times; count += 1) breaker.failed('reduce', { cause, says: '' }, undefined);
  };
  fail('exited', 19);
  breaker.built('reduce');
  fail('exited', 19);
  fail('preempted', 1);
  fail('exited', 19);
  assert.equal(breaker.isOpen('reduce'), false);
  fail('exited', 1);
  assert.equal(breaker.isOpen('reduce'), true);
});
