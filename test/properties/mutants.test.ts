import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRIED, tryMutants } from '../mutants.ts';

for (const tried of TRIED) {
  test(`no mutant of ${tried.source} is missed by ${tried.test}`, async (context) => {
    const { mutants, wrong } = await tryMutants(tried);
    context.diagnostic(`${mutants} mutants`);
    assert.deepEqual(wrong, []);
    assert.ok(mutants > 0);
  });
}
