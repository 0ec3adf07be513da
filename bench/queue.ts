/** What a queue costs a job: our executor and eight workers with attempts that end at once, beside bare BullMQ with as many workers, on one Redis. */
import { hostname } from 'node:os';
import { nodeDisk } from '../engine/disk/node-disk.ts';
import type { Executor } from '../engine/executors/executor.ts';
import { createQueueExecutor } from '../engine/executors/queue.ts';
import { connect } from '../engine/executors/redis.ts';
import type { Order } from '../engine/model/attempt.ts';
import { NO_USAGE } from '../engine/model/evidence.ts';
import { work } from '../engine/run/worker.ts';
import { noRedis, startRedis } from '../test/rig/redis.ts';
import { median } from './clock.ts';
import { isQuick } from './place.ts';

const JOBS = isQuick ? 200 : 1000;
const WORKERS = 8;
const ROUNDS = isQuick ? 1 : 5;
const LINE = 'queue:';

async function compare(): Promise<void> {
  await using redis = await startRedis();
  const rounds: { own: number; bare: number }[] = [];
  // Each on queues of its own; the first round is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const one = { bare: await bareBull(redis.address, round), own: await ours(redis.address, round) };
    if (round > 0) rounds.push(one);
  }
  const [bare, own] = [median(rounds.map((one) => one.bare)), median(rounds.map((one) => one.own))];
  const ratio = median(rounds.map((one) => one.own / one.bare));
  const per = (ms: number): string => (ms / JOBS).toFixed(2);
  console.log(
    `${LINE} ${JOBS} empty jobs, ${WORKERS} workers: ${per(own)} ms a job, bare BullMQ ${per(bare)} ms: ${ratio.toFixed(2)} x, median of ${ROUNDS} (goal: at most 1.50)`,
  );
  process.exit(0);
}

async function bareBull(address: string, round: number): Promise<number> {
  const { Queue, QueueEvents, Worker } = await import('bullmq');
  const [asks, waits] = [await connect(address, 'asks'), await connect(address, 'waits')];
  const queue = new Queue(`bare-${round}`, { connection: asks });
  const events = new QueueEvents(`bare-${round}`, { connection: await connect(address, 'waits') });
  const workers = Array.from({ length: WORKERS }, () => new Worker(`bare-${round}`, () => Promise.resolve({}), { connection: waits }));
  await Promise.all([events.waitUntilReady(), ...workers.map((each) => each.waitUntilReady())]);
  let done = 0;
  const all = new Promise<void>((end) => void events.on('completed', () => (done += 1) === JOBS && end()));
  const begun = performance.now();
  for (let job = 0; job < JOBS; job += 1) void queue.add('attempt', orderOf(job), { removeOnComplete: { age: 86_400 } });
  await all;
  const took = performance.now() - begun;
  await Promise.all([queue.close(), events.close(), ...workers.map((each) => each.close(true))]);
  return took;
}

const orderOf = (job: number): Order => ({
  attempt: `a-${job}`,
  target: `t ${job}`,
  rule: 't',
  revision: 1,
  at: {},
  key: 'K',
  root: '/none',
  home: '/none/home',
  named: '/none/home',
  outputs: [],
  needs: {},
  paths: {},
  inputs: [],
  made: {},
  wants: { cpus: 1, hours: 1 },
  tries: 1,
  graceSeconds: 1,
});

/** In the place of processes: attempts that end at once. */
const atOnce: Executor = {
  capacity: { cpus: 1, memoryGiB: 1, scratchGiB: 1 },
  start: (_, { attempt, target, key, tries }) => ({
    startedAtMs: 0,
    ended: Promise.resolve({
      kind: 'manifest',
      manifest: {
        kind: 'sealed',
        order: { attempt, target, key, tries },
        outputs: [],
        evidence: { ...NO_USAGE, attempt, host: hostname(), startedAtMs: 0, commands: [], lastLines: [], undeclared: [], caveats: [] },
      },
    }),
    cancel: () => undefined,
    release: () => undefined,
  }),
  prepare: () => undefined,
  close: () => undefined,
  adopt: () => undefined,
  sweep: () => Promise.resolve(),
};

async function ours(address: string, round: number): Promise<number> {
  const over = { is: false };
  const common = { address, named: `/none/${round}`, bucket: undefined, version: 'bench', local: atOnce };
  for (let worker = 0; worker < WORKERS; worker += 1)
    void work({
      ...common,
      memoryGiB: 1,
      freeGiB: () => 1,
      idleSeconds: 600,
      name: `w${worker}`,
      tell: () => undefined,
      isOver: () => over.is,
    });
  const executor = createQueueExecutor({ ...common, disk: nodeDisk, now: Date.now });
  await new Promise((done) => void setTimeout(done, 1000));
  const begun = performance.now();
  await Promise.all(Array.from({ length: JOBS }, (_, job) => executor.start('/none/attempt', orderOf(job)).ended));
  const took = performance.now() - begun;
  over.is = true;
  executor.close();
  return took;
}

if (noRedis === false) await compare();
else console.log(`${LINE} skipped: ${noRedis}`);
