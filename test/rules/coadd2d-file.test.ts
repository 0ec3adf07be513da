import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Facts } from 'adap';
import { coadd2dMeaning, readCoadd2d, reductionOf, writeCoadd2d } from '../../rules/coadds/coadd2d-file.ts';
import type { Coadd2dFile } from '../../rules/coadds/coadd2d-file.ts';
import { customCoadd2d, placeCustom, unusedCustomCoadds } from '../../rules/coadds/custom-coadd2d.ts';
import { mergeCoadd2d } from '../../rules/coadds/merge-coadd2d.ts';
import { reduceSectionOf } from '../../rules/coadds/reduce-section.ts';
import { isSection, linesOf, readConfig } from '../../rules/pypeit/config-obj.ts';
import type { Section } from '../../rules/pypeit/config-obj.ts';
import { flatten } from '../../rules/pypeit/flatten.ts';
import { readPypeit } from '../../rules/pypeit/pypeit-file.ts';
import { CHECKOUT } from '../rig/project.ts';
import { PRODUCTS, products } from '../rig/products.ts';

const CONFIGURATION = `${products()}/SYNTH1/600ZD_7500_GG455`;
const text = (path: string): string => readFileSync(path, 'utf8');
const MERGED = text(`${CONFIGURATION}/2D_Coadd/keck_deimos_SYNTH1.coadd2d`);
const ORIGINAL = text(`${CONFIGURATION}/2D_Coadd/keck_deimos_SYNTH1.coadd2d.orig`);
const ORIGINAL_2 = text(`${PRODUCTS}/v2.0.1/2D_Coadd/keck_deimos_SYNTH1.coadd2d.orig`);
const DEFAULTS = text(`${CHECKOUT}/config/default_2dcoadd_config`);
const PYPEIT = text(`${CONFIGURATION}/2020-01-02/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`);

const read = (of: string): Coadd2dFile => {
  const file = readCoadd2d(of, 'x.coadd2d');
  if (file.kind === 'problem') throw new Error(file.problem.says);
  return file;
};
const merge = (generated: string, defaults: string, reduceSection: Section | undefined): Coadd2dFile => {
  const merged = mergeCoadd2d({ generated, defaults, reduceSection });
  if (merged.kind === 'problem') throw new Error(merged.problem.says);
  return read(merged.text);
};
const sectionOf = (pypeit: string): Section | undefined => {
  const file = readPypeit(pypeit, 'x.pypeit');
  const section = file.kind === 'problem' ? undefined : file.parameters.get('reduce');
  return section !== undefined && isSection(section) ? section : undefined;
};
const meaning = (of: string): Readonly<Record<string, string>> => coadd2dMeaning(Buffer.from(of));
const pathsOf = (file: Coadd2dFile): readonly string[] => file.paths.map(({ path }) => path);
const namesOf = (file: Coadd2dFile): readonly string[] => file.spec2ds.map(({ name }) => name);

test('merging makes of the genuine file of 1.17.4 what the old scripts made of it', () => {
  const merged = merge(ORIGINAL, DEFAULTS, sectionOf(PYPEIT));
  assert.deepEqual(flatten(merged.parameters), flatten(read(MERGED).parameters));
  assert.notDeepEqual(flatten(merged.parameters), flatten(read(ORIGINAL).parameters));
  assert.deepEqual([pathsOf(merged), namesOf(merged)], [pathsOf(read(MERGED)), namesOf(read(MERGED))]);
  assert.equal(namesOf(merged).length, 3);
});

test('merging makes the same parameters of the genuine file of 2.0.1, but for paths and the order of excluded slits', () => {
  const comparable = (file: Coadd2dFile): object => {
    const { 'rdx.redux_path': _, 'coadd2d.exclude_slits': slits = '', ...rest } = flatten(file.parameters);
    return { ...rest, slits: (slits.match(/DET\d\d:\d+/g) ?? []).toSorted() };
  };
  const merged = merge(ORIGINAL_2, DEFAULTS, sectionOf(PYPEIT));
  assert.deepEqual(comparable(merged), comparable(read(MERGED)));
  assert.deepEqual([pathsOf(merged), namesOf(merged)], [pathsOf(read(ORIGINAL_2)), namesOf(read(ORIGINAL_2))]);
});

