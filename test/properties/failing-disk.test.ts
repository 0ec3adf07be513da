import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../../engine/build.ts';
import type { Disk } from '../../engine/disk/disk.ts';
import type { Event } from '../../engine/model/event.ts';
import type { Project } from '../../engine/model/project.ts';
import type { Rule, RunsRule } from '../../engine/model/rule.ts';
import { isFailed } from '../../engine/plan/survey.ts';
import type { World } from '../../engine/world.ts';
import { createInlineExecutor } from '../rig/inline-executor.ts';
import { createMemoryCache } from '../rig/memory-cache.ts';
import { createMemoryDisk } from '../rig/memory-disk.ts';
import type { MemoryDisk } from '../rig/memory-disk.ts';

const CODES = ['ENOSPC', 'EIO', 'EMFILE', 'EROFS', 'EXDEV'] as const;
const never = new AbortController().signal;

let cooked = 0;

/** One of each kind: links, bytes, two commands in a row, and bytes of both. */
function projectOn(disk: Disk): Project {
  const bytes = (path: string): string => Buffer.from(disk.read(path) ?? '').toString();
  const output = (rule: string, name = 'out') => ({ kind: 'output', rule, at: {}, output: name, by: 'bytes' }) as const;
  const common = { revision: 1, each: () => [{}], subject: () => 'x' } as const;
  const rules: Rule[] = [
    {
      ...common,
      name: 'links',
      kind: 'links',
      mode: 'symlink',
      makes: { out: { path: 'links/' } },
      needs: () => ({ frames: { kind: 'members', noun: 'frame', members: { f: '/p/in' } } }),
      links: () => [{ name: 'f', to: '/p/in' }],
    },
    {
      ...common,
      name: 'text',
      kind: 'writes',
      makes: { out: { path: 'x/text' } },
      needs: () => ({ in: { kind: 'file', path: 'in' } }),
      writes: (given) => ({ out: given.bytes('in') }),
    },
    {
      ...common,
      name: 'cook',
      kind: 'runs',
      makes: { out: { path: 'x/cook/out' }, tree: { path: 'x/cook/tree/' } },
      needs: () => ({ text: output('text') }),
      async runs({ makes, path }) {
        cooked += 1;
        disk.write(makes['out'] ?? '', `cooked ${bytes(path('text'))}`);
        disk.write(`${makes['tree']}/a`, 'a');
        disk.write(`${makes['tree']}/b/c`, bytes(path('text')));
      },
    },
    {
      ...common,
      name: 'serve',
      kind: 'runs',
      makes: { out: { path: 'x/serve' } },
      needs: () => ({ out: output('cook'), tree: output('cook', 'tree') }),
      async runs({ makes, path }) {
        disk.write(makes['out'] ?? '', `served ${bytes(path('out'))} ${bytes(`${path('tree')}b/c`)}`);
      },
    },
    {
      ...common,
      name: 'sum',
      kind: 'writes',
      makes: { out: { path: 'sum' } },
      needs: () => ({ a: output('serve'), b: output('links') }),
      writes: (given) => ({ out: given.bytes('a') }),
    },
  ];
  return {
    home: 'home',
    config: 'config',
    rules,
    source: {
      revision: 1,
      roots: [],
      matches: () => false,
      read: () => ({ kind: 'entry', group: '', about: {}, stands: Buffer.from('') }),
    },
  };
}

type Built = { readonly built: string[]; readonly failed: string[]; readonly thrown: string | undefined };

async function buildOn(disk: Disk, now: () => number): Promise<Built> {
  const project = projectOn(disk);
  const world: World = { disk, now, host: 'here', pid: process.pid, step: () => undefined };
  const events: Event[] = [];
  const rule = (name: string) => project.rules.find((each) => each.name === name) as RunsRule;
  let thrown: string | undefined;
  try {
    const outcome = await build(
      {
        world,
        cache: createMemoryCache(),
        site: { project, root: '/p', home: '/p/home', named: '/p/home', config: '/p/config', cwd: '/p' },
      },
      {
        words: [],
        stages: [],
        force: 'no',
        retry: 'no',
        jobs: 2,
        onFailure: 'go-on',
        tell: (event) => void events.push(event),
        executor: createInlineExecutor(world, rule),
        control: { isInterrupted: () => false, cancel: never, leave: never },
        forecast: 'no',
        wait: async () => undefined,
        onBegin: () => undefined,
        remember: () => undefined,
      },
    );
    if (isFailed(outcome)) thrown = outcome.problem.code;
  } catch (error) {
    // Told by the command line as `file-system`.
    assert.match((error as { code?: string }).code ?? String(error), /^E[A-Z]+$/, `${String(error)}\n${(error as Error).stack}`);
    thrown = (error as { code: string }).code;
  }
  const of = (kind: string): string[] => events.flatMap((event) => (event.kind === kind && 'target' in event ? [event.target] : []));
  return { built: of('built'), failed: of('failed'), thrown };
}

