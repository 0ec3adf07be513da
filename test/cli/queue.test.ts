/** Builds by workers that take from a queue, as a user meets them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { connect } from '../../engine/executors/redis.ts';
import { inBucket } from '../rig/bucket-home.ts';
import { deimosProject, oneDetector, standIn } from '../rig/deimos-project.ts';
import { processesOf, until } from '../rig/processes.ts';
import { CHECKOUT, createProject } from '../rig/project.ts';
import { good, recipes } from '../rig/recipes.ts';
import { writeRecordedNights } from '../rig/recorded-night.ts';
import { noRedis, startRedis } from '../rig/redis.ts';
import { noRgw } from '../rig/rgw.ts';
import { temporary } from '../rig/temporary.ts';

const FILES = { 'adapfile.ts': recipes, 'config/none': '', 'in/a.sh': good('a'), 'in/b.sh': `echo no; exit 3` };

test(
  'the demo on RGW, Redis and three workers: the same as by the builder alone',
  { skip: noRgw === false ? noRedis : noRgw },
  async () => {
    await using frames = temporary();
    writeRecordedNights(`${frames.path}/raw`);
    await using redis = await startRedis();
    const built = async (by: 'local' | 'queue') => {
      const asked = {
        raw: `${frames.path}/raw`,
        parameters: oneDetector(),
        pypeit: standIn(frames.path),
        more: { reduce: { memoryGiB: 1 }, coadd: { memoryGiB: 1 } },
      };
      await using project = await deimosProject(asked);
      const home = await inBucket(project);
      const env = { ADAP_REDIS: redis.address };
      // Each on a machine of its own, as far as files go.
      const own = (name: string) => ({ ...env, XDG_CACHE_HOME: `${project.root}/${name}` });
      const workers = by === 'local' ? [] : ['one', 'two', 'three'].map((name) => home.adap('worker --idle 20 --memory 1', own(name)));
      const build = await home.adap(`build --executor ${by}`, env);
      assert.equal(build.code, 0, build.out + build.error);
      const shown = by === 'queue' ? await home.adap('queue show', env) : undefined;
      const done = (await Promise.all(workers)).map(({ out }) => Number(/(\d+) done$/m.exec(out)?.[1] ?? 0));
      assert.match((await home.adap('build -n')).out, /^0 to build, \d+ fresh$/m);
      const log = await home.adap(['log', `reduce SYNTH1/600ZD_7500_GG455/2020-01-02`]);
      assert.match(log.out, /\$ run_pypeit/, 'the log of a worker is there');
      // Places, times and memory are of each run; so are the names of the two buckets.
      const texts = (await home.records()).map(({ target, outputs }) => [
        target,
        outputs.flatMap(({ members }) => members.map(({ path, digest }) => [path, /\.fits(\.gz)?$/.test(path) ? digest : ''])),
      ]);
      return { texts, done, shown: shown?.out ?? '' };
    };
    const [local, queue] = [await built('local'), await built('queue')];
    assert.deepEqual(queue.texts, local.texts);
    assert.ok(queue.done.filter((count) => count > 0).length >= 2, `several workers worked: ${queue.done.join(', ')}`);
    assert.match(queue.shown, /^WARNING +reduce SYNTH1\S+ +\S+-\d+ +nothing was reduced: a stand-in/m, queue.shown);
  },
);

test('one machine: a Redis of its own, which goes with the last who uses it; queue commands', { skip: noRedis }, async () => {
  await using project = await createProject(FILES);
  const worker = project.adap('worker --idle 25 --memory 1');
  // All come at once, and meet in one.
  await Promise.all([project.adap('queue show'), project.adap('queue show')]);
  const built = await project.adap('build --executor queue');
  assert.match(built.out, /^built +cook a /m, built.out + built.error);
  assert.match(built.out, /^failed +cook b +exited: .* exited with 3: no$/m);
  const shown = (await project.adap('queue show')).out;
  assert.match(shown, /^COMPLETE +cook a +\S+-\d+$/m);
  assert.match(shown, /^FAILED +cook b +\S+-\d+ +exited: .* exited with 3: no$/m);
  project.write({ 'in/b.sh': `echo caveat > "$OUT"; echo end >> "$OUT"` });
  const retried = await project.adap('queue retry');
  assert.match(retried.out, /^built +cook b/m, retried.out + retried.error);
  assert.equal(retried.code, 0);
  assert.match((await project.adap('queue show')).out, /^WARNING +cook b +\S+-\d+ +it says caveat$/m);
  assert.match((await project.adap('queue load cook a')).out, /^0 built, 1 fresh$/m);
  assert.match((await project.adap('queue drain')).out, /^nothing waited$/m);
  assert.match((await project.adap('queue what')).error, /^error\[queue-verb\]/);
  assert.match((await project.adap('build --executor cloud')).error, /^error\[no-executor\]/);
  assert.match((await worker).out, /^nothing to do: [23] done$/m);
  await until(() => processesOf(project.root).length === 0);
});

test('a worker that is told to end hands its lease back, and another goes on', { skip: noRedis }, async () => {
  await using project = await createProject({
    ...FILES,
    'in/a.sh': `cd "$(dirname "$0")/.."; if mkdir once 2> /dev/null; then sleep 300; touch was-late; fi; ${good('a')}`,
    'in/b.sh': good('b'),
  });
  await using redis = await startRedis();
  const env = { ADAP_REDIS: redis.address };
  const first = spawn(`${CHECKOUT}/bin/adap`, ['worker', '--idle', '300', '--memory', '1'], {
    cwd: project.root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  first.stdout.on('data', (data: Buffer) => (said += data.toString()));
  const build = project.adap('build --executor queue', env);
  await until(() => existsSync(`${project.root}/once`), 2);
  first.kill('SIGTERM');
  await once(first, 'exit');
  assert.match(said, /^cook a: ended without a result\ntold to end: \d done$/m);
  const second = project.adap('worker --idle 10 --memory 1', env);
  const built = await build;
  assert.match(built.out, /^again +cook a +preempted: /m, built.out + built.error);
  assert.match(built.out, /^3 built, 0 fresh$/m);
  assert.equal(existsSync(`${project.root}/was-late`), false);
  await second;
});

test('what waits is taken out of the queue, and its builder says so', { skip: noRedis }, async () => {
  await using project = await createProject({ ...FILES, 'in/b.sh': good('b') });
  const build = project.adap('build --executor queue');
  let drained = '';
  for (let looks = 0; looks < 40 && (drained.match(/taken out/g)?.length ?? 0) < 2; looks += 1)
    drained += (await project.adap('queue drain')).out;
  assert.match(drained, /^taken out +cook [ab]/m);
  const built = await build;
  assert.match(built.out, /^failed +cook a +cancelled: it was cancelled/m, built.out + built.error);
  assert.match(built.out, /^0 built, 0 fresh, 2 failed, 1 blocked$/m);
});

test('a Redis that is away, or throws away what it holds, is refused; so is a worker of another version', { skip: noRedis }, async () => {
  await using project = await createProject(FILES);
  await using redis = await startRedis();
  for (const words of ['build --executor queue', 'worker', 'queue show']) {
    const said = await project.adap(words, { ADAP_REDIS: 'redis://:secret-word@127.0.0.1:1' });
    assert.match(said.error, /^error\[redis-unreachable\]: .*127\.0\.0\.1:1 .*\n {2}try: /, words);
    assert.doesNotMatch(said.error, /secret-word/);
    assert.equal(said.code, 2);
  }
  const client = await connect(redis.address, 'asks');
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  assert.match(
    (await project.adap('build --executor queue', { ADAP_REDIS: redis.address })).error,
    /^error\[redis-evicts\]: .*allkeys-lru.*\n {2}try: .*noeviction/,
  );
  await client.config('SET', 'maxmemory-policy', 'noeviction');
  client.disconnect();
});

test('the log of what a worker is at is followed from another machine', { skip: noRgw === false ? noRedis : noRgw }, async () => {
  await using project = await createProject({
    'adapfile.ts': recipes,
    'config/none': '',
    'in/a.sh': `for i in 1 2 3 4 5 6; do echo step $i; sleep 2; done; ${good('a')}`,
  });
  await using redis = await startRedis();
  const home = await inBucket(project);
  const env = { ADAP_REDIS: redis.address };
  const own = (name: string) => ({ ...env, XDG_CACHE_HOME: `${project.root}/${name}` });
  const worker = home.adap('worker --idle 20 --memory 1', own('worker'));
  const build = home.adap('build --executor queue', own('builder'));
  let running = '';
  for (let looks = 0; looks < 20 && !running.includes('running'); looks += 1) running = (await home.adap('status', own('elsewhere'))).out;
  let followed = '';
  for (let looks = 0; looks < 20 && !followed.includes('step 6'); looks += 1)
    followed = (await home.adap('log -f a', own('elsewhere'))).out;
  assert.match(running, /^running +cook a +for \d.* s$/m, running);
  assert.match(followed, /step 2\n[^]*step 6\n/, followed);
  const built = await build;
  assert.equal(built.code, 0, built.out + built.error);
  assert.match((await home.adap('log a', own('elsewhere'))).out, /^cook a: made$/m);
  await worker;
});

/** What it makes says where its adapfile lies, and what the config folder says. */
const elsewhere = (home: string): string => `
import { readFileSync, writeFileSync } from 'node:fs';
import { word } from './words.ts';
import type { Project } from 'adap';
export default {
  home: '${home}',
  config: 'config',
  rules: [{
    name: 'say',
    revision: 1,
    kind: 'runs',
    makes: { out: { path: 'said/{name}' } },
    each: () => [{ name: 'one' }],
    needs: (_, facts) => ({
      said: { kind: 'keyed', values: { said: facts.config.text('said') ?? '' } },
      own: { kind: 'members', noun: 'file', members: { data: facts.config.text('data') ?? '' }, paths: { data: facts.config.text('data')?.trim() ?? '' } },
    }),
    subject: (at) => at['name'] ?? '',
    runs: async ({ makes }) => writeFileSync(makes['out'] ?? '', word + ' ' + import.meta.dirname + ' ' + readFileSync(import.meta.dirname + '/config/said', 'utf8')),
  }],
  source: { revision: 1, roots: [], matches: () => false, read: () => ({ kind: 'entry', group: '', about: {}, stands: new Uint8Array() }) },
} satisfies Project;
`;