const BLOCK = 'spec2d read\nfilename\nspec2d end\n';
const merges: [title: string, generated: string, defaults: string, pypeit: string, merged: Record<string, string>][] = [
  ['a default replaces what was generated', '[a]\nx = 1', '[a]\nx = 2', '', { 'a.x': '2' }],
  ['sections are merged at any depth', '[a]\n[[b]]\n[[[c]]]\nx = 1', '[a]\n[[b]]\n[[[c]]]\ny = 2', '', { 'a.b.c.x': '1', 'a.b.c.y': '2' }],
  ['what nobody else names stays', '[a]\nx = 1', '[b]\nx = 2', '', { 'a.x': '1', 'b.x': '2' }],
  ['the reduction wins over the defaults', '[reduce]\nx = 1', '[reduce]\nx = 2', '[reduce]\nx = 3', { 'reduce.x': '3' }],
  ['the reduction brings a section', '', '[b]\nx = 2', '[reduce]\n[[skysub]]\nx = 3', { 'b.x': '2', 'reduce.skysub.x': '3' }],
  ['of the reduction nothing but [reduce] counts', '[flexure]\nx = skip', '', '[flexure]\nx = slitcen', { 'flexure.x': 'skip' }],
  ['a list is replaced, not added to', '[a]\nx = 1, 2', '[a]\nx = 3,', '', { 'a.x': '[3]' }],
  ['a section takes the place of a value', '[a]\nb = 1', '[a]\n[[b]]\nx = 2', '', { 'a.b.x': '2' }],
];
for (const [title, generated, defaults, pypeit, merged] of merges) {
  test(`merging: ${title}`, () => {
    const reduced = readConfig(linesOf(pypeit), 'x');
    const section = reduced.kind === 'problem' ? undefined : reduced.root.get('reduce');
    const file = merge(
      `${generated}\n${BLOCK}`,
      `${defaults}\n${BLOCK}`,
      section !== undefined && isSection(section) ? section : undefined,
    );
    assert.deepEqual(flatten(file.parameters), merged);
  });
}

const pypeitWith = (reduce: string): string => PYPEIT.replace(/\[reduce\][^]*?\[flexure\]/, `${reduce}\n[flexure]`);
const chosen: [
  title: string,
  files: [reduction: string, reduce: string, parameters: 'default' | 'custom'][],
  reduction: string,
  others: string[],
][] = [
  ['one reduction', [['n1/reduce', '[reduce]\nx = 1', 'default']], 'n1/reduce', []],
  [
    'two that say the same',
    [
      ['n1/reduce', '[reduce]\nx = 1', 'default'],
      ['n2/reduce', '[reduce]\nx = 1', 'default'],
    ],
    'n1/reduce',
    [],
  ],
  [
    'two that differ: the first',
    [
      ['n1/reduce', '[reduce]\nx = 1', 'default'],
      ['n2/reduce', '[reduce]\nx = 2', 'default'],
    ],
    'n1/reduce',
    ['n2/reduce'],
  ],
  [
    'one by a custom file: that one',
    [
      ['n1/reduce', '[reduce]\nx = 1', 'default'],
      ['n2/reduce', '[reduce]\nx = 2', 'custom'],
    ],
    'n2/reduce',
    ['n1/reduce'],
  ],
  [
    'one without the section',
    [
      ['n1/reduce', '', 'default'],
      ['n2/reduce', '[reduce]\nx = 2', 'default'],
    ],
    'n1/reduce',
    ['n2/reduce'],
  ],
];
for (const [title, files, reduction, others] of chosen) {
  test(`the [reduce] of a coadd: ${title}`, () => {
    const found = reduceSectionOf(files.map(([name, reduce, parameters]) => ({ reduction: name, pypeit: pypeitWith(reduce), parameters })));
    assert.ok(found.kind === 'found');
    assert.deepEqual([found.reduction, found.others], [reduction, others]);
  });
}

const CUSTOM = `${CHECKOUT}/config/custom_coadd2d`;
const custom = readdirSync(CUSTOM).map((name) => {
  const [mask = '', ...setup] = name.replace('.coadd2d', '').split(/_(?=\d+[A-Z]+_)/);
  return { name, of: `${mask}/${setup.join('_')}`, text: text(`${CUSTOM}/${name}`) };
});

