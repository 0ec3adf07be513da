import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Event } from '../../engine/model/event.ts';
import type { State } from '../../engine/model/state.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import { recordedTargets } from '../../engine/records/recorded-targets.ts';
import { readRecord } from '../../engine/records/record-files.ts';
import { createDishes, targetOf } from '../rig/dishes.ts';
import type { Dishes } from '../rig/dishes.ts';
import { killAttempt } from '../rig/kill-attempt.ts';
import { assertNoProcessOf, processesEndedAtLast, processesOf, until } from '../rig/processes.ts';
import { createProject, CHECKOUT } from '../rig/project.ts';
import { createRandom } from '../rig/random.ts';
import type { Random } from '../rig/random.ts';

const TARGETS = Number(process.env['ADAP_CHAOS'] ?? 500);
const SEED = Number(process.env['ADAP_SEED'] ?? Date.now() % 1_000_000);

/** What is done at random moments, spread over the whole work. */
const ACTS = { 'kill builder': 20, 'leave (SIGTERM)': 5, 'kill attempt': 8, 'kill child': 8 } as const;
type Act = keyof typeof ACTS;
/** So many recipes have begun, and then so much time has gone by. */
type Moment = { readonly begun: number; readonly delayMs: number; readonly act: Act };

/** Builds that end by themselves before all is settled: each stops at what it may not try again at once. */
const MOST_LAST_BUILDS = 10;

/** With what a target may do by itself and its retries, fewer than put it into quarantine: that is for those that are always killed. */
const MOST_HITS = 1;

type Chaos = {
  readonly root: string;
  readonly home: string;
  readonly random: Random;
  readonly dishes: Dishes;
  /** Of all builds. */
  readonly events: Event[];
  /** What was done, as often. */
  readonly done: Record<Act, number>;
  /** How often each target's attempt was hit. */
  readonly hits: Map<string, number>;
  /** As last seen. */
  readonly published: Map<string, { readonly key: string; readonly publishedAtMs: number }>;
};

test(`${TARGETS} targets of which one in ten misbehaves, under kills at random moments: each ends as it must, is published once, and nothing is left (ADAP_SEED=${SEED})`, async () => {
  const start = performance.now();
  const random = createRandom(SEED);
  const dishes = createDishes(random, TARGETS);
  await using project = await createProject(dishes.files);
  await using _ = processesEndedAtLast(project.root);
  const chaos: Chaos = {
    root: project.root,
    home: `${project.root}/home`,
    random,
    dishes,
    events: [],
    done: { 'kill builder': 0, 'leave (SIGTERM)': 0, 'kill attempt': 0, 'kill child': 0 },
    hits: new Map(),
    published: new Map(),
  };
  await buildUnderKills(chaos, momentsOf(chaos));
  await buildToTheEnd(chaos);
  const actual = standingsOf((await project.adap('status --json')).out);
  assert.deepEqual(differing(actual, dishes.standings), [], `accounts add up: ${tallyOf(chaos, actual)}`);
  for (const [path, content] of dishes.contents) assert.equal(readFileSync(`${chaos.home}/${path}`, 'utf8'), content, path);
  const verified = await project.adap('verify --json');
  assert.equal(verified.code, 0, verified.out + verified.error);
  assertPublishedOnce(chaos);
  assertRunOnce(chaos);
  await until(() => processesOf(chaos.root).length === 0);
  assertNoProcessOf(chaos.root);
  for (const folder of ['attempts', 'intents'])
    assert.deepEqual(readdirSync(`${chaos.home}/.adap/${folder}`), [], `of ${folder} none is left`);
  console.log(`${tallyOf(chaos, actual)}\n${((performance.now() - start) / 1000).toFixed(1)} s`);
});

function momentsOf({ random, dishes }: Chaos): Moment[] {
  const begin = dishes.all.filter((dish) => dish.rule !== 'label' && dishes.standings.get(targetOf(dish))?.[0] !== 'blocked').length;
  const acts = Object.entries(ACTS).flatMap(([act, times]) => Array<Act>(times).fill(act as Act));
  return acts.map((act) => ({ begun: random.below(begin * 0.97), delayMs: random.below(300), act })).toSorted((a, b) => a.begun - b.begun);
}

