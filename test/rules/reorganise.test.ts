import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts, Link } from 'adap';
import type { DeimosConfig } from '../../rules/config.ts';
import { frameIndex } from '../../rules/frames/source-index.ts';
import { incomplete, raw } from '../../rules/raw.ts';
import { pattern } from '../../engine/lib/pattern.ts';
import { documented } from '../rig/documented.ts';
import { factsOf } from '../rig/facts.ts';
import { writeFrames } from '../rig/make-frames.ts';
import { hardReorg, realFrames, reorg } from '../rig/oracle.ts';
import type { HardReorg } from '../rig/oracle.ts';
import { CHECKOUT } from '../rig/project.ts';
import { temporary } from '../rig/temporary.ts';

/** Path in the home -> raw file that it leads to, of all trees; and the datasets that are problems. */
function trees(facts: Facts, config: DeimosConfig): { tree: Record<string, string>; problems: string[] } {
  const tree: Record<string, string> = {};
  const problems: string[] = [];
  for (const rule of [raw(config), incomplete(config)]) {
    for (const at of rule.each(facts, {})) {
      const folder = pattern(rule.makes['raw']?.path ?? '').expand(at);
      for (const handle of Object.values(rule.needs(at, facts))) {
        if (handle.kind === 'problem') problems.push(handle.problem.code);
        if (handle.kind === 'ignored') for (const { name, to } of handle.value as Link[]) tree[`${folder}${name}`] = to;
      }
    }
  }
  return { tree, problems };
}

test('the 1,019 real frames come into all 84 datasets under their real names, with their real members', async () => {
  await using folder = temporary();
  assert.equal(writeFrames(realFrames(), folder.path), 1019);
  const config = { raw: [folder.path] };
  const { tree } = trees(factsOf(frameIndex(config), `${CHECKOUT}/config`), config);
  const folders: Record<string, string[]> = {};
  for (const path of Object.keys(tree).toSorted())
    (folders[path.slice(0, path.lastIndexOf('/'))] ??= []).push(path.slice(path.lastIndexOf('/') + 1));
  assert.equal(Object.keys(reorg()).length, 84);
  assert.deepEqual(folders, reorg());
});

/** The last state that adap agrees or disagrees with: the run over all frames that lie there at the end. */
async function differs(hard: HardReorg): Promise<boolean> {
  await using folder = temporary();
  const run = hard.runs.at(-1);
  if (run === undefined) return false;
  writeFrames(hard.frames, folder.path);
  const window = run.args[run.args.indexOf('--date_window') + 1];
  const sources = new Set(hard.runs.flatMap((each) => each.sources));
  const config: DeimosConfig = {
    raw: [...sources].map((source) => `${folder.path}/${source}`),
    ...(run.args.includes('--date_window') ? { dateWindowDays: Number(window) } : {}),
  };
  const facts = factsOf(
    frameIndex({
      ...config,
      raw: config.raw.filter((path) =>
        hard.frames.some((frame) => path.endsWith(`/${frame.dir}`) || frame.dir?.startsWith(`${path.slice(folder.path.length + 1)}/`)),
      ),
    }),
    `${CHECKOUT}/config`,
  );
  const { tree, problems } = trees(facts, config);
  const ours = Object.fromEntries(Object.entries(tree).map(([path, to]) => [path, to.slice(folder.path.length + 1)]));
  for (const path of Object.keys(ours)) assert.ok(!path.includes('..'), `${hard.case}: ${path} stays in the home`);
  const theirs = Object.fromEntries(Object.entries(run.tree).filter(([path]) => !path.endsWith('/')));
  const same =
    Object.keys(ours).length === Object.keys(theirs).length &&
    Object.entries(ours).every(([path, to]) => theirs[path] === to || theirs[path] === null);
  const left = new Set((run.report ?? []).flatMap((line) => /Excluding \S+(?: type)? file (?:.*\/)?(?:# )?(\S+)$/.exec(line)?.[1] ?? []));
  const placed = new Set(Object.keys(ours).map((path) => path.slice(path.lastIndexOf('/') + 1)));
  return !same || problems.length > 0 || run.error !== null || [...left].some((name) => placed.has(name));
}

test('the 78 hard cases are as the original left them, or better by a row of docs/differences.md', async () => {
  const differing: string[] = [];
  for (const hard of hardReorg()) if (await differs(hard)) differing.push(hard.case);
  assert.equal(hardReorg().length, 78);
  assert.deepEqual(differing.toSorted(), documented('Reorganising raw frames').toSorted());
});

test('one bad frame is left out with its problem, and every other frame is placed', async () => {
  const cases = hardReorg().filter((hard) => hard.case.startsWith('header-'));
  assert.ok(cases.length > 20);
  for (const hard of cases) {
    await using folder = temporary();
    writeFrames(hard.frames, folder.path);
    const config = { raw: [folder.path] };
    const facts = factsOf(frameIndex(config), `${CHECKOUT}/config`);
    const placed = new Set(Object.values(trees(facts, config).tree));
    for (const frame of hard.frames.filter(({ filename }) => filename !== 'bad.fits'))
      assert.ok(placed.has(`${folder.path}/${frame.dir}/${frame.filename}`), `${hard.case}: ${frame.filename}`);
    for (const { path, problem } of facts.leftOut()) {
      assert.ok(
        path.endsWith('bad.fits') && problem.file === path && problem.card !== undefined,
        `${hard.case}: ${problem.code} names file and card`,
      );
    }
  }
});
