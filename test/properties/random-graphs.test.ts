import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../../engine/build.ts';
import type { Event } from '../../engine/model/event.ts';
import { plan, wishOf } from '../../engine/plan/plan.ts';
import { isUnmoved, rememberUnmoved } from '../../engine/plan/unmoved.ts';
import { isFailed, survey } from '../../engine/plan/survey.ts';
import type { Site } from '../../engine/plan/survey.ts';
import type { World } from '../../engine/world.ts';
import type { RunsRule } from '../../engine/model/rule.ts';
import { createInlineExecutor } from '../rig/inline-executor.ts';
import { createMemoryCache } from '../rig/memory-cache.ts';
import { createMemoryDisk } from '../rig/memory-disk.ts';
import { createRandom } from '../rig/random.ts';
import type { Random } from '../rig/random.ts';
import { createModel, createNode, evaluate, keyOf, projectOf } from '../rig/random-project.ts';
import type { Model } from '../rig/random-project.ts';

const never = new AbortController().signal;

const ROUNDS = Number(process.env['ADAP_ROUNDS'] ?? 1000);
const SEED = Number(process.env['ADAP_SEED'] ?? Date.now() % 1_000_000);

test(`in ${ROUNDS} random projects the plan is the run, nothing runs without need, and all is as a clean build gives (ADAP_SEED=${SEED})`, async () => {
  const sums = { builds: 0, ran: 0, fresh: 0, unmoved: 0, failed: 0, cut: 0, edits: 0 };
  for (let round = 0; round < ROUNDS; round += 1) await oneProject(SEED + round, sums);
  console.log(JSON.stringify(sums));
  assert.ok(
    sums.ran > ROUNDS && sums.fresh > ROUNDS && sums.unmoved > ROUNDS / 20 && sums.failed > ROUNDS / 20 && sums.cut > ROUNDS / 20,
    'every kind of outcome was met',
  );
});

