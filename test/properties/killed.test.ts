import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { joined } from '../rig/joined.ts';
import { copyTree, createProject, run, CHECKOUT } from '../rig/project.ts';
import { createRandom } from '../rig/random.ts';

const files = { 'adapfile.ts': joined, 'in/a.txt': 'hello\n', 'in/b.txt': 'world\n', 'config/mode': 'upper\n' };
const RESULT = { 'out/a.txt': 'GOODBYE\n', 'out/b.txt': 'WORLD\n', 'all/all.txt': 'GOODBYE\nWORLD\n' };

/** A project that was built once, and edited since; it is copied for every try. */
async function edited(): Promise<{ readonly root: string } & AsyncDisposable> {
  const project = await createProject(files);
  await project.adap('build');
  // The first results are old enough for their stamps to be believed.
  await new Promise((done) => void setTimeout(done, 60));
  await project.adap('build');
  project.write({ 'in/a.txt': 'goodbye\n' });
  return project;
}

const adap = (root: string, words: string, env: Record<string, string> = {}) =>
  run(`${CHECKOUT}/bin/adap`, words.split(' '), { cwd: root, env });

function assertConverged(root: string, what: string): void {
  for (const [path, text] of Object.entries(RESULT)) assert.equal(readFileSync(`${root}/home/${path}`, 'utf8'), text, `${path} ${what}`);
  assert.deepEqual(readdirSync(`${root}/home/.adap/intents`), [], `no intent is left ${what}`);
  assert.deepEqual(readdirSync(`${root}/home/.adap/attempts`), [], `no attempt is left ${what}`);
}

test('kill -9 at each step from dispatch to record: the next build converges, and builds nothing twice that was published', async () => {
  await using before = await edited();
  const root = mkdtempSync(join(tmpdir(), 'adap-killed-'));
  let steps = 0;
  for (let at = 1; ; at += 1) {
    copyTree(before.root, root);
    const killed = await adap(root, 'build -j 1', { ADAP_KILL_AT: String(at) });
    if (killed.signal === undefined && killed.code === 0) break;
    steps = at;
    const recordsAtKill = await publishedSince(before.root, root);
    const next = await adap(root, 'build');
    assert.equal(next.code, 0, `step ${at}: ${next.out}${next.error}`);
    for (const target of recordsAtKill)
      assert.doesNotMatch(next.out, new RegExp(`^built +${target} `, 'm'), `step ${at}: ${target} was published, and is built again`);
    assertConverged(root, `after a kill at step ${at}`);
    assert.match((await adap(root, 'build')).out, /^0 built, 3 fresh$/m);
  }
  rmSync(root, { recursive: true, force: true });
  console.log(`killed at ${steps} steps`);
  assert.ok(steps >= 18, `${steps} steps: two targets of nine steps and more`);
});

/** Targets whose record was replaced in `after`. */
async function publishedSince(before: string, after: string): Promise<string[]> {
  return recordsOf(after).flatMap((path) => {
    const now = readFileSync(`${after}/${path}`, 'utf8');
    return statSync(`${before}/${path}`, { throwIfNoEntry: false }) !== undefined && readFileSync(`${before}/${path}`, 'utf8') === now
      ? []
      : [targetOf(now)];
  });
}

const targetOf = (record: string): string => (JSON.parse(record.split('\n')[1] ?? '{}') as { target: string }).target;

const recordsOf = (root: string): string[] =>
  readdirSync(`${root}/home/.adap/records`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => `home/.adap/records/${path}`)
    .toSorted();

test('records and cache cut off or flipped at every 256 bytes: nothing is called fresh wrongly, neighbours survive, the next build converges', async () => {
  await using before = await edited();
  assert.equal((await adap(before.root, 'build')).code, 0);
  await new Promise((done) => void setTimeout(done, 60));
  assert.equal((await adap(before.root, 'build')).code, 0);
  assert.equal((await adap(before.root, 'build')).code, 0);
  const root = mkdtempSync(join(tmpdir(), 'adap-damaged-'));
  const random = createRandom(7);
  let damages = 0;
  const sources = [...recordsOf(before.root), 'home/.adap/cache/unmoved', 'home/.adap/cache/cache.sqlite'];
  for (const path of sources) {
    const whole = readFileSync(`${before.root}/${path}`);
    const isRecord = path.includes('/records/');
    // Without the caches the records are what is read; one real edit must never be overlooked either.
    for (let at = 0; at < whole.length; at += 256) {
      for (const kind of ['cut', 'flip'] as const) {
        if (!isRecord && whole.length > 20_000 && !random.chance(20_000 / whole.length)) continue;
        copyTree(before.root, root);
        if (isRecord) rmSync(`${root}/home/.adap/cache`, { recursive: true, force: true });
        writeFileSync(
          `${root}/${path}`,
          kind === 'cut' ? whole.subarray(0, at) : flipped(whole, Math.min(whole.length - 1, at + random.below(256)), random.below(8)),
        );
        writeFileSync(`${root}/home/out/b.txt`, 'wrong\n');
        const plan = await adap(root, 'build -n --json');
        const stale = plan.out.split('\n').flatMap((line) => /"target":"([^"]+)"/.exec(line)?.[1] ?? []);
        const own = isRecord ? targetOf(whole.toString()) : undefined;
        assert.ok(stale.includes('up b'), `${path} ${kind} at ${at}: the edit of out/b.txt is seen: ${plan.out}${plan.error}`);
        if (own !== undefined) assert.ok(stale.includes(own), `${path} ${kind} at ${at}: ${own} is not fresh`);
        const neighbours = ['up a'].filter((target) => target !== own);
        for (const target of neighbours) assert.ok(!stale.includes(target), `${path} ${kind} at ${at}: ${target} survives`);
        assert.equal((await adap(root, 'build')).code, 0);
        assertConverged(root, `${path} ${kind} at ${at}`);
        damages += 1;
      }
    }
  }
  rmSync(root, { recursive: true, force: true });
  console.log(`damaged in ${damages} ways`);
  assert.ok(damages > 40);
});

function flipped(whole: Buffer, byte: number, bit: number): Buffer {
  const damaged = Buffer.from(whole);
  damaged[byte] = (damaged[byte] ?? 0) ^ (1 << bit);
  return damaged;
}
