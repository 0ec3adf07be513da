import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Graph, Target } from '../../engine/model/target.ts';
import type { Wants } from '../../engine/model/wants.ts';
import { createLine } from '../../engine/run/line.ts';
import { remainingOf } from '../../engine/run/remaining.ts';
import { createPool, tooBig } from '../../engine/run/resources.ts';
import { schedule } from '../../engine/run/schedule.ts';
import type { Outcome, Visited } from '../../engine/run/schedule.ts';
import { createRandom } from '../rig/random.ts';

const capacity = { cpus: 4, memoryGiB: 64, scratchGiB: 100 };
const never = new Promise<void>(() => undefined);

/** A made-up target of commands; nothing but its name and inputs counts here. */
const target = (id: string, inputs: readonly Target[] = []): Target =>
  ({ id, rule: { name: id.replace(/\d+$/, ''), kind: 'runs' }, at: {}, subject: id, outputs: [], needs: {}, inputs }) as unknown as Target;
const graphOf = (targets: readonly Target[]): Graph => ({ targets, byId: new Map(targets.map((each) => [each.id, each])) });

type Work = { readonly seconds: (id: string) => number; readonly wants?: (id: string) => Wants; readonly jobs?: number };

/** Runs a graph in made-up time: what ends next is what has least left. Gives starts and ends in their order. */
async function played(graph: Graph, { seconds, wants = () => ({ cpus: 1, hours: 1 }), jobs = 100 }: Work): Promise<string[]> {
  const said: string[] = [];
  const open: { id: string; at: number; end: () => void }[] = [];
  let clock = 0;
  const visit = ({ id }: Target): Visited => ({
    kind: 'ready',
    wants: wants(id),
    start() {
      said.push(`+${id}`);
      return new Promise<Outcome>((done) => open.push({ id, at: clock + seconds(id), end: () => done({ kind: 'settled' }) }));
    },
  });
  const done = new AbortController();
  const pump = async (): Promise<void> => {
    while (!done.signal.aborted) {
      // What can start has started when a few turns have passed without a start.
      for (let [quiet, before] = [0, said.length]; quiet < 6; quiet += 1) {
        await new Promise<void>((turn) => void setImmediate(turn));
        if (said.length !== before) [quiet, before] = [0, said.length];
      }
      const next = open.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) continue;
      open.splice(open.indexOf(next), 1);
      clock = next.at;
      said.push(`-${next.id}`);
      next.end();
    }
  };
  const pumping = pump();
  const left = await schedule(graph, {
    jobs,
    pool: createPool(capacity),
    visit,
    remaining: remainingOf(graph, ({ id }) => ({ seconds: seconds(id), cpuSeconds: 0 })),
    isStopped: () => false,
    left: never,
    others: new Set(),
    wait: async () => undefined,
    turn: () => new Promise((turn) => void setImmediate(turn)),
    now: Date.now,
  });
  done.abort();
  await pumping;
  assert.equal(left, 0);
  return said;
}

test('the longest remaining path goes first, not the longest target', async () => {
  const [long, chain] = [target('long1'), target('chain1')];
  const tail = target('tail1', [chain]);
  const times: Record<string, number> = { long1: 10, chain1: 1, tail1: 20 };
  const said = await played(graphOf([long, chain, tail]), { seconds: (id) => times[id] ?? 0, jobs: 1 });
  assert.deepEqual(said, ['+chain1', '-chain1', '+tail1', '-tail1', '+long1', '-long1']);
});

test('a target waits for room, and a smaller one goes before it', async () => {
  const wants: Record<string, Wants> = {
    a1: { cpus: 1, memoryGiB: 40, hours: 1 },
    b1: { cpus: 1, memoryGiB: 40, hours: 1 },
    c1: { cpus: 1, memoryGiB: 20, hours: 1 },
  };
  const times: Record<string, number> = { a1: 9, b1: 8, c1: 1 };
  const said = await played(graphOf(['a1', 'b1', 'c1'].map((id) => target(id))), {
    seconds: (id) => times[id] ?? 0,
    wants: (id) => wants[id]!,
  });
  assert.deepEqual(said, ['+a1', '+c1', '-c1', '-a1', '+b1', '-b1']);
});

