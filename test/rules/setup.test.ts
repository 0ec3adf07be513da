import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import type { Facts, Flat, Params } from 'adap';
import type { DeimosConfig } from '../../rules/config.ts';
import { frameIndex } from '../../rules/frames/source-index.ts';
import { linesOf, readConfig } from '../../rules/pypeit/config-obj.ts';
import { flatten } from '../../rules/pypeit/flatten.ts';
import { readPypeit } from '../../rules/pypeit/pypeit-file.ts';
import type { PypeitFile } from '../../rules/pypeit/pypeit-file.ts';
import { setup } from '../../rules/setup.ts';
import { factsOf } from '../rig/facts.ts';
import { writeFrames } from '../rig/make-frames.ts';
import { documented } from '../rig/documented.ts';
import { hardTrim, realDatasets, realFrames, trim, trimParams } from '../rig/oracle.ts';
import type { HardTrim, Trim } from '../rig/oracle.ts';
import { CHECKOUT } from '../rig/project.ts';
import { temporary } from '../rig/temporary.ts';

type Written = { readonly at: Params; readonly text: string; readonly file: PypeitFile };

/** Every .pypeit file that the rule writes, by dataset and reduce directory; a code where it is a problem or held. */
function written(facts: Facts, config: DeimosConfig): Map<string, Written | string> {
  const rule = setup(config);
  return new Map<string, Written | string>(
    rule.each(facts, {}).map((at): [string, Written | string] => {
      const name = `${at['mask']}/${at['setup']}/${at['dates']} ${at['reduce']}`;
      const needs = rule.needs(at, facts);
      for (const handle of Object.values(needs))
        if (handle.kind === 'problem' || handle.kind === 'held') return [name, handle.problem.code];
      const make = needs['text'];
      assert.ok(make?.kind === 'ignored' && rule.kind === 'writes');
      const text = (make.value as (published: string) => string)(
        `/home/${at['mask']}/${at['setup']}/${at['dates']}/complete/${at['reduce']}/keck_deimos_A/keck_deimos_A.pypeit`,
      );
      const file = readPypeit(text, 'written');
      assert.ok(file.kind === 'pypeit', `${name}: what adap writes it can read: ${file.kind === 'problem' ? file.problem.says : ''}`);
      assert.deepEqual(file.paths, [`/home/${at['mask']}/${at['setup']}/${at['dates']}/complete/raw`]);
      return [name, { at, text, file }];
    }),
  );
}

const flatOf = (params: string): Flat => {
  const config = readConfig(linesOf(params), 'oracle');
  assert.ok(config.kind === 'config');
  return flatten(config.root);
};

