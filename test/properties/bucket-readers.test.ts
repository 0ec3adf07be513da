/** Who reads while others publish; and a builder that stands still while another takes its place. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { bucketDisk } from '../../engine/stores/bucket-disk.ts';
import { bucketHome, openBucket } from '../../engine/stores/bucket.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import { get } from '../../engine/run/get.ts';
import { inBucket } from '../rig/bucket-home.ts';
import type { BucketProject } from '../rig/bucket-home.ts';
import { assertConverged, assertNoRecordLacksObjects } from '../rig/converged.ts';
import { CHECKOUT, createProject } from '../rig/project.ts';
import { noRgw } from '../rig/rgw.ts';

const PARTS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** One target of six files, each of which holds the text of `in/one.txt` over and over: a mixture shows. */
const adapfile = `
import type { Project } from 'adap';
export default {
  home: 'home',
  config: 'config',
  rules: [{
    name: 'copy',
    revision: 1,
    kind: 'writes',
    makes: Object.fromEntries(${JSON.stringify(PARTS)}.map((part) => [part, { path: 'out/{name}/' + part }])),
    each: () => [{ name: 'one' }],
    needs: () => ({ text: { kind: 'file', path: 'in/one.txt' } }),
    subject: (at) => at['name'] ?? '',
    writes: (given) => {
      const line = Buffer.from(given.bytes('text')).toString();
      return Object.fromEntries(${JSON.stringify(PARTS)}.map((part) => [part, line.repeat(3000)]));
    },
  }],
  source: { revision: 1, roots: [], matches: () => false, read: () => ({ kind: 'entry', group: '', about: {}, stands: new Uint8Array() }) },
} satisfies Project;
`;

const generationOf = (text: string): string => text.slice(0, text.indexOf('\n') + 1);
const isWhole = (text: string): boolean => text === generationOf(text).repeat(3000);

test('100 publications: who reads through adap never sees a mixture, who reads bare paths never a torn file', { skip: noRgw }, async () => {
  await using project = await createProject({ 'adapfile.ts': adapfile, 'config/none': '', 'in/one.txt': 'generation 0\n' });
  const home = await inBucket(project);
  assert.equal((await home.adap('build')).code, 0);
  const over = { is: false };
  const seen = { adap: new Set<string>(), bare: 0, mixtures: 0 };
  process.env['XDG_CACHE_HOME'] = `${project.root}/reader`;
  const throughAdap = async (): Promise<void> => {
    while (!over.is) {
      const there = bucketHome(home.home);
      assert.ok(!('kind' in there));
      const bucket = openBucket(there);
      const world = { disk: bucketDisk(bucket), bucket, now: Date.now, host: hostname(), pid: process.pid, step: () => undefined };
      rmSync(`${project.root}/got`, { recursive: true, force: true });
      const asked = { targets: ['copy one'], outputs: () => undefined, to: `${project.root}/got` };
      const got = await get({ world, home: there.folder, folders: foldersOf(there.folder) }, asked, { progress: () => undefined });
      bucket.close();
      if (got.unlike.length > 0) continue;
      const texts = PARTS.map((part) => readFileSync(`${project.root}/got/out/one/${part}`, 'utf8'));
      assert.ok(texts.every(isWhole));
      assert.equal(new Set(texts.map(generationOf)).size, 1, 'one generation');
      seen.adap.add(generationOf(texts[0] ?? ''));
    }
  };
  const bare = async (): Promise<void> => {
    while (!over.is) {
      const texts = await Promise.all(PARTS.map((part) => home.text(`out/one/${part}`)));
      for (const text of texts) assert.ok(text !== undefined && isWhole(text), 'each file is whole');
      if (new Set(texts.map((text) => generationOf(text ?? ''))).size > 1) seen.mixtures += 1;
      seen.bare += 1;
      await new Promise((done) => void setTimeout(done, 5));
    }
  };
  const readers = Promise.all([throughAdap(), bare()]);
  try {
    for (let generation = 1; generation <= 100; generation += 1) {
      project.write({ 'in/one.txt': `generation ${generation}\n` });
      const built = await Promise.race([home.adap('build'), readers]);
      assert.ok(!Array.isArray(built) && built.code === 0, JSON.stringify(built));
    }
  } finally {
    over.is = true;
    await readers;
  }
  console.log(
    `100 publications: ${seen.adap.size} generations seen whole through adap, 0 mixtures; ${seen.bare} looks at bare paths, 0 torn files, ${seen.mixtures} between two generations`,
  );
  assert.ok(seen.adap.size > 5 && seen.bare > 50, JSON.stringify({ ...seen, adap: seen.adap.size }));
});

