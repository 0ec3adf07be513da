import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPatience } from '../../engine/stores/patience.ts';

const answered = (status: number, name = ''): Error => Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });
const broken = (code: string): Error => Object.assign(new Error('no'), { code });

/** How many requests are made in all, if each of them ends so. */
async function attempts(error: Error): Promise<number> {
  const { strategy } = createPatience(16);
  let token = await strategy.acquireInitialRetryToken();
  for (let count = 1; ; count += 1) {
    try {
      token = await strategy.refreshRetryTokenForRetry(token, { error });
    } catch (last) {
      assert.equal(last, error);
      return count;
    }
  }
}

const rows: readonly (readonly [what: string, error: Error, times: number])[] = [
  ['503', answered(503, 'SlowDown'), 14],
  ['500', answered(500, 'InternalError'), 14],
  ['a reset', broken('ECONNRESET'), 14],
  ['a refused connection', broken('ECONNREFUSED'), 5],
  ['a name that is unknown', broken('ENOTFOUND'), 3],
  ['403', answered(403, 'AccessDenied'), 1],
  ['a used up quota', answered(403, 'QuotaExceeded'), 1],
  ['404', answered(404, 'NoSuchKey'), 1],
  ['a clock that is off', answered(403, 'RequestTimeTooSkewed'), 1],
  ['a certificate', broken('SELF_SIGNED_CERT_IN_CHAIN'), 1],
];
for (const [what, error, times] of rows)
  test(`${what} is met ${times} times at most`, async () => {
    assert.equal(await attempts(error), times);
  });

test('half as many at once when the store says that it is too much, and one more for each round that goes well', async () => {
  const { strategy, limit } = createPatience(16);
  const token = await strategy.acquireInitialRetryToken();
  await strategy.refreshRetryTokenForRetry(token, { error: answered(503, 'SlowDown') });
  assert.equal(limit.concurrency, 8);
  await strategy.refreshRetryTokenForRetry(token, { error: answered(503, 'SlowDown') });
  assert.equal(limit.concurrency, 4);
  for (let well = 0; well < 4; well += 1) strategy.recordSuccess();
  assert.equal(limit.concurrency, 5);
  for (let well = 0; well < 1000; well += 1) strategy.recordSuccess();
  assert.equal(limit.concurrency, 16);
});