test(
  'a worker elsewhere is given the code and the config of the project, and nothing else',
  { skip: noRgw === false ? noRedis : noRgw },
  async () => {
    await using redis = await startRedis();
    await using project = await createProject({
      'adapfile.ts': elsewhere('home'),
      'words.ts': `export const word = 'hello';\n`,
      'config/said': 'first',
      'config/data': 'config/said',
      'secret.txt': 'of nobody',
    });
    const home = await inBucket(project);
    // Of the same home, and without any of its rules.
    await using other = await createProject({
      'adapfile.ts': `export default { home: '${home.home}', config: '.', rules: [], source: { revision: 1, roots: [], matches: () => false, read: () => undefined } };\n`,
    });
    const env = { ...home.env, ADAP_REDIS: redis.address };
    const worker = other.adap('worker --idle 20 --memory 1', { ...env, XDG_CACHE_HOME: `${other.root}/machine` });
    project.write({ 'config/data': `${project.root}/config/said` });
    const built = await home.adap('build --executor queue', env);
    assert.equal(built.code, 0, built.out + built.error);
    const said = (await home.text('said/one')) ?? '';
    assert.match(said, /^hello \S+\/cache\/kits\/[0-9a-f]{16} first$/);
    assert.ok(said.includes(other.root) && !said.includes(project.root));
    const kitPath = (await home.paths()).find((path) => path.startsWith('.adap/kits/'));
    const kit = JSON.parse((await home.text(kitPath ?? '')) ?? '{}') as { files: Record<string, string> };
    assert.deepEqual(Object.keys(kit.files).toSorted(), ['adapfile.ts', 'config/data', 'config/said', 'words.ts']);
    await worker;
  },
);