/** The same disk, of which the n-th call fails; or all from then on. */
function failing(
  disk: MemoryDisk,
  at: number,
  { code, from }: { code: string; from: 'well again' | 'for good' },
): { readonly disk: Disk; readonly isReached: () => boolean } {
  let calls = 0;
  const wrapped = Object.fromEntries(
    Object.entries(disk).map(([name, call]) => [
      name,
      (...args: never[]) => {
        calls += 1;
        if (calls === at || (from === 'for good' && calls > at)) throw Object.assign(new Error(`${code}: ${name}, planted`), { code });
        return Reflect.apply(call, disk, args) as unknown;
      },
    ]),
  ) as unknown as Disk;
  return { disk: wrapped, isReached: () => calls >= at };
}

const EXPECTED = {
  '/p/home/x/text': 'new!',
  '/p/home/x/cook/out': 'cooked new!',
  '/p/home/x/cook/tree/b/c': 'new!',
  '/p/home/x/serve': 'served cooked new! new!',
  '/p/home/sum': 'served cooked new! new!',
};

for (const then of ['well again', 'for good'] as const) {
  test(`the n-th file operation fails, n = 1, 2, … through a whole build, and the disk is ${then}: the next build converges, and makes nothing twice`, async () => {
    const tally = { failures: 0, noticed: 0, recordedBefore: 0 };
    for (const code of CODES) {
      for (let at = 1; ; at += 1) {
        let clock = 1e12;
        const now = (): number => (clock += 3);
        const disk = createMemoryDisk(now, 4);
        disk.makeFolder('/p/config');
        disk.write('/p/in', 'old!');
        const where = `${code} at operation ${at}, ${then}`;
        assert.deepEqual((await buildOn(disk, now)).failed, []);
        disk.write('/p/in', 'new!');
        const bad = failing(disk, at, { code, from: then });
        const first = await buildOn(bad.disk, now);
        if (!bad.isReached()) break;
        tally.failures += 1;
        tally.noticed += first.thrown !== undefined || first.failed.length > 0 ? 1 : 0;
        for (const [path, text] of disk.files()) {
          if (!path.startsWith('/p/home/') || path.includes('/.adap/')) continue;
          assert.ok(
            text === '/p/in' || text === 'a' || /^(served )?(cooked )?(old|new)!( (old|new)!)?$/.test(text),
            `${path} is whole: ${text} (${where})`,
          );
        }
        const next = await buildOn(disk, now);
        assert.deepEqual([next.thrown, next.failed], [undefined, []], where);
        for (const target of first.built) assert.ok(!next.built.includes(target), `${target} was published, and is made again (${where})`);
        tally.recordedBefore += first.built.length;
        for (const [path, text] of Object.entries(EXPECTED)) assert.equal(disk.files().get(path), text, `${path} (${where})`);
        const third = await buildOn(disk, now);
        assert.deepEqual([third.built, third.failed, third.thrown], [[], [], undefined], where);
      }
    }
    console.log(`${then}: ${JSON.stringify(tally)}`);
    assert.ok(tally.failures > 100 * CODES.length && tally.recordedBefore > 0);
  });
}

test('a publication that is refused is tried again with what was made: nothing is run a second time', async () => {
  let clock = 1e12;
  const now = (): number => (clock += 3);
  const disk = createMemoryDisk(now, 4);
  disk.makeFolder('/p/config');
  disk.write('/p/in', 'new!');
  let refusals = 5;
  const refusing: Disk = {
    ...disk,
    rename(from, to) {
      // Four tries in the first build, the fifth in the second.
      if (to === '/p/home/x/cook/tree' && (refusals -= 1) >= 0) throw Object.assign(new Error('EIO: planted'), { code: 'EIO' });
      disk.rename(from, to);
    },
  };
  cooked = 0;
  assert.deepEqual((await buildOn(refusing, now)).failed, ['cook x']);
  assert.equal(disk.files().get('/p/home/x/cook/out'), undefined);
  assert.deepEqual((await buildOn(refusing, now)).failed, []);
  assert.equal(disk.files().get('/p/home/sum'), EXPECTED['/p/home/sum']);
  assert.equal(cooked, 1);
});
