/** kill -9 on a home in a bucket, at each numbered step; every other time the machine is lost as well. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inBucket } from '../rig/bucket-home.ts';
import type { BucketProject } from '../rig/bucket-home.ts';
import { assertConverged, assertNoRecordLacksObjects } from '../rig/converged.ts';
import { joined } from '../rig/joined.ts';
import { processesOf, until } from '../rig/processes.ts';
import { createProject } from '../rig/project.ts';
import type { TestProject } from '../rig/project.ts';
import { good, recipes } from '../rig/recipes.ts';
import { noRgw } from '../rig/rgw.ts';

type Killed = {
  readonly project: TestProject;
  readonly home: BucketProject;
  /** Of the edit before the n-th kill. */
  readonly edit: (at: number) => void;
  readonly expected: (at: number) => Readonly<Record<string, string>>;
  readonly env: (at: number) => Readonly<Record<string, string>>;
  readonly settled: () => Promise<void>;
};

/** Gives how many steps there were. */
async function killAtEachStep({ home, edit, expected, env, settled }: Killed): Promise<number> {
  assert.equal((await home.adap('build')).code, 0);
  for (let at = 1; ; at += 1) {
    edit(at);
    const before = new Map((await home.records()).map((record) => [record.target, record.publishedAtMs]));
    const killed = await home.adap('build -j 1', env(at));
    const what = `after a kill at step ${at}`;
    if (killed.signal === undefined && killed.code === 0) {
      await assertConverged(home, expected(at), what);
      return at - 1;
    }
    await settled();
    await assertNoRecordLacksObjects(home, what);
    const published = (await home.records()).filter((record) => record.publishedAtMs !== before.get(record.target));
    if (at % 2 === 0) home.forget();
    const next = await home.adap('build');
    assert.equal(next.code, 0, `${what}: ${next.out}${next.error}`);
    for (const { target } of published)
      assert.doesNotMatch(next.out, new RegExp(`^built +${target} `, 'm'), `${what}: ${target} was published, and is built again`);
    await assertConverged(home, expected(at), what);
  }
}

test('kill -9 of the builder at each step, bytes made by itself', { skip: noRgw }, async () => {
  await using project = await createProject({
    'adapfile.ts': joined,
    'in/a.txt': 'hello\n',
    'in/b.txt': 'world\n',
    'config/mode': 'upper\n',
  });
  const home = await inBucket(project);
  const steps = await killAtEachStep({
    project,
    home,
    edit: (at) => project.write({ 'in/a.txt': `goodbye ${at}\n` }),
    expected: (at) => ({ 'out/a.txt': `GOODBYE ${at}\n`, 'out/b.txt': 'WORLD\n', 'all/all.txt': `GOODBYE ${at}\nWORLD\n` }),
    env: (at) => ({ ADAP_KILL_AT: String(at) }),
    settled: () => Promise.resolve(),
  });
  console.log(`builder killed at ${steps} steps: each time forward or back, 0 records without their objects`);
  assert.ok(steps >= 18, `${steps} steps`);
});

const FILES = {
  'adapfile.ts': recipes,
  'config/common.json': JSON.stringify({ policy: { preempted: { waitSeconds: 0 } } }),
  'in/a.sh': good('a'),
  'in/b.sh': good('b'),
};
const results = (at: number) => ({
  'out/a/result': `new ${at}\nend\n`,
  'out/b/result': 'b\nend\n',
  'all/all.txt': `new ${at}\nend\nb\nend\n`,
});

test('kill -9 of the builder at each step, made by commands', { skip: noRgw }, async () => {
  await using project = await createProject(FILES);
  const home = await inBucket(project);
  const steps = await killAtEachStep({
    project,
    home,
    edit: (at) => project.write({ 'in/a.sh': good(`new ${at}`) }),
    expected: results,
    env: (at) => ({ ADAP_KILL_AT: String(at) }),
    // What it started goes on, and would seal into a folder that is gone.
    settled: () => until(() => processesOf(project.root).length === 0).then(() => undefined),
  });
  console.log(`builder of an attempt killed at ${steps} steps: each time forward or back, 0 records without their objects`);
  assert.ok(steps >= 18, `${steps} steps`);
});

test('kill -9 of the attempt at each step', { skip: noRgw }, async () => {
  await using project = await createProject(FILES);
  const home = await inBucket(project);
  assert.equal((await home.adap('build')).code, 0);
  let steps = 0;
  for (let at = 1; ; at += 1) {
    project.write({ 'in/a.sh': good(`new ${at}`) });
    const built = await home.adap('build --json', { ADAP_ATTEMPT_KILL_AT: String(at) });
    assert.equal(built.code, 0, `${at}: ${built.out}${built.error}`);
    await assertConverged(home, results(at), `after a kill of the attempt at step ${at}`);
    if (!built.out.includes('"kind":"again"') && steps < at - 1) break;
    if (built.out.includes('"kind":"again"')) steps = at;
  }
  console.log(`attempt killed at ${steps} steps`);
  assert.ok(steps >= 6, `${steps} steps`);
});