async function buildUnderKills(chaos: Chaos, moments: readonly Moment[]): Promise<void> {
  let builder = startBuilder(chaos);
  for (const { begun, delayMs, act } of moments) {
    for (let builds = 0; !(await reached(chaos, builder, begun)); builds += 1) {
      assert.ok(builds < MOST_LAST_BUILDS, `builds end by themselves before ${begun} recipes have begun: ${builder.said()}`);
      builder = startBuilder(chaos);
    }
    await pause(delayMs);
    if (act === 'kill attempt' || act === 'kill child') {
      await hit(chaos, act);
      continue;
    }
    chaos.done[act] += builder.signal(act === 'kill builder' ? 'SIGKILL' : 'SIGTERM') ? 1 : 0;
    await builder.gone;
    chaos.events.push(...builder.events());
    lookAtRecords(chaos);
    if (chaos.random.chance(0.3)) await pause(chaos.random.below(500));
    builder = startBuilder(chaos);
  }
  await builder.gone;
  chaos.events.push(...builder.events());
  lookAtRecords(chaos);
}

/** Where none is met for a while, there is none that may be hit. */
async function hit({ home, random, hits, done }: Chaos, act: 'kill attempt' | 'kill child'): Promise<void> {
  const aim = { which: act === 'kill attempt' ? 'attempt' : 'child', mayHit: (id: string) => (hits.get(id) ?? 0) < MOST_HITS } as const;
  for (let looks = 0; looks < 100; looks += 1) {
    const target = killAttempt(home, random, aim);
    if (target !== undefined) {
      hits.set(target, (hits.get(target) ?? 0) + 1);
      done[act] += 1;
      return;
    }
    await pause(5);
  }
}

async function buildToTheEnd(chaos: Chaos): Promise<void> {
  for (let builds = 0; ; builds += 1) {
    assert.ok(builds < MOST_LAST_BUILDS, 'it does not come to an end');
    const builder = startBuilder(chaos);
    await builder.gone;
    chaos.events.push(...builder.events());
    lookAtRecords(chaos);
    if (!builder.events().some(({ kind }) => ['started', 'again', 'stopped', 'recovered'].includes(kind))) return;
  }
}

type Builder = {
  readonly gone: Promise<void>;
  isGone(): boolean;
  /** Whether there was anyone to hear it. */
  signal(name: NodeJS.Signals): boolean;
  events(): Event[];
  said(): string;
};