/** As on another machine: another name, and nothing that is remembered here. */
const elsewhere = (root: string): Readonly<Record<string, string>> => {
  const code = `import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module'; os.hostname = () => 'another-machine'; syncBuiltinESMExports();`;
  return {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
    XDG_CACHE_HOME: `${root}/another`,
    ADAP_LEASE_SECONDS: '60',
  };
};

async function stopped(home: BucketProject, root: string, at: number) {
  const child = spawn(`${CHECKOUT}/bin/adap`, ['build'], {
    cwd: root,
    env: { ...process.env, ...home.env, ADAP_LEASE_SECONDS: '1', ADAP_STOP_AT: String(at), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  const isStopped = async (): Promise<boolean> => {
    for (let looks = 0; looks < 400 && child.exitCode === null; looks += 1) {
      if (/^State:\tT/m.test(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8'))) return true;
      await new Promise((done) => void setTimeout(done, 25));
    }
    return false;
  };
  const is = await isStopped();
  return {
    isStopped: is,
    async goOn(): Promise<{ readonly said: string; readonly code: number | null }> {
      if (child.exitCode === null) child.kill('SIGCONT');
      const [code] = await closed;
      return { said, code };
    },
  };
}

test(
  'a builder that is suspended at any step while another takes over: detected, repaired, said; no record is wrong',
  { skip: noRgw },
  async () => {
    await using project = await createProject({ 'adapfile.ts': adapfile, 'config/none': '', 'in/one.txt': 'generation 0\n' });
    const home = await inBucket(project);
    assert.equal((await home.adap('build')).code, 0);
    const told = { lost: 0, recovered: 0 };
    let steps = 0;
    for (let at = 1; ; at += 1) {
      project.write({ 'in/one.txt': `first of ${at}\n` });
      const first = await stopped(home, project.root, at);
      if (!first.isStopped) {
        await first.goOn();
        break;
      }
      steps = at;
      await new Promise((done) => void setTimeout(done, 2500));
      project.write({ 'in/one.txt': `second of ${at}\n` });
      const second = await home.adap('build', elsewhere(project.root));
      assert.equal(second.code, 0, `stopped at step ${at}: ${second.out}${second.error}`);
      if (/^(completed|recovered|rolled)/m.test(second.out)) told.recovered += 1;
      const woken = await first.goOn();
      if (woken.said.includes('error[home-taken-over]')) told.lost += 1;
      else assert.equal(woken.code, 0, `stopped at step ${at}, where it had nothing left to do: ${woken.said}`);
      const expected = Object.fromEntries(PARTS.map((part) => [`out/one/${part}`, `second of ${at}\n`.repeat(3000)]));
      await assertNoRecordLacksObjects(home, `stopped at step ${at}`);
      await assertConverged(home, expected, `stopped at step ${at}`);
    }
    console.log(
      `suspended at ${steps} steps: ${told.lost} times told that another has taken over, ${told.recovered} publications completed by the other; 0 records wrong`,
    );
    assert.ok(steps >= 10 && told.lost >= steps - 2, JSON.stringify({ steps, told }));
  },
);
