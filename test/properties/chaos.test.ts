import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Event } from '../../engine/model/event.ts';
import type { State } from '../../engine/model/state.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import { recordedTargets } from '../../engine/records/recorded-targets.ts';
import { readRecord } from '../../engine/records/record-files.ts';
import { createDishes, ledgerOf, targetOf } from '../rig/dishes.ts';
import type { Dishes } from '../rig/dishes.ts';
import { killAttempt } from '../rig/kill-attempt.ts';
import { ACTS, momentsOf } from '../rig/moments.ts';
import type { Act, Moment } from '../rig/moments.ts';
import { assertNoProcessOf, processesEndedAtLast, processesOf, until } from '../rig/processes.ts';
import { createProject } from '../rig/project.ts';
import { createRandom } from '../rig/random.ts';
import type { Random } from '../rig/random.ts';
import { startBuilder } from '../rig/start-builder.ts';
import type { Builder } from '../rig/start-builder.ts';

const TARGETS = Number(process.env['ADAP_CHAOS'] ?? 500);
const SEED = Number(process.env['ADAP_SEED'] ?? Date.now() % 1_000_000);

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
    done: Object.fromEntries(Object.keys(ACTS).map((act) => [act, 0])) as Record<Act, number>,
    hits: new Map(),
    published: new Map(),
  };
  await buildUnderKills(chaos, momentsOf(random, dishes));
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
  assert.ok(chaos.done['kill builder'] >= ACTS['kill builder'] / 2, 'the kills met a builder at work');
  console.log(`${tallyOf(chaos, actual)}\n${((performance.now() - start) / 1000).toFixed(1)} s`);
});

async function buildUnderKills(chaos: Chaos, moments: readonly Moment[]): Promise<void> {
  let builder = startBuilder(chaos.root);
  for (const { begun, delayMs, act } of moments) {
    for (let builds = 0; !(await reached(chaos, builder, begun)); builds += 1) {
      assert.ok(builds < MOST_LAST_BUILDS, `builds end by themselves before ${begun} recipes have begun: ${builder.said()}`);
      builder = startBuilder(chaos.root);
    }
    await pause(delayMs);
    if (act === 'kill builder as it publishes') await intentOpened(chaos);
    const isHit = await hit(chaos, act);
    if (act === 'kill attempt' || act === 'kill child') {
      chaos.done[act] += isHit ? 1 : 0;
      continue;
    }
    chaos.done[act] += builder.signal(act === 'leave (SIGTERM)' ? 'SIGTERM' : 'SIGKILL') ? 1 : 0;
    await endOf(chaos, builder);
    if (chaos.random.chance(0.3)) await pause(chaos.random.below(500));
    builder = startBuilder(chaos.root);
  }
  await endOf(chaos, builder);
}

async function endOf(chaos: Chaos, builder: Builder): Promise<void> {
  await builder.gone;
  chaos.events.push(...builder.events());
  lookAtRecords(chaos);
}

/** Where none is opened for a while, the builder waits for its attempts. */
async function intentOpened({ home }: Chaos): Promise<void> {
  for (let looks = 0; looks < 20_000 && (nodeDisk.names(foldersOf(home).intents) ?? []).length === 0; looks += 1)
    await new Promise<void>((turn) => void setImmediate(turn));
}

/** Where none is met for a while, there is none that may be hit. */
async function hit({ home, random, hits }: Chaos, act: Act): Promise<boolean> {
  if (!act.startsWith('kill attempt') && act !== 'kill child') return false;
  const aim = { which: act === 'kill child' ? 'child' : 'attempt', mayHit: (id: string) => (hits.get(id) ?? 0) < MOST_HITS } as const;
  for (let looks = 0; looks < 100; looks += 1) {
    const target = killAttempt(home, random, aim);
    if (target !== undefined) {
      hits.set(target, (hits.get(target) ?? 0) + 1);
      return true;
    }
    await pause(5);
  }
  return false;
}

async function buildToTheEnd(chaos: Chaos): Promise<void> {
  for (let builds = 0; ; builds += 1) {
    assert.ok(builds < MOST_LAST_BUILDS, 'it does not come to an end');
    const builder = startBuilder(chaos.root);
    await endOf(chaos, builder);
    if (!builder.events().some(({ kind }) => ['started', 'again', 'stopped', 'recovered'].includes(kind))) return;
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

/** False where the builder ends before. */
async function reached(chaos: Chaos, builder: Builder, begun: number): Promise<boolean> {
  for (;;) {
    if (new Set(ledgerOf(chaos.root, 'begins').map(({ name }) => name)).size >= begun) return true;
    if (builder.isGone()) {
      await endOf(chaos, builder);
      return false;
    }
    await pause(5);
  }
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

function standingsOf(status: string): ReadonlyMap<string, string> {
  const rows = status
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  return new Map(
    rows.map(({ target, verdict, next }) => [
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
  const fresh = [...dishes.standings.values()].filter(([standing]) => standing === 'fresh');
  assert.equal(published.size, fresh.length, 'what is fresh was published');
}

const isToBeFresh = ({ dishes }: Chaos, target: string): boolean => dishes.standings.get(target)?.[0] === 'fresh';

/** Whose attempt nobody hit has run once, however often the builder was killed meanwhile. */
function assertRunOnce(chaos: Chaos): void {
  const [begun, ended] = [ledgerOf(chaos.root, 'begins'), ledgerOf(chaos.root, 'ends')];
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
    `recipes: begun ${ledgerOf(chaos.root, 'begins').length}, ended well ${ledgerOf(chaos.root, 'ends').length}`,
    `attempts: ${count(events.flatMap((event) => (event.kind === 'started' ? [event.by] : [])))}; left running ${events.filter(({ kind }) => kind === 'left-running').length}`,
    `tried again: ${count(events.flatMap((event) => (event.kind === 'again' ? [event.failure.cause] : [])))}`,
    `publications ended by the next builder: ${count(events.flatMap((event) => (event.kind === 'recovered' ? [event.by] : [])))}`,
  ].join('\n');
}
