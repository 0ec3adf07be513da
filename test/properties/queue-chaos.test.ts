/** Workers killed and suspended, Redis restarted, wiped and away, and a store that hurts every fifth request: nothing is lost, nothing is published twice. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../engine/executors/redis.ts';
import { inBucket, rgw } from '../rig/bucket-home.ts';
import { assertBytesAsRecorded, assertNoRecordLacksObjects } from '../rig/converged.ts';
import { startFaultProxy } from '../rig/fault-proxy.ts';
import { CHECKOUT, createProject } from '../rig/project.ts';
import { createRandom } from '../rig/random.ts';
import { good, recipes } from '../rig/recipes.ts';
import { noRedis, startRedis } from '../rig/redis.ts';
import { openRelay } from '../rig/relay.ts';
import { noRgw } from '../rig/rgw.ts';

const TARGETS = Number(process.env['ADAP_CHAOS_TARGETS'] ?? 200);
const WORKERS = 4;
const SEED = Number(process.env['ADAP_SEED'] ?? 7);
const skip = noRgw === false ? noRedis : noRgw;
const LEASE = { ADAP_WORKER_LEASE_SECONDS: '4' };

const none = { waitSeconds: 0, retries: 30 };
const policy = { 'lease-lost': none, preempted: none, 'never-started': none, 'store-unavailable': none, 'node-lost': none, bug: none };

test('chaos', { skip }, async () => {
  const random = createRandom(SEED);
  const names = Array.from({ length: TARGETS }, (_, index) => `t${String(index).padStart(3, '0')}`);
  await using redis = await startRedis();
  await using proxy = await startFaultProxy({ upstream: (await rgw()).endpoint, seed: SEED, share: 0.2 });
  await using project = await createProject({
    'adapfile.ts': recipes,
    'config/common.json': JSON.stringify({ policy }),
    ...Object.fromEntries(names.map((name) => [`in/${name}.sh`, `echo ${name} >> "$(dirname "$0")/../runs"; ${good(name)}`])),
  });
  const home = await inBucket(project, proxy.endpoint);
  const env = { ...process.env, ...home.env, ...LEASE, ADAP_REDIS: redis.address, NO_COLOR: '1' };
  const workers = new Set<ChildProcess>();
  const over = { is: false };
  const begin = (): void => {
    const worker = spawn(`${CHECKOUT}/bin/adap`, ['worker', '--idle', '600', '--memory', '1'], {
      cwd: project.root,
      env,
      stdio: 'ignore',
      detached: true,
    });
    workers.add(worker);
    worker.on('exit', () => {
      workers.delete(worker);
      if (!over.is) begin();
    });
  };
  for (let count = 0; count < WORKERS; count += 1) begin();
  const done = { kills: 0, stops: 0, restarts: 0, flushes: 0, away: 0 };
  const acts: readonly (() => Promise<void>)[] = [
    async () => {
      random.pick([...workers])?.kill('SIGKILL');
      done.kills += 1;
    },
    async () => {
      const worker = random.pick([...workers]);
      worker?.kill('SIGSTOP');
      done.stops += 1;
      await wait(6000);
      worker?.kill('SIGCONT');
    },
    async () => {
      process.kill(redis.pid(), 'SIGKILL');
      await redis.startAgain();
      done.restarts += 1;
    },
    async () => {
      const client = await connect(redis.address, 'asks');
      await client.flushall().catch(() => undefined);
      client.disconnect();
      done.flushes += 1;
    },
  ];
  const chaos = async (): Promise<void> => {
    for (let round = 0; !over.is; round += 1) {
      await wait(2000 + random.below(2000));
      if (round === 5) {
        process.kill(redis.pid(), 'SIGKILL');
        await wait(30_000);
        await redis.startAgain();
        done.away += 1;
      } else if (!over.is)
        await random
          .pick(acts)()
          .catch(() => undefined);
    }
  };
  const running = chaos();
  const published: string[] = [];
  let builds = 0;
  try {
    for (let code: number | undefined = 1; code !== 0 && builds < 8; builds += 1) {
      const built = await home.adap('build --executor queue --json --retry', { ...LEASE, ADAP_REDIS: redis.address });
      published.push(...Array.from(built.out.matchAll(/"kind":"built","target":"([^"]+)"/g), ([, target = '']) => target));
      code = built.code;
      if (code !== 0 && builds === 7) assert.fail(`${built.out.slice(-3000)}${built.error}`);
    }
  } finally {
    over.is = true;
    for (const worker of workers) {
      worker.kill('SIGCONT');
      worker.kill('SIGTERM');
    }
    await running;
  }
  const records = await home.records();
  assert.equal(records.length, TARGETS + 1, 'none is lost');
  const twice = published.filter((target, index) => published.indexOf(target) !== index);
  assert.deepEqual(twice, [], 'none is published twice');
  for (const name of names) assert.equal(await home.text(`out/${name}/result`), `${name}\nend\n`);
  await assertNoRecordLacksObjects(home, 'after the chaos');
  const bytes = await assertBytesAsRecorded(home, 'after the chaos');
  const runs = existsSync(`${project.root}/runs`) ? readFileSync(`${project.root}/runs`, 'utf8').trim().split('\n').length : 0;
  assert.match((await home.adap('build -n')).out, new RegExp(`^0 to build, ${TARGETS + 1} fresh$`, 'm'));
  const { requests } = proxy.counts();
  console.log(
    `seed ${SEED}: ${TARGETS} targets, ${JSON.stringify(done)}, ${requests} requests of which every fifth was hurt: ${builds} builds, ${runs} runs of recipes, 0 lost, 0 published twice, 0 mixed, ${bytes} bytes as recorded`,
  );
});

/** Its connections are reset, and no new one gets through; or it is suspended, and hears nothing while its recipe goes on. */
for (const how of ['cut off', 'suspended'] as const)
  test(
    `a worker that is ${how} for longer than its lease ends what it does; its late result is not published over a newer one`,
    { skip },
    async () => {
      await using redis = await startRedis();
      const wire = await openRelay(redis.address);
      await using project = await createProject({
        'adapfile.ts': recipes,
        'config/common.json': JSON.stringify({ policy }),
        // The first run takes longer than the lease, and would make another result.
        'in/a.sh': `cd "$(dirname "$0")/.."; if mkdir once 2> /dev/null; then sleep 12; echo late > "$OUT"; echo end >> "$OUT"; touch was-late; else ${good('newer')}fi`,
      });
      const home = await inBucket(project);
      const env = { ...LEASE, ADAP_REDIS: redis.address };
      const first = spawn(`${CHECKOUT}/bin/adap`, ['worker', '--idle', '90', '--memory', '1'], {
        cwd: project.root,
        env: { ...process.env, ...home.env, ...LEASE, ADAP_REDIS: `redis://127.0.0.1:${wire.port}`, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let said = '';
      first.stdout.on('data', (data: Buffer) => (said += data.toString()));
      const build = home.adap('build --executor queue', env);
      for (let looks = 0; looks < 400 && !existsSync(`${project.root}/once`); looks += 1) await wait(25);
      if (how === 'suspended') first.kill('SIGSTOP');
      else wire.cut(true);
      const second = home.adap('worker --idle 25 --memory 1', env);
      await wait(7000);
      first.kill('SIGCONT');
      const built = await build;
      assert.equal(built.code, 0, built.out + built.error);
      assert.equal(await home.text('out/a/result'), 'newer\nend\n');
      for (let looks = 0; looks < 400 && !/its lease was lost/.test(said); looks += 1) await wait(25);
      assert.match(said, /^cook a: its lease was lost, and it was ended$/m);
      assert.equal(existsSync(`${project.root}/was-late`), false);
      wire.cut(false);
      await second;
      first.kill('SIGTERM');
      assert.match((await home.adap('build')).out, /^0 built, 2 fresh$/m);
      assert.equal(await home.text('out/a/result'), 'newer\nend\n');
      wire.close();
    },
  );
