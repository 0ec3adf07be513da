import { existsSync } from 'node:fs';
import { after } from 'node:test';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import { createQueueExecutor } from '../../engine/executors/queue.ts';
import { work } from '../../engine/run/worker.ts';
import { noRedis, startRedis } from '../rig/redis.ts';
import { executorContract } from './executor.ts';
import { openLocal } from './open-local.ts';
import type { Place } from './ordered-attempt.ts';

const ADDRESS = 'ADAP_CONTRACT_REDIS';
const VERSION = 'of the tests';
const served = new Set<string>();

/** Two workers for each project, until it is gone. */
function serve(place: Place): void {
  if (served.has(place.root) || process.env['ADAP_CONTRACT_OTHER_BUILDER'] !== undefined) return;
  served.add(place.root);
  for (const name of ['one', 'other'])
    void work({
      address: process.env[ADDRESS] ?? '',
      named: place.root,
      bucket: undefined,
      local: openLocal(place),
      memoryGiB: 1,
      freeGiB: () => 1,
      idleSeconds: 60,
      version: VERSION,
      name,
      tell: () => undefined,
      isOver: () => !existsSync(place.root),
    });
}

const open = (place: Place): Executor => {
  serve(place);
  const address = process.env[ADDRESS] ?? '';
  return createQueueExecutor({
    address,
    named: place.root,
    disk: nodeDisk,
    bucket: undefined,
    version: VERSION,
    local: openLocal(place),
    now: Date.now,
  });
};

if (noRedis === false && process.env[ADDRESS] === undefined) {
  const redis = await startRedis();
  process.env[ADDRESS] = redis.address;
  after(() => redis[Symbol.asyncDispose]());
}
if (noRedis === false) executorContract('executor by a queue', open);
else console.log(`skipped: ${noRedis}`);