/** Rows as the original wrote them, `# NAME` as `#NAME`. */
const rowsOf = (rows: readonly (string | readonly string[])[]): string[][] =>
  rows
    .map((row) => (typeof row === 'string' ? row.split('|') : [...row]))
    .map(([name = '', ...cells]) => [name.replace(/^#\s*/, '#'), ...cells]);

const ourRows = ({ columns, rows }: PypeitFile): string[][] =>
  rows.map(({ state, cells }) =>
    columns.map((column) => (column === 'filename' ? `${state === 'commented' ? '#' : ''}${cells[column]}` : (cells[column] ?? ''))),
  );

function compare(ours: ReadonlyMap<string, Written | string>, theirs: Trim, cells: 'all' | 'names'): void {
  let count = 0;
  for (const [dataset, directories] of Object.entries(theirs.datasets)) {
    for (const [reduce, right] of Object.entries(directories)) {
      const own = ours.get(`${dataset} ${reduce}`);
      assert.ok(typeof own === 'object', `${dataset} ${reduce} is written, and not ${typeof own === 'string' ? own : 'missing'}`);
      assert.deepEqual(
        flatten(own.file.parameters),
        flatOf(typeof right.params === 'number' ? (theirs.params[right.params] ?? '') : right.params),
        `${dataset}: parameters`,
      );
      const rows = cells === 'all' ? ourRows(own.file) : ourRows(own.file).map(([name = '']) => [name]);
      assert.deepEqual(rows, cells === 'all' ? rowsOf(right.rows) : rowsOf(right.rows).map(([name = '']) => [name]), `${dataset}: rows`);
      if (cells === 'all') assert.deepEqual(own.file.setup, right.setup, `${dataset}: setup block`);
      count += 1;
    }
  }
  assert.equal(count, 84);
}

test('without custom files, all 84 .pypeit files have the parameters, rows and cells of the original', async () => {
  await using folder = temporary();
  writeFrames(realFrames(), `${folder.path}/raw`);
  cpSync(`${CHECKOUT}/config`, `${folder.path}/config`, { recursive: true });
  for (const custom of ['custom_pypeit', 'custom_params']) rmSync(`${folder.path}/config/${custom}`, { recursive: true });
  const config = { raw: [`${folder.path}/raw`] };
  compare(written(factsOf(frameIndex(config), `${folder.path}/config`), config), trim('trim-default'), 'all');
});

test('with all custom files, all 84 .pypeit files have the parameters and the kept and commented frames of the original', async () => {
  await using folder = temporary();
  writeFrames(realFrames(), `${folder.path}/raw`);
  const config = { raw: [`${folder.path}/raw`] };
  compare(written(factsOf(frameIndex(config), `${CHECKOUT}/config`), config), trim('trim-custom'), 'names');
});

test('each file of custom_params gives its parameters, and keeps the generated table', async () => {
  const cases = Object.entries(trimParams());
  assert.equal(cases.length, 5);
  for (const [name, right] of cases) {
    await using folder = temporary();
    const [decker = '', observed = ''] = right.dataset.split('/');
    const [dispname = '', angle = '', filter1 = ''] = observed.split('_');
    const frames = realDatasets().find(({ dataset }) => dataset === right.frames_of)?.frames ?? [];
    const day = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000 + 40_587;
    // The frames of another dataset, under this name and in these nights.
    const [from = '', to = from] = (right.dataset.split('/')[2] ?? '').split('_');
    writeFrames(
      frames.map((frame, index) => ({
        ...frame,
        decker,
        dispname,
        filter1,
        dispangle: Number(angle),
        mjd: index === frames.length - 1 ? day(to) + 0.5 : day(from) + 0.1 + index / 1000,
        cards: { GRATEPOS: 3, G3TLTWAV: Number(angle) },
      })),
      `${folder.path}/raw`,
    );
    folder.write({
      'config/default_pypeit_config': readFileSync(`${CHECKOUT}/config/default_pypeit_config`, 'utf8'),
      [`config/custom_params/${name}`]: readFileSync(`${CHECKOUT}/config/custom_params/${name}`, 'utf8'),
    });
    const config = { raw: [`${folder.path}/raw`], dateWindowDays: 5 };
    const ours = written(factsOf(frameIndex(config), `${folder.path}/config`), config);
    assert.deepEqual([...ours.keys()], [`${right.dataset} ${right.reduce}`]);
    const own = [...ours.values()][0];
    assert.ok(typeof own === 'object', typeof own === 'string' ? own : 'missing');
    assert.deepEqual(flatten(own.file.parameters), flatOf(right.params), name);
    assert.deepEqual(
      ourRows(own.file)
        .map(([file = '']) => file.replace('#', ''))
        .toSorted(),
      right.filenames.map((file) => file.replace(/^#\s*/, '')).toSorted(),
    );
  }
});

/** Whether adap writes anything else than the original did. */
async function differs(hard: HardTrim): Promise<boolean> {
  await using folder = temporary();
  mkdirSync(`${folder.path}/raw`);
  writeFrames(
    hard.frames.filter(({ dir }) => dir?.includes('/complete/')),
    `${folder.path}/raw`,
  );
  const files = {
    default_pypeit_config: readFileSync(`${CHECKOUT}/config/default_pypeit_config`, 'utf8'),
    'exclude_files.txt': hard.exclude ?? readFileSync(`${CHECKOUT}/config/exclude_files.txt`, 'utf8'),
    ...hard.config,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(`${folder.path}/config/${name}`), { recursive: true });
    writeFileSync(`${folder.path}/config/${name}`, text);
  }
  const config = { raw: [`${folder.path}/raw`] };
  const ours = written(factsOf(frameIndex(config), `${folder.path}/config`), config);
  const theirs = Object.entries(hard.result ?? {}).flatMap(([dataset, directories]) =>
    Object.entries(directories).map(([reduce, right]) => [`${dataset} ${reduce}`, right] as const),
  );
  if (hard.error !== null || theirs.length !== ours.size) return true;
  return theirs.some(([name, right]) => {
    const own = ours.get(name);
    if (typeof own !== 'object') return true;
    const params = right.params === 'default' ? (trim('trim-default').params[0] ?? '') : String(right.params);
    const isCustom = right.columns !== 'default';
    const ourNames = ourRows(own.file).map((row) => (isCustom ? [row[0]] : row));
    const theirNames = rowsOf(right.rows).map((row) => (isCustom ? [row[0]] : row));
    return (
      JSON.stringify(flatten(own.file.parameters)) !== JSON.stringify(flatOf(params)) ||
      JSON.stringify(ourNames) !== JSON.stringify(theirNames) ||
      (!isCustom && JSON.stringify(own.file.setup) !== JSON.stringify(right.setup))
    );
  });
}

test('the 95 hard cases are as the original wrote them, or better by a row of docs/differences.md', async () => {
  const differing: string[] = [];
  for (const hard of hardTrim()) if (await differs(hard)) differing.push(hard.case);
  assert.equal(hardTrim().length, 95);
  assert.deepEqual(differing.toSorted(), documented('Making the .pypeit file').toSorted());
});