test('there are custom .coadd2d files to test with', () => {
  assert.deepEqual(
    custom.map(({ of }) => of),
    ['gale69/600ZD_6800_GG400', 'miki13D2/830G_8100_OG550', 'uds_e/830G_9000_OG550'],
  );
});

for (const { name, of, text: written } of custom) {
  test(`${name} keeps its meaning when its paths become those of this machine`, () => {
    const file = read(written);
    const science = file.paths.map(({ path }) => ({
      reduction: reductionOf(path),
      folder: `/home/of/results/${of}/${reductionOf(path).replace('/', '/complete/')}/keck_deimos_A/Science`,
      spec1ds: [],
      spec2ds: namesOf(file),
    }));
    const here = placeCustom(file, { file: `config/custom_coadd2d/${name}`, of, science, reduxPath: '/attempt/2D_Coadd' });
    assert.ok(here.kind === 'coadd2d');
    const out = writeCoadd2d(here, ['custom']);
    assert.deepEqual(meaning(out), meaning(written));
    assert.ok(Object.keys(meaning(out)).length > 20 && meaning(out)['path 1'] !== undefined);
    assert.doesNotMatch(out, /adap_root/);
    assert.equal(flatten(read(out).parameters)['rdx.redux_path'], '/attempt/2D_Coadd');
    assert.deepEqual(
      pathsOf(read(out)),
      science.map(({ folder }) => folder),
    );
    assert.deepEqual(
      read(out).spec2ds.map(({ state, name: spec2d }) => [state, spec2d]),
      file.spec2ds.map(({ state, name: spec2d }) => [state, spec2d]),
    );
  });
}

const GALE = custom[0]!;
const changes: [title: string, text: string, changed: string[]][] = [
  ['other paths before the configuration', GALE.text.replaceAll('/tmp/adap_root', '/elsewhere'), []],
  ['a remark', GALE.text.replace('[rdx]', '# why\n[rdx] # here'), []],
  ['a commented spec2d', GALE.text.replace('spec2d end', '#spec2d_x.fits\n# and a remark\nspec2d end'), []],
  ['other padding', GALE.text.replace(/^ +filename/m, 'filename'), []],
  ['a value', GALE.text.replace('snr_thresh = 5', 'snr_thresh = 20'), ['reduce.findobj.snr_thresh']],
  ['another reduction', GALE.text.replace('/reduce/', '/reduce-det6/'), ['path 1']],
  ['a spec2d behind #', GALE.text.replace(/^spec2d_.*53964/m, '#$&'), ['spec2d_DE.20100317.53964-gale69_DEIMOS_20100317T145914.640.fits']],
  ['another order of spec2d', GALE.text.replace(/^(spec2d_.*53964.*\n)(spec2d_.*\n)/m, '$2$1'), ['order']],
];
for (const [title, changedText, changed] of changes) {
  test(`meaning of a .coadd2d: ${title} changes ${changed.length === 0 ? 'nothing' : changed.join()}`, () => {
    assert.notEqual(changedText, GALE.text);
    const [was, is] = [meaning(GALE.text), meaning(changedText)];
    assert.deepEqual(
      [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => was[key] !== is[key]),
      changed,
    );
  });
}

const broken: [title: string, text: string, code: string, line: number][] = [
  ['no block', '[a]\nx = 1\n', 'coadd-file-incomplete', 3],
  ['a block that does not end', '[a]\nspec2d read\nfilename\n', 'coadd-file-incomplete', 2],
  ['a block without the line filename', '\nspec2d read\n path /x\nspec2d end', 'coadd-file-incomplete', 2],
  ['a name in place of the line filename', 'spec2d read\nspec2d_x.fits\nspec2d end', 'coadd-file-incomplete', 1],
  ['parameters that cannot be read', '[a]\nnonsense\nspec2d read\nfilename\nspec2d end', 'config-syntax', 2],
  ['parameters behind the block', 'spec2d read\nfilename\nspec2d end\n[a]\n[a]\n', 'config-duplicate', 5],
];
for (const [title, of, code, line] of broken) {
  test(`a .coadd2d with ${title} is a problem of line ${line}`, () => {
    const file = readCoadd2d(of, 'x.coadd2d');
    assert.ok(file.kind === 'problem');
    assert.deepEqual([file.problem.code, file.problem.line, file.problem.file], [code, line, 'x.coadd2d']);
    assert.deepEqual(Object.keys(meaning(of)), ['unreadable']);
  });
}