function startBuilder({ root }: Chaos): Builder {
  const child: ChildProcess = spawn(`${CHECKOUT}/bin/adap`, ['build', '-j', '3', '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const error: Buffer[] = [];
  child.stdout?.on('data', (data: Buffer) => void out.push(data));
  child.stderr?.on('data', (data: Buffer) => void error.push(data));
  let isGone = false;
  const gone = new Promise<void>((done) => {
    child.on('close', () => {
      isGone = true;
      done();
    });
  });
  return {
    gone,
    isGone: () => isGone,
    signal: (name) => child.exitCode === null && child.signalCode === null && child.kill(name),
    // Of one that was killed, the last line may be cut off.
    events: () =>
      (
        Buffer.concat(out)
          .toString()
          .match(/^\{.*\}$/gm) ?? []
      ).map((line) => JSON.parse(line) as Event),
    said: () =>
      Buffer.concat([...out, ...error])
        .toString()
        .slice(-2000),
  };
}

const pause = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

/** False where the builder ends before. */
async function reached(chaos: Chaos, builder: Builder, begun: number): Promise<boolean> {
  for (;;) {
    if (new Set(ledgerOf(chaos, 'begins').map(({ name }) => name)).size >= begun) return true;
    if (builder.isGone()) {
      chaos.events.push(...builder.events());
      lookAtRecords(chaos);
      return false;
    }
    await pause(5);
  }
}

type Line = { readonly name: string; readonly attempt: string };

function ledgerOf({ root }: Chaos, what: 'begins' | 'ends'): Line[] {
  const lines = readFileSync(`${root}/ledger`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${what} `));
  return lines.map((line) => ({ name: line.split(' ')[1]!, attempt: line.split(' ')[2]! }));
}

/** No record is lost, or published a second time, and beside each lies what a clean build gives. */
function lookAtRecords({ home, dishes, published }: Chaos): void {
  const folders = foldersOf(home);
  const { targets, damaged } = recordedTargets(nodeDisk, folders);
  assert.deepEqual(damaged, [], 'every record is whole');
  const now = new Map(targets.map((target) => [target, readRecord(nodeDisk, folders, target)!]));
  for (const [target, { key, publishedAtMs }] of published) {
    assert.ok(now.has(target), `the record of ${target} is lost`);
    if (now.get(target)!.key === key) assert.equal(now.get(target)!.publishedAtMs, publishedAtMs, `${target} was published twice`);
  }
  for (const [target, { key, publishedAtMs, outputs }] of now) {
    published.set(target, { key, publishedAtMs });
    assert.deepEqual(dishes.standings.get(target), ['fresh'], `${target} must not be published`);
    const path = outputs[0]!.path;
    if (!path.startsWith('shelf/')) assert.equal(readFileSync(`${home}/${path}`, 'utf8'), dishes.contents.get(path), path);
  }
}

type Row = { readonly target: string } & State;

const rowsOf = (status: string): Row[] =>
  status
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);

function standingsOf(status: string): ReadonlyMap<string, string> {
  return new Map(
    rowsOf(status).map(({ target, verdict, next }) => [
      target,
      verdict === 'fresh' ? verdict : next.kind === 'failed-before' ? next.failure.cause : next.kind,
    ]),
  );
}

/** Targets that stand otherwise than they must, those that are missing, and those that nobody asked for. */
const differing = (is: ReadonlyMap<string, string>, must: Dishes['standings']): string[] =>
  [...new Set([...is.keys(), ...must.keys()])].flatMap((target) =>
    must.get(target)?.some((each) => each === is.get(target))
      ? []
      : [`${target} is ${is.get(target)}, and must be ${must.get(target)?.join(' or ')}`],
  );

function assertPublishedOnce({ events, published, dishes }: Chaos): void {
  const built = events.flatMap((event) => (event.kind === 'built' ? [event.target] : []));
  assert.equal(
    new Set(built).size,
    built.length,
    `published twice: ${built.filter((target, index) => built.indexOf(target) !== index).join(', ')}`,
  );
  assert.equal(
    published.size,
    [...dishes.standings.values()].filter(([standing]) => standing === 'fresh').length,
    'what is fresh was published',
  );
}

const isToBeFresh = ({ dishes }: Chaos, target: string): boolean => dishes.standings.get(target)?.[0] === 'fresh';

/** Whose attempt nobody hit has run once, however often the builder was killed meanwhile. */
function assertRunOnce(chaos: Chaos): void {
  const [begun, ended] = [ledgerOf(chaos, 'begins'), ledgerOf(chaos, 'ends')];
  const tooOften = chaos.dishes.all.flatMap((dish) => {
    const runs = begun.filter(({ name }) => name === dish.name);
    const hits = chaos.hits.get(targetOf(dish)) ?? 0;
    return dish.kind === 'well-behaved' && runs.length > 1 + hits
      ? [`${dish.name}, hit ${hits} times: ${runs.map(({ attempt }) => attempt).join(' ')}`]
      : [];
  });
  assert.deepEqual(tooOften, [], 'a well-behaved recipe runs once more than its attempt was killed at most');
  const whole = new Set(ended.map(({ name }) => name));
  for (const dish of chaos.dishes.all)
    assert.ok(
      dish.rule === 'label' || !isToBeFresh(chaos, targetOf(dish)) || whole.has(dish.name),
      `${dish.name} is fresh, and never ended well`,
    );
}

function tallyOf(chaos: Chaos, standings: ReadonlyMap<string, string>): string {
  const count = (words: readonly string[]): string => {
    const sums = new Map<string, number>();
    for (const word of words) sums.set(word, (sums.get(word) ?? 0) + 1);
    return Array.from(sums, ([word, sum]) => `${word} ${sum}`)
      .toSorted()
      .join(', ');
  };
  const { events, done, dishes } = chaos;
  return [
    `${standings.size} targets: ${count([...standings.values()])}`,
    `misbehaving: ${count(dishes.all.map(({ kind }) => kind))}`,
    `done to them: ${Object.entries(done)
      .map(([act, times]) => `${act} ${times}`)
      .join(', ')}`,
    `recipes: begun ${ledgerOf(chaos, 'begins').length}, ended well ${ledgerOf(chaos, 'ends').length}`,
    `attempts: ${count(events.flatMap((event) => (event.kind === 'started' ? [event.by] : [])))}; left running ${events.filter(({ kind }) => kind === 'left-running').length}`,
    `tried again: ${count(events.flatMap((event) => (event.kind === 'again' ? [event.failure.cause] : [])))}`,
    `publications ended by the next builder: ${count(events.flatMap((event) => (event.kind === 'recovered' ? [event.by] : [])))}`,
  ].join('\n');
}
