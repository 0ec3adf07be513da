import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { createArchive } from '../rig/archive.ts';
import type { Archive } from '../rig/archive.ts';
import type { MadeFrame } from '../rig/make-frames.ts';
import { realDatasets, realFrames } from '../rig/oracle.ts';

const DEFAULTS = 'config/default_pypeit_config';

const stem = (dataset: string): string => dataset.replaceAll('/', '_');
const setupOf = (dataset: string): string => `setup ${dataset}`;
const read = (archive: Archive, path: string): string => readFileSync(`${archive.root}/${path}`, 'utf8');

/** Built, and built once more: an archive in which nothing is stale. */
async function built(frames: readonly MadeFrame[], custom: 'with-custom' | 'without-custom'): Promise<Archive> {
  const archive = await createArchive(frames, custom);
  assert.equal((await archive.adap('build')).code, 0);
  const again = await archive.adap('build');
  assert.match(again.out, /^0 built, \d+ fresh$/m);
  assert.equal((await archive.adap('build -n')).code, 0);
  return archive;
}

const someDatasets = realDatasets().slice(0, 6);
const someFrames = someDatasets.flatMap(({ frames }) => frames);
const [first, second] = someDatasets.map(({ dataset }) => dataset) as [string, string];

test('comments, order, indentation, quotes and other raw paths make nothing stale, in defaults and custom files', async () => {
  await using archive = await built(someFrames, 'with-custom');
  const custom = `config/custom_pypeit/${stem(first)}_reduce.pypeit`;
  const edits: Record<string, (text: string) => string> = {
    'a comment': (text) => `# a remark\n${text.replace('spec_maxshift = 80', 'spec_maxshift = 80   # Angstrom')}`,
    indentation: (text) => text.replace(/^ +(\S+ = )/gm, '$1').replace(/^ +\[\[/gm, '      [['),
    quotes: (text) => text.replace('spec_method = slitcen', 'spec_method = "slitcen"').replace('snr_thresh = 5', "snr_thresh = '5'"),
    order: (text) => text.replace(/(obj_toler = .*\n)/, '').replace(/(\s*)(\[\[extraction\]\])/, '$1    obj_toler = 0.5$1$2'),
    'another raw path': (text) => text.replace(/^ path .*$/m, ' path /somewhere/else'),
    '# NAME for #NAME': (text) => text.replace(/^#(DE\.\S+)/gm, '# $1'),
  };
  for (const path of [DEFAULTS, custom]) {
    const original = read(archive, path);
    let changed = 0;
    for (const [what, edit] of Object.entries(edits)) {
      if (edit(original) === original) continue;
      changed += 1;
      archive.write({ [path]: edit(original) });
      const { stale, code } = await archive.plan();
      assert.deepEqual(stale, {}, `${what} in ${path}`);
      assert.equal(code, 0);
    }
    assert.ok(changed >= 4, `${changed} edits of ${path}`);
    archive.write({ [path]: original });
  }
});

test('one changed default makes exactly the datasets stale that use it, each for one reason; with custom files, exactly the others', async () => {
  await using archive = await built(realFrames(), 'without-custom');
  const original = read(archive, DEFAULTS);
  archive.write({ [DEFAULTS]: original.replace('spec_method = slitcen', 'spec_method = skip') });
  const all = realDatasets().map(({ dataset }) => setupOf(dataset));
  assert.equal(all.length, 84);
  const reason = [{ kind: 'value-changed', name: 'flexure.spec_method', was: 'slitcen', is: 'skip' }];
  assert.deepEqual((await archive.plan()).stale, Object.fromEntries(all.toSorted().map((target) => [target, reason])));

  // Some with a file of their own: parameters only, or a whole file.
  archive.write({ [DEFAULTS]: original });
  const own = realDatasets()
    .filter((_, index) => index % 3 === 0)
    .map(({ dataset }) => dataset);
  for (const [index, dataset] of own.entries()) {
    const text = index % 2 === 0 ? original : read(archive, `home/${dataset}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`);
    archive.write({ [`config/mine/${stem(dataset)}_reduce.${index % 2 === 0 ? 'ini' : 'pypeit'}`]: text });
  }
  assert.deepEqual((await archive.plan()).stale, {}, 'the same parameters and frames in a file of their own');
  archive.write({ [DEFAULTS]: original.replace('spec_method = slitcen', 'spec_method = skip') });
  const others = all.filter((target) => !own.includes(target.slice('setup '.length)));
  assert.ok(others.length > 0 && others.length < 84);
  assert.deepEqual((await archive.plan()).stale, Object.fromEntries(others.toSorted().map((target) => [target, reason])));

  // The plan is the run.
  const { out } = await archive.adap('build');
  assert.deepEqual(
    out
      .split('\n')
      .flatMap((line) => /^built +(setup \S+) +(.*)$/.exec(line)?.slice(1, 3).join(' | ') ?? [])
      .toSorted(),
    others.map((target) => `${target} | flexure.spec_method: slitcen -> skip`).toSorted(),
  );
  assert.match(
    read(archive, `home/${(others[0] ?? '').slice(6)}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`),
    /spec_method = skip/,
  );
});

test('a .pypeit file of its own with the same parameters and frames, but another bkg_id, is stale for that', async () => {
  await using archive = await built(someFrames, 'without-custom');
  const text = read(archive, `home/${first}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`);
  const science = text.split('\n').find((line) => / science /.test(line) && !line.startsWith('#')) ?? '';
  const name = science.trim().split(' ')[0] ?? '';
  archive.write({
    [`config/${stem(first)}_reduce.pypeit`]: text
      .replace(/\| calib$/m, '| calib | bkg_id')
      .replace(/\| +0$/gm, (cell) => `${cell} | -1`)
      .replace(`${science} | -1`, `${science} | 2`),
  });
  const { stale } = await archive.plan();
  assert.deepEqual(stale, {
    [setupOf(first)]: [
      { kind: 'input-changed', input: `frame ${name}`, by: 'outside', was: 'science calib 0', is: 'science calib 0 bkg_id 2' },
    ],
  });
});

test('a new custom_params file, its change and its removal touch exactly that dataset, parameter by parameter', async () => {
  await using archive = await built(someFrames, 'without-custom');
  const path = `config/custom_params/${stem(second)}_reduce.ini`;
  archive.write({ [path]: `${read(archive, DEFAULTS)}\n[baseprocess]\n  mask_cr = False\n`.replace('snr_thresh = 5', 'snr_thresh = 7') });
  const difference = [
    { kind: 'value-changed', name: 'baseprocess.mask_cr', is: 'False' },
    { kind: 'value-changed', name: 'reduce.findobj.snr_thresh', was: '5', is: '7' },
  ];
  assert.deepEqual((await archive.plan()).stale, { [setupOf(second)]: difference });
  assert.match(
    (await archive.adap(['why', setupOf(second)])).out,
    /baseprocess\.mask_cr: \(unset\) -> False\n {2}reduce\.findobj\.snr_thresh: 5 -> 7/,
  );
  assert.match((await archive.adap('build')).out, /^1 built/m);
  rmSync(`${archive.root}/${path}`);
  assert.deepEqual(Object.keys((await archive.plan()).stale), [setupOf(second)]);
  assert.match((await archive.adap('build')).out, /^1 built/m);
  assert.equal((await archive.plan()).code, 0);
});

test('custom files whose names say no reduce directory, or another folder, are warned of and touch nothing', async () => {
  await using archive = await built(someFrames, 'without-custom');
  const misspelt = [`${stem(first)}.ini`, `${stem(first)}_...ini`, `${stem(first).slice(1)}_reduce.pypeit`].map(
    (name) => `config/custom_params/${name}`,
  );
  archive.write(Object.fromEntries(misspelt.map((path) => [path, read(archive, DEFAULTS)])));
  const { error, code } = await archive.adap('build -n');
  assert.equal(code, 0);
  for (const path of misspelt) assert.ok(error.includes(`warning[custom-file-unused]: ${path} belongs to no dataset`), error);
});

test('a line in exclude_files.txt touches exactly the dataset of that frame, and names it', async () => {
  await using archive = await built(someFrames, 'without-custom');
  const science = someDatasets[1]?.frames.findLast(({ frametype }) => frametype === 'science')?.filename ?? '';
  archive.write({ 'config/exclude_files.txt': `${read(archive, 'config/exclude_files.txt')}\n${science}\n` });
  assert.deepEqual((await archive.plan()).stale, {
    [setupOf(second)]: [{ kind: 'input-removed', input: `frame ${science}`, was: 'science calib 0' }],
  });
});

test('a frame that widens the dates retires the old name and makes the new one; nothing is left behind, nothing deleted', async () => {
  await using archive = await built(someFrames, 'without-custom');
  const last = someDatasets[0]?.frames.at(-1);
  assert.ok(last !== undefined);
  const custom = `config/custom_params/${stem(first)}_reduce.ini`;
  archive.write({ [`home/${first}/note.txt`]: 'a note of mine' });
  archive.addFrames([{ ...last, filename: 'DE.20151018.43400.fits', mjd: last.mjd + 2, dateobs: '2015-10-18' }]);
  const widened = '041615B1/1200G_8800_OG550/2015-10-16_2015-10-18';
  const { objects, code } = await archive.plan();
  assert.equal(code, 3);
  assert.deepEqual(
    objects.filter(({ kind }) => kind === 'target').map(({ target, reasons }) => [target, reasons[0]?.kind]),
    [
      [`raw ${widened}`, 'never-built'],
      [`setup ${widened}`, 'never-built'],
    ],
  );
  assert.deepEqual(
    objects.filter(({ kind }) => kind === 'retire').map(({ target, by }) => [target, by]),
    [
      [`raw ${first}`, [`raw ${widened}`]],
      [`setup ${first}`, [`setup ${widened}`]],
    ],
  );
  assert.match((await archive.adap('build -n')).out, /retire: setup \S+2015-10-16: replaced by setup \S+2015-10-16_2015-10-18/);

  // The same, asked for the new name alone.
  assert.equal((await archive.plan(widened)).objects.filter(({ kind }) => kind === 'retire').length, 2);

  // With a custom file under the old name, the new one is held.
  archive.write({ [custom]: read(archive, DEFAULTS) });
  const held = await archive.adap('build');
  assert.equal(held.code, 1);
  assert.match(held.out, new RegExp(`held +setup ${widened}`));
  assert.match(
    held.out,
    new RegExp(`try: mv 'config/custom_params/${stem(first)}_reduce.ini' 'config/custom_params/${stem(widened)}_reduce.ini'`),
  );
  assert.ok(
    existsSync(`${archive.root}/home/${first}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`),
    'the old result stays while its successor is held',
  );
  // Whoever types what is printed overwrites nothing.
  const renamed = `config/custom_params/${stem(widened)}_reduce.ini`;
  archive.write({ [renamed]: read(archive, DEFAULTS) });
  assert.match((await archive.adap('build')).out, new RegExp(`try: diff '${custom}' '${renamed}'; then rm the one that is not wanted`));
  renameSync(`${archive.root}/${custom}`, `${archive.root}/${renamed}`);

  assert.equal((await archive.adap('build')).code, 0);
  assert.deepEqual(readdirSync(`${archive.root}/home/${first}`), ['note.txt'], "what is not adap's stays where it is");
  for (const path of ['complete/raw', 'complete/reduce/keck_deimos_A/keck_deimos_A.pypeit']) {
    assert.ok(statSync(`${archive.root}/home/.adap/retired/${first}/${path}`), `${path} is kept in .adap/retired`);
  }
  assert.equal((await archive.plan()).code, 0);
});

test('results that nothing asks for, and nothing replaces, are kept and said; a raw directory that is gone stops the plan', async () => {
  await using archive = await built(someFrames, 'without-custom');
  const nights = new Set(someDatasets[0]?.frames.map(({ dateobs }) => dateobs));
  for (const night of nights) rmSync(`${archive.root}/raw/${night}`, { recursive: true });
  const { out, code } = await archive.adap('build');
  assert.equal(code, 0);
  assert.match(out, new RegExp(`^kept +setup ${first} +nothing asks for it any more$`, 'm'));
  assert.ok(existsSync(`${archive.root}/home/${first}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`));
  renameSync(`${archive.root}/raw`, `${archive.root}/raw-unmounted`);
  const gone = await archive.adap('build');
  assert.match(gone.error, /^error\[raw-missing\]/);
  assert.equal(gone.code, 2);
});

test('a mistake in the defaults is told in full once, and fails only the datasets that use them; their older results stay', async () => {
  await using archive = await built(someFrames, 'without-custom');
  archive.write({
    [`config/${stem(first)}_reduce.ini`]: read(archive, DEFAULTS),
    [DEFAULTS]: read(archive, DEFAULTS).replace('[[findobj]]', '[[findobj]'),
  });
  const { out, code } = await archive.adap('build');
  assert.equal(code, 1);
  assert.equal(
    out.match(
      /error\[config-syntax\]: a section needs as many closing as opening brackets, and a name\n {4}at: config\/default_pypeit_config:10:4\n/g,
    )?.length,
    1,
  );
  assert.equal(out.match(/^failed +setup /gm)?.length, 5);
  assert.equal(out.match(/error\[config-syntax\]: as above/g)?.length, 4);
  assert.match(out, /^0 built, 7 fresh, 5 failed$/m);
  assert.match((await archive.adap('status')).out, /^failed +setup \S+ +failed: config\/default_pypeit_config:10: .*; older result kept$/m);
});

test('raw frames come in as hard links where the adapfile says so; a frame that was replaced is linked again', async () => {
  const archive = await createArchive(someFrames, 'without-custom');
  await using _ = archive;
  archive.write({ 'adapfile.ts': read(archive, 'adapfile.ts').replace("raw: ['raw']", "raw: ['raw'], link: 'hard'") });
  assert.equal((await archive.adap('build')).code, 0);
  assert.equal((await archive.plan()).code, 0);
  const frame = someDatasets[0]?.frames[0] as MadeFrame;
  const inTree = `${archive.root}/home/${first}/complete/raw/${frame.filename}`;
  const inRaw = `${archive.root}/raw/${frame.dateobs}/${frame.filename}`;
  assert.equal(statSync(inTree).ino, statSync(inRaw).ino);
  rmSync(inRaw);
  archive.addFrames([{ ...frame, airmass: 1.5 }]);
  assert.deepEqual(Object.keys((await archive.plan()).stale), [`raw ${first}`]);
  assert.equal((await archive.adap('build')).code, 0);
  assert.equal(statSync(inTree).ino, statSync(inRaw).ino);
});

test('raw and config folders behind links: a new file there, and a link that leads elsewhere, are seen after any number of quiet plans', async () => {
  await using archive = await createArchive(someFrames, 'without-custom');
  for (const folder of ['raw', 'config']) {
    renameSync(`${archive.root}/${folder}`, `${archive.root}/${folder}-1`);
    cpSync(`${archive.root}/${folder}-1`, `${archive.root}/${folder}-2`, { recursive: true, preserveTimestamps: true });
    symlinkSync(`${folder}-1`, `${archive.root}/${folder}`);
  }
  const quiet = async (): Promise<void> => {
    assert.equal((await archive.adap('build')).code, 0);
    await new Promise((done) => void setTimeout(done, 60));
    for (let looks = 0; looks < 3; looks += 1) assert.equal((await archive.plan()).code, 0);
  };
  await quiet();
  archive.write({ [`config-1/${stem(second)}_reduce.ini`]: read(archive, DEFAULTS).replace('snr_thresh = 5', 'snr_thresh = 9') });
  assert.deepEqual(Object.keys((await archive.plan()).stale), [setupOf(second)]);
  await quiet();
  rmSync(`${archive.root}/config`);
  symlinkSync('config-2', `${archive.root}/config`);
  assert.deepEqual(Object.keys((await archive.plan()).stale), [setupOf(second)]);
  await quiet();
  rmSync(`${archive.root}/raw`);
  symlinkSync('raw-2', `${archive.root}/raw`);
  const raws = someDatasets.map(({ dataset }) => `raw ${dataset}`).toSorted();
  assert.deepEqual(Object.keys((await archive.plan()).stale).toSorted(), raws);
});