test('a .coadd2d without a spec2d has none, and parameters behind its block count', () => {
  const file = read(`[a]\nx = 1\n${BLOCK}[b]\ny = 2\n`);
  assert.deepEqual([flatten(file.parameters), file.spec2ds, file.paths], [{ 'a.x': '1', 'b.y': '2' }, [], []]);
});

const GALE_SCIENCE = { reduction: '2010-03-17/reduce', folder: '/h/Science', spec1ds: [], spec2ds: namesOf(read(GALE.text)) };
const places: [title: string, text: string, science: typeof GALE_SCIENCE, code: string, line: number][] = [
  ['a reduction that is not there', GALE.text, { ...GALE_SCIENCE, reduction: '2010-03-18/reduce' }, 'custom-coadd-path', 39],
  [
    'a path of another configuration',
    GALE.text.replace(' path /tmp/adap_root/gale69', ' path /tmp/adap_root/gale70'),
    GALE_SCIENCE,
    'custom-coadd-path',
    39,
  ],
  ['a spec2d that is not there', GALE.text, { ...GALE_SCIENCE, spec2ds: GALE_SCIENCE.spec2ds.slice(0, 2) }, 'custom-coadd-frame', 43],
];
for (const [title, of, science, code, line] of places) {
  test(`a custom .coadd2d that names ${title} is a problem of line ${line}`, () => {
    const here = placeCustom(read(of), { file: 'c.coadd2d', of: GALE.of, science: [science], reduxPath: '/r' });
    assert.ok(here.kind === 'problem');
    assert.deepEqual([here.problem.code, here.problem.line], [code, line]);
  });
}

const facts = (...files: string[]): Facts =>
  ({ config: { files: () => files, shown: (name: string) => `config/${name}`, text: () => '' } }) as unknown as Facts;
const DATASET = 'm/600_X/2010-03-17';
const named: [title: string, files: string[], of: string, found: string | undefined][] = [
  ['a configuration', ['custom_coadd2d/m_600_X.coadd2d'], 'm/600_X', 'custom_coadd2d/m_600_X.coadd2d'],
  ['a configuration with +', ['custom_coadd2d/m+600_X.coadd2d'], 'm/600_X', 'custom_coadd2d/m+600_X.coadd2d'],
  ['a dataset', ['custom_coadd2d/m_600_X_2010-03-17.coadd2d'], DATASET, 'custom_coadd2d/m_600_X_2010-03-17.coadd2d'],
  ['a configuration, and not its dataset', ['custom_coadd2d/m_600_X.coadd2d'], DATASET, undefined],
  ['a dataset, and not its configuration', ['custom_coadd2d/m_600_X_2010-03-17.coadd2d'], 'm/600_X', undefined],
  ['something longer', ['custom_coadd2d/m_600_XY.coadd2d'], 'm/600_X', undefined],
  ['the configuration, in another folder', ['custom_pypeit/m_600_X.coadd2d'], 'm/600_X', undefined],
  ['it twice', ['custom_coadd2d/m+600_X.coadd2d', 'custom_coadd2d/m_600_X.coadd2d'], 'm/600_X', 'custom-coadd-twice'],
];
for (const [title, files, of, found] of named) {
  test(`the custom .coadd2d of ${of}: a file named after ${title} is ${found ?? 'none'}`, () => {
    const file = customCoadd2d(facts(...files), of);
    assert.equal(file?.kind === 'problem' ? file.problem.code : file?.name, found);
  });
}

test('a custom .coadd2d that is named after no coadd is warned of', () => {
  const files = [
    'custom_coadd2d/m_600_X.coadd2d',
    'custom_coadd2d/m_600_X_2010-03-17.coadd2d',
    'custom_coadd2d/README',
    'default_pypeit_config',
  ];
  assert.deepEqual(
    unusedCustomCoadds(facts(...files), ['m/600_X']).map(({ code, file }) => [code, file]),
    [['custom-coadd-unused', 'config/custom_coadd2d/m_600_X_2010-03-17.coadd2d']],
  );
});