async function oneProject(
  seed: number,
  sums: Record<'builds' | 'ran' | 'fresh' | 'unmoved' | 'failed' | 'cut' | 'edits', number>,
): Promise<void> {
  const random = createRandom(seed);
  const model = createModel(random);
  let clock = 1e12;
  // Now and then time stands still through a build and the edits after it: two changes within one tick of the file system.
  let isStill = false;
  const now = (): number => (clock += isStill || random.chance(0.5) ? 0 : random.below(7));
  const disk = createMemoryDisk(now, 4);
  const cache = createMemoryCache();
  const world: World = { disk, now, host: 'here', pid: process.pid, step: () => undefined };
  disk.makeFolder('/p/config');
  for (const [name, text] of Object.entries(model.files)) disk.write(`/p/files/${name}`, text);
  /** What each node was last built from, and what it last failed on since. */
  const ranOn = new Map<string, { built: string | undefined; failed: string | undefined }>();
  const damaged = new Set<string>();

  const check = async (): Promise<void> => {
    const ran: string[] = [];
    const project = projectOf(model, disk, async (node, given) => {
      for (let turns = random.below(4); turns > 0; turns -= 1) await new Promise<void>((done) => void setImmediate(done));
      for (const input of node.inputs) {
        assert.equal(
          Buffer.from(given.bytes(input)).toString('latin1'),
          evaluate(model, input),
          `${node.name} began before ${input} was made (seed ${seed})`,
        );
      }
      ran.push(node.name);
    });
    const site: Site = { project, root: '/p', home: '/p/home', named: '/p/home', config: '/p/config', cwd: '/p' };
    const ask = { words: [], stages: [], force: 'no', retry: 'no' } as const;

    const code = JSON.stringify([model.nodes, model.values]);
    if (disk.files().get('/p/adapfile.ts') !== code) disk.write('/p/adapfile.ts', code);
    const memory = { file: '/p/home/.adap/cache/unmoved', request: 'all', modules: new Set(['/p/adapfile.ts']), loadedAtMs: now() };
    const unmoved = isUnmoved(world, memory);

    const surveyed = survey({ world, cache, site }, ask);
    assert.ok(!isFailed(surveyed));
    const planned = plan(surveyed, wishOf(surveyed, ask));
    const next = (kind: string): string[] => planned.filter(({ state }) => state.next.kind === kind).map(({ target }) => target.rule.name);
    for (const { target, state } of planned)
      assert.ok(
        state.next.kind === 'nothing' || state.reasons.length > 0 || state.next.kind === 'blocked',
        `${target.id} has a reason (seed ${seed})`,
      );

    const events: Event[] = [];
    const built = await build(
      { world, cache, site },
      {
        ...ask,
        jobs: 1 + random.below(4),
        onFailure: 'go-on',
        tell: (event) => void events.push(event),
        executor: createInlineExecutor(world, (name) => project.rules.find((rule) => rule.name === name) as RunsRule),
        control: { isInterrupted: () => false, cancel: never, leave: never },
        forecast: random.chance(0.2) ? 'yes' : 'no',
        wait: async () => undefined,
        onBegin: () => undefined,
        remember: (found) => rememberUnmoved(world, memory, found),
      },
    );
    assert.ok(!isFailed(built));

    const expected = model.nodes.filter((node) => {
      if (node.inputs.some((input) => evaluate(model, input) === undefined)) return false;
      const key = keyOf(model, node, (input) => evaluate(model, input));
      const before = ranOn.get(node.name) ?? { built: undefined, failed: undefined };
      // A result stands by itself; a failure holds for what it failed on.
      const stands = before.built === key && !damaged.has(node.name);
      const must = !stands && before.failed !== key;
      if (must && evaluate(model, node.name) === undefined) ranOn.set(node.name, { built: before.built, failed: key });
      else if (must) {
        ranOn.set(node.name, { built: key, failed: undefined });
        damaged.delete(node.name);
      }
      return must;
    });
    sums.unmoved += unmoved === undefined ? 0 : 1;
    const where = `(seed ${seed}, ADAP_ROUNDS=1 ADAP_SEED=${seed})`;
    const isQuiet = expected.length === 0 && unmoved?.fresh === model.nodes.length;
    assert.ok(unmoved === undefined || isQuiet, `nothing moved, when nothing had to run ${where}`);
    assert.deepEqual(ran.toSorted(), expected.map((node) => node.name).toSorted(), `what ran is what had to ${where}`);
    const mayRun = new Set([...next('run'), ...next('wait')]);
    assert.ok(
      ran.every((name) => mayRun.has(name)),
      `nothing ran that was not planned ${where}`,
    );
    assert.ok(
      next('run').every((name) => ran.includes(name)),
      `what was planned ran ${where}`,
    );
    for (const node of model.nodes) {
      const content = disk.files().get(`/p/home/out/${node.name}/result`);
      const right = evaluate(model, node.name);
      if (right !== undefined) assert.equal(content, right, `${node.name} is what a clean build gives ${where}`);
    }
    sums.builds += 1;
    sums.ran += ran.length;
    sums.fresh += built.counts.fresh;
    sums.failed += built.counts.failed;
    sums.cut += next('wait').filter((name) => !ran.includes(name)).length;
  };

  await check();
  for (let edits = 1 + random.below(4); edits > 0; edits -= 1) {
    for (let count = random.below(3); count >= 0; count -= 1) edit(random, model, disk, damaged);
    sums.edits += 1;
    isStill = random.chance(0.4);
    if (random.chance(0.2)) cache.clear();
    await check();
    if (random.chance(0.3)) await check();
    // A calm night: stamps grow old enough to be believed, and a quiet plan is remembered; the next edit must still be seen.
    for (let looks = random.chance(0.3) ? 4 : 0; looks > 0; looks -= 1) {
      isStill = false;
      clock += 200;
      // The last look may come in the tick in which a file was written anew as it was; the edit after it, too.
      isStill = looks === 1;
      const name = random.pick(Object.keys(model.files));
      if (isStill) disk.write(`/p/files/${name}`, model.files[name] ?? '');
      await check();
    }
  }
}

/** One thing that people, or disks, do. */
function edit(random: Random, model: Model, disk: ReturnType<typeof createMemoryDisk>, damaged: Set<string>): void {
  const node = random.pick(model.nodes);
  const output = `/p/home/out/${node.name}/result`;
  const has = disk.stamp(output) !== undefined;
  switch (random.below(9)) {
    case 0:
      model.values[random.pick(Object.keys(model.values))] = random.pick(['a', 'b', 'bad']);
      return;
    case 1: {
      const name = random.pick(Object.keys(model.files));
      model.files[name] = random.pick(['0', '1', '2']);
      disk.write(`/p/files/${name}`, model.files[name]);
      return;
    }
    case 2:
      disk.remove(output);
      if (has) damaged.add(node.name);
      return;
    case 3: {
      const before = disk.files().get(output);
      if (before === undefined) return;
      disk.write(output, 'XXXXXXXX');
      damaged.add(node.name);
      return;
    }
    case 4:
      disk.touch(output);
      return;
    case 5:
      node.revision += 1;
      return;
    case 6:
      node.members = (node.members + 1) % 3;
      return;
    case 7:
      model.nodes.push(createNode(random, `n${model.nodes.length}`, model));
      return;
    default:
      node.inputs = node.inputs.filter(() => random.chance(0.5));
  }
}
