import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertNoProcessOf, processesOf, until } from '../rig/processes.ts';
import { copyTree, createProject, run, CHECKOUT } from '../rig/project.ts';
import type { Run } from '../rig/project.ts';
import { good, recipes } from '../rig/recipes.ts';

/** Each run of a recipe leaves a line in `runs`; it takes a little while, so that a killed builder leaves it at work. */
const script = (name: string): string => `echo ${name} >> "$(dirname "$0")/../runs"; sleep "\${HOLD:-0.4}"; ${good(name)}`;
const PREEMPTED_AT_ONCE = { policy: { preempted: { waitSeconds: 0 } } };
const files = {
  'adapfile.ts': recipes,
  'config/common.json': JSON.stringify(PREEMPTED_AT_ONCE),
  'in/a.sh': script('a'),
  'in/b.sh': script('b'),
};
const RESULT = { 'out/a/result': 'new\nend\n', 'out/b/result': 'b\nend\n', 'all/all.txt': 'new\nend\nb\nend\n' };

/** A project that was built once, and edited since; it is copied for every try. */
async function edited(): Promise<{ readonly root: string } & AsyncDisposable> {
  const project = await createProject(files);
  assert.equal((await project.adap('build')).code, 0);
  project.write({ 'in/a.sh': script('a').replace('echo a >', 'echo a >').replace('echo a > "$OUT"', 'echo new > "$OUT"'), runs: '' });
  return project;
}

const adap = (root: string, words: string, env: Record<string, string> = {}): Promise<Run> =>
  run(`${CHECKOUT}/bin/adap`, words.split(' '), { cwd: root, env });

const runsOf = (root: string): string[] => readFileSync(`${root}/runs`, 'utf8').split('\n').filter(Boolean);

async function assertConverged(root: string, what: string): Promise<void> {
  const next = await adap(root, 'build');
  assert.equal(next.code, 0, `${what}: ${next.out}${next.error}`);
  for (const [path, text] of Object.entries(RESULT)) assert.equal(readFileSync(`${root}/home/${path}`, 'utf8'), text, `${path} ${what}`);
  assert.deepEqual(readdirSync(`${root}/home/.adap/intents`), [], `no intent is left ${what}`);
  assert.deepEqual(readdirSync(`${root}/home/.adap/attempts`), [], `no attempt is left ${what}`);
  assert.match((await adap(root, 'build')).out, /^0 built, 3 fresh$/m, what);
  assertNoProcessOf(root);
}

test('kill -9 of the builder at each step: the next one takes over what runs or is sealed, and runs nothing a second time', async () => {
  await using before = await edited();
  const root = mkdtempSync(join(tmpdir(), 'adap-killed-'));
  const adopted = { live: 0, all: 0 };
  let steps = 0;
  for (let at = 1; ; at += 1) {
    copyTree(before.root, root);
    // It holds long enough for a busy machine to see it alive.
    const killed = await adap(root, 'build -j 1', { ADAP_KILL_AT: String(at), HOLD: '1.2' });
    if (killed.signal === undefined && killed.code === 0) break;
    steps = at;
    // What starts attempts outlives its builder for a moment: until the recipe has begun, or nobody is left who would begin it.
    await until(() => runsOf(root).length > 0 || processesOf(root).length === 0);
    const isLive = (await adap(root, 'status')).out.includes('running');
    const next = await adap(root, 'build --json');
    adopted.all += next.out.includes('"by":"adopted"') ? 1 : 0;
    adopted.live += isLive && next.out.includes('"by":"adopted"') ? 1 : 0;
    assert.deepEqual(runsOf(root), ['a'], `killed at step ${at}: its recipe ran once: ${killed.out}${next.out}${next.error}`);
    await assertConverged(root, `after a kill at step ${at}`);
  }
  rmSync(root, { recursive: true, force: true });
  console.log(`builder killed at ${steps} steps; ${adopted.all} attempts taken over, ${adopted.live} of them alive`);
  assert.ok(steps >= 18 && adopted.all >= 2 && adopted.live >= 1, `${steps} steps, ${JSON.stringify(adopted)}`);
});

test('kill -9 of the attempt at each step: the same build makes it anew, or takes what was sealed', async () => {
  await using before = await edited();
  const root = mkdtempSync(join(tmpdir(), 'adap-killed-'));
  let [steps, again] = [0, 0];
  for (let at = 1; ; at += 1) {
    copyTree(before.root, root);
    const built = await adap(root, 'build --json', { ADAP_ATTEMPT_KILL_AT: String(at) });
    assert.equal(built.code, 0, `killed at step ${at}: ${built.out}${built.error}`);
    assert.ok(runsOf(root).length <= 2);
    await assertConverged(root, `after a kill of the attempt at step ${at}`);
    const wasKilled = built.out.includes('"kind":"again"');
    if (wasKilled) {
      assert.match(built.out, /"cause":"(preempted|never-started)"/);
      again += 1;
    } else if (at > 6) break;
    steps = at;
  }
  rmSync(root, { recursive: true, force: true });
  console.log(`attempt killed at ${steps} steps, made anew ${again} times`);
  assert.ok(again >= 5, `${again} times`);
});

test('kill -9 of builder and attempt at once, at each pair of a sample of steps: the next build converges', async () => {
  await using before = await edited();
  const root = mkdtempSync(join(tmpdir(), 'adap-killed-'));
  let pairs = 0;
  for (const builder of [2, 3, 4]) {
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      copyTree(before.root, root);
      await adap(root, 'build -j 1', { ADAP_KILL_AT: String(builder), ADAP_ATTEMPT_KILL_AT: String(attempt) });
      await assertConverged(root, `after kills of the builder at step ${builder}, of the attempt at ${attempt}`);
      assert.ok(runsOf(root).length <= 2);
      pairs += 1;
    }
  }
  rmSync(root, { recursive: true, force: true });
  console.log(`builder and attempt killed at ${pairs} pairs of steps`);
});

const relatives: [title: string, script: string][] = [
  ['child', 'kill -9 $$'],
  ["child's child", 'bash -c \'kill -9 $$\'; echo "$?" >> "$OUT"; exit 137'],
  ['whole tree but the attempt', 'kill -9 $PPID; kill -9 $$'],
];
for (const [title, die] of relatives) {
  test(`kill -9 of the recipe's ${title}: it is killed, not failed, and made anew`, async () => {
    const once = `if [ ! -e "$0.died" ]; then touch "$0.died"; ${die}; fi; ${good('a')}`;
    await using project = await createProject({ ...files, 'in/a.sh': once });
    const built = await project.adap('build');
    assert.equal(built.code, 0, built.out + built.error);
    assert.match(built.out, /^again +cook a +preempted: /m);
    assert.equal(readFileSync(`${project.root}/home/out/a/result`, 'utf8'), 'a\nend\n');
    assertNoProcessOf(project.root);
  });
}
