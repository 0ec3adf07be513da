import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processesOf, until } from '../rig/processes.ts';
import { executorContract } from './executor.ts';
import { openLocal } from './open-local.ts';
import { HELD, isDead, killBuilder, orderAttempt, otherBuilder, send } from './ordered-attempt.ts';

const NAME = 'executor of this machine';

executorContract(NAME, (place) => openLocal(place));

if (process.env['ADAP_CONTRACT_OTHER_BUILDER'] === undefined)
  void test(`${NAME}: nobody but the next builder ends what a dead attempt has left running`, async () => {
    await using one = orderAttempt(`setsid sleep 1000 < /dev/null > /dev/null 2>&1 &\n${HELD}`);
    await killBuilder(await otherBuilder(one, 'start'));
    const leader = await one.leader();
    send('SIGKILL', leader);
    await until(() => isDead(leader));
    assert.ok(processesOf(one.place.root).length >= 2);
    await openLocal(one.place).sweep(one.order);
    assert.deepEqual(processesOf(one.place.root), []);
  });