test('nobody starves: one that needs all there is runs, though small ones come without end', async () => {
  const small = Array.from({ length: 200 }, (_, index) => target(`s${index}`));
  const big = target('big1');
  const said = await played(graphOf([...small, big]), {
    seconds: (id) => (id === 'big1' ? 100 : 1),
    wants: (id) => ({ cpus: id === 'big1' ? 4 : 1, hours: 1 }),
  });
  const before = said.slice(0, said.indexOf('+big1')).filter((each) => each.startsWith('+')).length;
  // Twenty may overtake it; a few ran already when it came.
  assert.ok(before <= 24, `${before} small ones went before`);
});

test('in 200 random graphs nothing begins before its inputs have ended, and nothing takes more than there is', async () => {
  const random = createRandom(4);
  for (let round = 0; round < 200; round += 1) {
    const targets: Target[] = [];
    for (let index = 0, count = 1 + random.below(12); index < count; index += 1)
      targets.push(
        target(
          `t${index}`,
          targets.filter(() => random.chance(0.25)),
        ),
      );
    const seconds = new Map(targets.map(({ id }) => [id, random.below(9)]));
    const wants = new Map(targets.map(({ id }) => [id, { cpus: 1 + random.below(5), memoryGiB: random.below(65), hours: 1 }]));
    const jobs = 1 + random.below(5);
    const said = await played(graphOf(targets), { seconds: (id) => seconds.get(id) ?? 0, wants: (id) => wants.get(id)!, jobs });
    const running = new Set<string>();
    const ended = new Set<string>();
    for (const each of said) {
      const id = each.slice(1);
      if (each.startsWith('-')) {
        running.delete(id);
        ended.add(id);
        continue;
      }
      running.add(id);
      assert.ok(
        targets.find((one) => one.id === id)!.inputs.every((input) => ended.has(input.id)),
        `round ${round}: ${said.join(' ')}`,
      );
      const memory = [...running].reduce((sum, one) => sum + wants.get(one)!.memoryGiB, 0);
      assert.ok(memory <= capacity.memoryGiB && running.size <= jobs, `round ${round}: ${said.join(' ')}`);
    }
    assert.equal(ended.size, targets.length);
  }
});

test('a line: by rank, those of one rank as they came', () => {
  const line = createLine<{ rank: number; name: string }>((a, b) => b.rank - a.rank);
  for (const [index, rank] of [2, 9, 2, 9, 5].entries()) line.add({ rank, name: `${rank}${'abcde'[index]}` });
  assert.deepEqual(
    line.all().map(({ name }) => name),
    ['9b', '9d', '5e', '2a', '2c'],
  );
  line.remove(line.all()[2]!);
  assert.equal(line.first()?.name, '9b');
  assert.equal(line.all().length, 4);
});

test('what is more than there is cannot run; more processors than there are only make it slow', () => {
  assert.match(tooBig({ cpus: 1, memoryGiB: 65, hours: 1 }, capacity) ?? '', /^it wants 65 GiB of memory; there are 64 GiB to give$/);
  assert.match(tooBig({ cpus: 1, scratchGiB: 200, hours: 1 }, capacity) ?? '', /scratch space/);
  assert.equal(tooBig({ cpus: 99, memoryGiB: 64, scratchGiB: 100, hours: 1 }, capacity), undefined);
  const pool = createPool(capacity);
  assert.ok(pool.hasRoomFor({ cpus: 99, hours: 1 }));
  pool.take({ cpus: 0.5, hours: 1 });
  assert.ok(!pool.hasRoomFor({ cpus: 99, hours: 1 }));
  pool.give({ cpus: 0.5, hours: 1 });
  assert.ok(pool.hasRoomFor({ cpus: 99, hours: 1 }));
});
