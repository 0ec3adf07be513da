import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectFiles, readProjectFile } from '../project-files.ts';
import { importsOf } from '../source-imports.ts';

/** From top to bottom. A file may import what stands in its own row or below. */
const LEVELS: readonly (readonly string[])[] = [
  ['engine/cli'],
  ['engine/report'],
  ['engine/build.ts'],
  ['engine/run'],
  ['engine/plan', 'engine/facts', 'engine/attempt'],
  ['engine/world.ts'],
  ['engine/executors', 'engine/stores', 'engine/records', 'engine/disk'],
  ['engine/model'],
  ['engine/lib'],
];

/** The door: everything below it is open to rules and adapfiles by its name only. */
const DOOR = 'engine/index.ts';

/** Who may reach for the outside: the doors, and the entry point that opens them. */
const OUTSIDE = /^node:(fs|child_process|sqlite|os|net|http|https|worker_threads)(\/|$)/;
const MAY_REACH_OUTSIDE = /^engine\/(cli|executors|stores|records|disk)\//;

const sources = projectFiles().filter((file) => /^(engine|rules)\/.*\.ts$/.test(file));
const edges = new Map(sources.map((file) => [file, importsOf(file, readProjectFile(file))]));
const levelOf = (file: string): number => LEVELS.findIndex((row) => row.some((each) => file === each || file.startsWith(`${each}/`)));
const pairs = [...edges].flatMap(([file, imports]) => imports.map((to) => [file, to] as const));
const inEngine = (file: string): boolean => file.startsWith('engine/');

test('every file of the engine has a level', () => {
  assert.deepEqual(
    sources.filter((file) => inEngine(file) && file !== DOOR && levelOf(file) === -1),
    [],
  );
});

test('imports of the engine point down', () => {
  const up = pairs.filter(([from, to]) => inEngine(from) && from !== DOOR && inEngine(to) && levelOf(to) < levelOf(from));
  assert.deepEqual(up.map(String), []);
});

test('no file of the engine imports the door, or the rules', () => {
  assert.deepEqual(
    pairs.filter(([from, to]) => inEngine(from) && (to === DOOR || to.startsWith('rules/') || to.startsWith('adap'))).map(String),
    [],
  );
});

test('rules import one another, node, and adap', () => {
  const wrong = pairs.filter(
    ([from, to]) => from.startsWith('rules/') && !from.endsWith('/adapfile.ts') && !/^(rules\/|node:|adap$)/.test(to),
  );
  assert.deepEqual(wrong.map(String), []);
});

test('only the doors and the command line reach outside', () => {
  assert.deepEqual(pairs.filter(([from, to]) => inEngine(from) && OUTSIDE.test(to) && !MAY_REACH_OUTSIDE.test(from)).map(String), []);
});

test('what is imported is there', () => {
  assert.deepEqual(pairs.filter(([, to]) => /^(engine|rules|\.)/.test(to) && !edges.has(to)).map(String), []);
});

test('no circle of imports', () => {
  const done = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of edges.get(file) ?? []) {
      const circle = circleFrom(to, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  assert.deepEqual(
    sources.map((file) => circleFrom(file, [])?.join(' -> ')).find((each) => each !== undefined),
    undefined,
  );
});
