import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import type { Facts, Run } from 'adap';
import { openShell } from '../../engine/executors/shell.ts';
import { failingOf } from '../../engine/model/failing.ts';
import { coadd2d } from '../../rules/coadds/coadd-2d.ts';
import type { Coadd2d } from '../../rules/coadds/coadd-2d.ts';
import { readCoadd2d } from '../../rules/coadds/coadd2d-file.ts';
import { collate1d } from '../../rules/coadds/collate-1d.ts';
import { caveatsOf, readCollateWarnings } from '../../rules/coadds/collate-warnings.ts';
import { badSlitsOf, chooseDetectors, detectorArgument, slitsOf } from '../../rules/coadds/detectors.ts';
import type { DetectorSlits } from '../../rules/coadds/detectors.ts';
import { coaddsOf, levelOf } from '../../rules/coadds/level.ts';
import type { Levels } from '../../rules/coadds/level.ts';
import { levelsIn, readLevels, unusedExceptions } from '../../rules/coadds/read-levels.ts';
import { scienceOf, withoutRepeats } from '../../rules/coadds/science.ts';
import { isCollated1d } from '../../rules/coadds/whole-1d.ts';
import { isCoadded2d } from '../../rules/coadds/whole-2d.ts';
import { flatten } from '../../rules/pypeit/flatten.ts';
import { CHECKOUT } from '../rig/project.ts';
import { PRODUCTS, products } from '../rig/products.ts';
import { temporary } from '../rig/temporary.ts';

const OF = 'SYNTH1/600ZD_7500_GG455';
const GENUINE = `${products()}/${OF}`;
const text = (path: string): string => readFileSync(path, 'utf8');

const levels = (yaml: string): Levels => {
  const read = readLevels(yaml, 'config/coadds.yaml');
  if (read.kind === 'problem') throw new Error(read.problem.says);
  return read.levels;
};

test('the default coadds.yaml says what no coadds.yaml says', () => {
  assert.deepEqual(levels(text(`${CHECKOUT}/config/coadds.yaml`)), levels(''));
  const none = { config: { text: () => undefined }, once: (_: string, make: () => unknown) => make() } as unknown as Facts;
  assert.deepEqual(levelsIn(none), { kind: 'levels', levels: levels('') });
});

const NIGHTS = ['m/s/2001-01-01', 'm/s/2002-02-02', 'm/t/2001-01-01', 'mm/s/2001-01-01'];
const level: [title: string, yaml: string, is: string][] = [
  ['nothing is said', '', 'setup setup setup setup'],
  ['a default', '1D:\n  default: dataset', 'dataset dataset dataset dataset'],
  ['the default of the other dimension', '2D:\n  default: dataset', 'setup setup setup setup'],
  ['a mask', '1D:\n  exceptions:\n    m: none', 'none none none setup'],
  ['a configuration', '1D:\n  exceptions:\n    m/s: dataset', 'dataset dataset setup setup'],
  ['a configuration with a slash at its end', '1D:\n  exceptions:\n    m/s/: dataset', 'dataset dataset setup setup'],
  ['a dataset', '1D:\n  exceptions:\n    m/s/2001-01-01: dataset', 'dataset setup setup setup'],
  [
    'the longest counts, the shortest first',
    '1D:\n  exceptions:\n    m: none\n    m/s: dataset\n    m/s/2002-02-02: setup',
    'dataset setup none setup',
  ],
  [
    'the longest counts, the longest first',
    '1D:\n  exceptions:\n    m/s/2002-02-02: setup\n    m/s: dataset\n    m: none',
    'dataset setup none setup',
  ],
  ['half a name is no beginning', '1D:\n  exceptions:\n    m/s/2001: none', 'setup setup setup setup'],
];
for (const [title, yaml, is] of level) {
  test(`level: ${title}`, () => assert.equal(NIGHTS.map((dataset) => levelOf(levels(yaml), '1D', dataset)).join(' '), is));
}

test('level: a mask whose name is a number, or looks like another word, is a name', () => {
  const read = levels('1D:\n  exceptions:\n    12: none\n    1e5: dataset\n    no: none\n    012: dataset');
  assert.deepEqual([...read['1D'].exceptions.keys()], ['12', '1e5', 'no', '012']);
});

const coadds: [title: string, yaml: string, is: string[]][] = [
  ['by configuration', '', ['m/s: m/s/2001-01-01 m/s/2002-02-02', 'm/t: m/t/2001-01-01', 'mm/s: mm/s/2001-01-01']],
  ['by dataset', '1D:\n  default: dataset', NIGHTS.map((each) => `${each}: ${each}`)],
  ['not at all', '1D:\n  default: none', []],
  [
    'a dataset that is coadded by itself is left out of its configuration',
    '1D:\n  exceptions:\n    m/s/2001-01-01: dataset',
    ['m/s/2001-01-01: m/s/2001-01-01', 'm/s: m/s/2002-02-02', 'm/t: m/t/2001-01-01', 'mm/s: mm/s/2001-01-01'],
  ],
  [
    'a dataset that is not coadded is left out, too',
    '1D:\n  exceptions:\n    m/s/2001-01-01: none\n    m/t: none\n    mm: none',
    ['m/s: m/s/2002-02-02'],
  ],
  [
    'a configuration of which no dataset is left has none',
    '1D:\n  default: none\n  exceptions:\n    m/s/2001-01-01: dataset',
    ['m/s/2001-01-01: m/s/2001-01-01'],
  ],
  [
    'datasets may be gathered, where the others are by themselves',
    '1D:\n  default: none\n  exceptions:\n    m/s/2001-01-01: setup',
    ['m/s: m/s/2001-01-01'],
  ],
];
for (const [title, yaml, is] of coadds) {
  test(`coadds: ${title}`, () => {
    const found = coaddsOf(levels(yaml), '1D', NIGHTS.toReversed()).map(({ of, datasets }) => `${of}: ${datasets.join(' ')}`);
    assert.deepEqual(found, is);
  });
}

const broken: [yaml: string, code: string, place: string, says: RegExp][] = [
  ['1D:\n  default: [setup\n', 'coadds-syntax', '3:1', /^flow sequence/],
  ['1D:\n\tdefault: setup', 'coadds-syntax', '2:1', /^tabs are not allowed as indentation$/],
  ['1D:\n  exceptions:\n    a: none\n    a: none', 'coadds-syntax', '4:5', /^map keys must be unique$/],
  ['1D:\n  defualt: setup', 'coadds-entry', '2:3', /^defualt is nothing that 1D has$/],
  ['3D:\n  default: setup', 'coadds-entry', '1:1', /^3D is no kind of coadd$/],
  ['1D: setup', 'coadds-entry', '1:5', /^1D is no list of name: value$/],
  ['- 1D', 'coadds-entry', '1:1', /^the file is no list of name: value$/],
  ['2D:\n  default: Setup', 'coadds-entry', '2:12', /^Setup is no level$/],
  ['2D:\n  default:\n', 'coadds-entry', '2:11', /^default has no level$/],
  ['2D:\n  exceptions:\n    a/b: config', 'coadds-entry', '3:10', /^config is no level$/],
  ['2D:\n  exceptions:\n    a/b/c/d: none', 'coadds-entry', '3:5', /^a\/b\/c\/d is no beginning of a dataset$/],
];
for (const [yaml, code, place, says] of broken) {
  test(`coadds.yaml: ${JSON.stringify(yaml)} is a problem at ${place}`, () => {
    const read = readLevels(yaml, 'config/coadds.yaml');
    assert.ok(read.kind === 'problem');
    const { problem } = read;
    assert.deepEqual([problem.code, `${problem.line}:${problem.column}`, problem.file], [code, place, 'config/coadds.yaml']);
    assert.match(problem.says, says);
    assert.notEqual(problem.try, undefined);
  });
}

test('an exception that begins no dataset is warned of, with its line', () => {
  const facts = { config: { shown: (name: string) => `config/${name}` } } as unknown as Facts;
  const read = levels(
    '1D:\n  exceptions:\n    m: none\n    m/s: none\n    m/x: none\n2D:\n  exceptions:\n    m/s/2001-01-01: none\n    M: none',
  );
  assert.deepEqual(
    unusedExceptions(facts, read, NIGHTS).map(({ says, line }) => [says.split(' ')[0], line]),
    [
      ['m/x', 5],
      ['M', 9],
    ],
  );
});

test('the package yaml is not loaded with the rules', async () => {
  const { stdout } = await shell('/tmp', () => undefined)`${CHECKOUT}/bin/node -e ${`
    import('${CHECKOUT}/rules/coadds/read-levels.ts').then(({ readLevels }) => {
      const loaded = () => Object.keys(require.cache).some((file) => file.includes('/node_modules/yaml/'));
      const before = loaded();
      readLevels('', 'x');
      console.log(before, loaded());
    });`}`;
  assert.equal(stdout, 'false true\n');
});

const names: [name: string, argument: string | undefined][] = [
  ['DET03', '3'],
  ['DET08', '8'],
  ['DET09', undefined],
  ['MSC01', '1,5'],
  ['MSC02', '2,6'],
  ['MSC03', '3,7'],
  ['MSC04', '4,8'],
  ['MSC05', undefined],
  ['DET3', undefined],
];
for (const [name, argument] of names)
  test(`--det of ${name} is ${argument ?? 'nothing'}`, () => assert.equal(detectorArgument(name), argument));

const slits = (name: string, ...masks: number[]): DetectorSlits => ({
  name,
  slits: masks.map((mask, index) => ({ spatId: 100 + index, mask })),
});
const chosen: [title: string, of: DetectorSlits[], bad: string[], is: { detectors: string; badSlits: string; dropped: string }][] = [
  ['all slits are good', [slits('DET03', 0, 0)], [], { detectors: '3', badSlits: '', dropped: '' }],
  ['one slit is good', [slits('DET03', 8, 0)], [], { detectors: '3', badSlits: '', dropped: '' }],
  ['no slit is good by its mask', [slits('DET03', 8, 2), slits('MSC04', 0)], [], { detectors: '4,8', badSlits: '', dropped: 'DET03' }],
  [
    'no slit is good by the scorecard',
    [slits('DET03', 0), slits('DET04', 0)],
    ['DET03:100'],
    { detectors: '4', badSlits: '', dropped: 'DET03' },
  ],
  [
    'mask and scorecard together leave none',
    [slits('DET03', 2, 0), slits('DET04', 0)],
    ['DET03:101'],
    { detectors: '4', badSlits: '', dropped: 'DET03' },
  ],
  ['a bad slit beside a good one', [slits('DET03', 0, 0)], ['DET03:101'], { detectors: '3', badSlits: 'DET03:101', dropped: '' }],
  ['a bad slit of another name of the same number', [slits('DET03', 0)], ['DET04:100'], { detectors: '3', badSlits: '', dropped: '' }],
  [
    'slits of other exposures are passed on, sorted',
    [slits('DET03', 0)],
    ['DET03:9', 'DET03:12'],
    { detectors: '3', badSlits: 'DET03:12 DET03:9', dropped: '' },
  ],
  ['a detector without slits', [slits('DET03'), slits('DET04', 0)], [], { detectors: '4', badSlits: '', dropped: 'DET03' }],
];
for (const [title, of, bad, is] of chosen) {
  test(`detectors: ${title}`, () => {
    const { detectors, badSlits, dropped } = chooseDetectors(of, bad);
    assert.deepEqual({ detectors: detectors.join(' '), badSlits: badSlits.join(' '), dropped: dropped.join(' ') }, is);
  });
}

test('bad slits are those of all scorecards, once each', () => {
  const texts = ['2020-01-02', '2020-02-20'].map((night) => text(`${GENUINE}/${night}/complete/reduce/scorecard_bad_slits.csv`));
  assert.deepEqual(badSlitsOf(texts), ['DET03:1152', 'DET03:873']);
  assert.deepEqual(badSlitsOf(['slit_id,spec2d\r\n', 'spec2d,slit_id\nx.fits,MSC01:5\n']), ['MSC01:5']);
  assert.throws(() => badSlitsOf(['slit_id,spec2d\n1152,x.fits\n']), /slit_id is "1152", not like DET03:1152/);
});

test('the slits of a genuine spec2d have the masks that PypeIt gave them', async () => {
  const science = `${GENUINE}/2020-01-02/complete/reduce/keck_deimos_A/Science`;
  const spec2d = readdirSync(science).find((name) => name.startsWith('spec2d')) ?? '';
  const [detector, ...others] = await slitsOf(`${science}/${spec2d}`);
  assert.deepEqual([others, detector?.name, detector?.slits.length], [[], 'DET03', 8]);
  const flagged = detector!.slits.filter(({ mask }) => mask !== 0).map(({ spatId }) => spatId);
  assert.deepEqual(flagged.length, 2);
  assert.deepEqual(chooseDetectors([detector!], []).detectors, ['3']);
});

const spec2ds = (reduction: string, ...exposures: string[]) => ({
  reduction,
  folder: `/${reduction}`,
  spec1ds: [],
  spec2ds: exposures.map((name) => `spec2d_${name}.fits`),
});
const repeats: [title: string, of: ReturnType<typeof spec2ds>[], used: string, repeated: string][] = [
  ['two nights', [spec2ds('n1/reduce', 'a'), spec2ds('n2/reduce', 'b')], 'n1/reduce n2/reduce', ''],
  ['two reductions of one night', [spec2ds('n1/reduce', 'a', 'b'), spec2ds('n1/reduce-det6', 'a', 'b')], 'n1/reduce', 'n1/reduce-det6'],
  ['they share one exposure', [spec2ds('n1/reduce', 'a'), spec2ds('n1/reduce-det6', 'a', 'b')], 'n1/reduce', 'n1/reduce-det6'],
  ['the first made nothing', [spec2ds('n1/reduce'), spec2ds('n1/reduce-det6', 'a')], 'n1/reduce-det6', ''],
];
for (const [title, of, used, repeated] of repeats) {
  test(`an exposure is in a 2D coadd once: ${title}`, () => {
    const found = withoutRepeats(of);
    assert.deepEqual(
      [found.used, found.repeated].map((each) => each.map(({ reduction }) => reduction).join(' ')),
      [used, repeated],
    );
  });
}

test('reductions are coadded by dates, of one dataset the plain one first', () => {
  const folders = ['n2/reduce', 'n1/reduce-det6', 'n1/other', 'n1/reduce'].map((reduction) => ({ reduction, folder: '/nowhere' }));
  assert.deepEqual(
    scienceOf(folders).map(({ reduction }) => reduction),
    ['n1/reduce', 'n1/other', 'n1/reduce-det6', 'n2/reduce'],
  );
});

const FAILURES = `spec1d_* failures

Could not find archived sensfunc to flux fluxed/n1/reduce/spec1d_a.fits, skipping it.
Traceback (most recent call last):
  File "/x/collate_1d.py", line 283, in flux
    sens_file = sf_archive.get_archived_sensfile(spec1d_file)
                ^^^^^^^^^^^^
ValueError: No archived sensfunc for 1200B
and more of it

Failed to read fluxed/n1/reduce/spec1d_b.fits, skipping it.
Traceback (most recent call last):
  File "/x/collate_1d.py", line 240, in read_spec1d_files
    sobjs = SpecObjs.from_fitsfile(spec1d_file)
OSError: No SIMPLE card found

`;
const REFFRAME = `spec1d_* failures

Failed to perform heliocentric correction on fluxed/n1/reduce/spec1d_c.fits: "Keyword 'RA' not found."

`;
const FAILED_OBJECT = `Failed to Coadd:

Failed to coadd /home/1D_Coadd/J100022.37+021117.61_DEIMOS_20200102_20200220.fits:
Traceback (most recent call last):
  File "/x/collate_1d.py", line 840, in main
    coadd(par, coaddfile, source)
IndexError: index 0 is out of bounds for axis 0 with size 0

`;
const ONCE = `Excluding SPAT0143-SLIT0159-DET03 in a.fits because there's no other SpecObj to coadd with.\n`;
const warnings = (failures: string, excluded: string, failed: string): string =>
  `pypeit_collate_1d warnings\n\nStarted 2026-11-22\nDuration: 0:00:06\n\n${failures}Excluded Objects:\n\n${excluded}\n${failed}`;
const NONE_FAILED = 'Failed to Coadd:\n\n';

const warned: [title: string, text: string, caveats: string[]][] = [
  ['the genuine file of 1.17.4', text(`${GENUINE}/1D_Coadd/collate_warnings.txt`), []],
  ['the genuine file of 2.0.1', text(`${PRODUCTS}/v2.0.1/1D_Coadd/collate_warnings.txt`), []],
  [
    'two spec1d failures',
    warnings(FAILURES, '', NONE_FAILED),
    [
      '2 spec1d failures though pypeit_collate_1d ended well: spec1d_a.fits (ValueError: No archived sensfunc for 1200B), spec1d_b.fits (OSError: No SIMPLE card found)',
    ],
  ],
  [
    'a failure without a traceback',
    warnings(REFFRAME, '', NONE_FAILED),
    [`1 spec1d failure though pypeit_collate_1d ended well: spec1d_c.fits ("Keyword 'RA' not found.")`],
  ],
  [
    'an object that failed',
    warnings('', ONCE, FAILED_OBJECT),
    [
      '1 object failed to coadd: J100022.37+021117.61_DEIMOS_20200102_20200220.fits (IndexError: index 0 is out of bounds for axis 0 with size 0)',
    ],
  ],
  [
    'five that failed',
    warnings('', '', NONE_FAILED + Array.from({ length: 5 }, (_, index) => `Failed to coadd /h/J${index}.fits:\n`).join('')),
    ['5 objects failed to coadd: J0.fits, J1.fits, J2.fits, and 2 more'],
  ],
  ['excluded objects alone', warnings('', ONCE, NONE_FAILED), []],
];
for (const [title, of, caveats] of warned)
  test(`collate_warnings.txt: ${title}`, () => assert.deepEqual(caveatsOf(readCollateWarnings(of)), caveats));

test('collate_warnings.txt tells what was seen once from what the parameters keep out', () => {
  const { seenOnce, excluded } = readCollateWarnings(text(`${GENUINE}/1D_Coadd/collate_warnings.txt`));
  assert.deepEqual({ seenOnce, excluded }, { seenOnce: 0, excluded: 6 });
  assert.equal(readCollateWarnings(warnings('', ONCE + ONCE, NONE_FAILED)).seenOnce, 2);
});

const REDUCTIONS = ['2020-01-02', '2020-02-20'].map((night) => ({
  reduction: `${night}/reduce`,
  folder: `${GENUINE}/${night}/complete/reduce/keck_deimos_A/Science/`,
  pypeit: text(`${GENUINE}/${night}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`),
  parameters: 'default' as const,
  badSlits: text(`${GENUINE}/${night}/complete/reduce/scorecard_bad_slits.csv`),
}));

const whole: [title: string, files: Record<string, string>, missing: RegExp | undefined, caveats: RegExp | undefined][] = [
  ['nothing', {}, /no collate_warnings\.txt/, undefined],
  ['coadds', { 'J1.fits': '', 'collate_report.dat': '', 'collate_warnings.txt': warnings('', ONCE, NONE_FAILED) }, undefined, undefined],
  [
    'coadds without a report',
    { 'J1.fits': '', 'collate_warnings.txt': warnings('', ONCE, NONE_FAILED) },
    /no collate_report\.dat/,
    undefined,
  ],
  [
    'coadds and failures',
    { 'J1.fits': '', 'collate_report.dat': '', 'collate_warnings.txt': warnings(FAILURES, '', NONE_FAILED) },
    undefined,
    /^2 spec1d/,
  ],
  [
    'each object was seen once',
    { 'collate_warnings.txt': warnings('', ONCE + ONCE, NONE_FAILED) },
    undefined,
    /^nothing was coadded: each of 2 objects was seen once$/,
  ],
  [
    'all objects are kept out',
    { 'collate_warnings.txt': warnings('', 'Excluding SERENDIP object from x in y\n', NONE_FAILED) },
    undefined,
    /^nothing was coadded: no object is left; 1 more/,
  ],
  ['all objects failed', { 'collate_warnings.txt': warnings('', ONCE, FAILED_OBJECT) }, /^nothing was coadded: 1 object failed/, undefined],
  [
    'some spec1d failed, the rest was seen once',
    { 'collate_warnings.txt': warnings(FAILURES, ONCE, NONE_FAILED) },
    undefined,
    /^2 spec1d.*; nothing was coadded/,
  ],
  [
    'all three spec1d failed',
    { 'collate_warnings.txt': warnings(FAILURES + REFFRAME.replace('spec1d_* failures\n\n', ''), '', NONE_FAILED) },
    /^nothing was coadded: 3 spec1d/,
    undefined,
  ],
];
for (const [title, files, missing, caveats] of whole) {
  test(`a 1D coadd of which there is: ${title}`, async () => {
    await using place = temporary();
    place.write({ ...(title === 'nothing' ? {} : { 'collate1d.par': '' }), ...files });
    const found = isCollated1d(`${place.path}/`, REDUCTIONS);
    assert.match(found.missing.join('; '), missing ?? /^$/);
    assert.match((found.caveats ?? []).join('; '), caveats ?? /^$/);
  });
}

// Recipes, with stand-ins for PypeIt's programs: each notes how it was called, and leaves what the genuine one left.

const PRINTS = String.raw`
printf '\033[1;32m[INFO]    ::\033[0m Loading the reduction file\n'
printf '\033[1;33m[WARNING] ::\033[0m Current version of SlitTraceSet does not match version used to write your HDU\n' >&2
printf 'last line without an end'`;

const STAND_INS: Record<string, string> = {
  pypeit_setup_coadd2d: `
for target in \${TARGETS:-SYNTH1}; do
  [ $target = none ] || sed "s|redux_path = .*|redux_path = $(pwd -P)|" ${GENUINE}/2D_Coadd/keck_deimos_SYNTH1.coadd2d.orig > keck_deimos_$target.coadd2d
done`,
  pypeit_coadd_2dspec: `
cp "$1" $NOTES/used.coadd2d
mkdir -p Science_coadd QA_coadd/PNGs
cp ${GENUINE}/2D_Coadd/Science_coadd/* Science_coadd/
echo png > QA_coadd/PNGs/a.png
echo "redux_path = $PWD" > SYNTH1_coadd2d.par
echo 2.x > pypeit_coadd_2dspec_20261122-2318.log`,
  pypeit_collate_1d: `
shift 2
for file; do
  [ -L $file ] && exit 7
  grep -c . $(dirname $file)/$(basename $file | sed s/spec1d/spec2d/) > /dev/null || exit 8
  [ "\${FLUX:-yes}" = no ] || { [ "$FLUX" = first ] && [ $file != "$1" ]; } || echo fluxed >> $file
done
cp ${GENUINE}/1D_Coadd/J*.fits ${GENUINE}/1D_Coadd/collate_report.dat ${GENUINE}/1D_Coadd/collate_warnings.txt .
echo "    outdir = $PWD" > collate1d.par
echo 2.x > pypeit_collate_1d_20261122-2317.log`,
};

const shell = (folder: string, write: (bytes: Uint8Array) => void) =>
  openShell({
    folder,
    attempt: folder,
    env: process.env,
    first: '',
    write,
    say: () => undefined,
    ended: () => undefined,
    called: () => undefined,
    isOver: () => false,
    now: Date.now,
  });

/** An attempt in a folder of its own, with the stand-ins first on its PATH. */
function attempt(place: { readonly path: string }, environment: Record<string, string> = {}) {
  const [bin, notes, folder] = ['bin', 'notes', 'attempt'].map((name) => `${place.path}/${name}`) as [string, string, string];
  for (const path of [bin, notes, folder]) mkdirSync(path);
  for (const [name, body] of Object.entries(STAND_INS)) {
    writeFileSync(
      `${bin}/${name}`,
      `#!/bin/bash\n# A stand-in for PypeIt's ${name}.\nprintf '%s\\n' "$@" > $NOTES/${name}.args\n${PRINTS}\n${body}\nexit \${EXIT:-0}\n`,
    );
    chmodSync(`${bin}/${name}`, 0o755);
  }
  const tree = `${folder}/${OF}/Coadd/`;
  mkdirSync(dirname(tree), { recursive: true });
  const said: string[] = [];
  let log = '';
  const run = {
    $: shell(folder, (bytes) => void (log += Buffer.from(bytes).toString())),
    folder,
    makes: { tree },
    say: (line: string) => void said.push(line),
    published: () => `/home/of/results/${OF}/Coadd/`,
    named: (words: string) => words,
  } as unknown as Run;
  return {
    run,
    tree,
    said,
    log: () => log,
    programs: { environment: { PATH: `${bin}:${process.env['PATH']}`, NOTES: notes, ...environment } },
    args: (name: string): string[] | undefined =>
      existsSync(`${notes}/${name}.args`) ? text(`${notes}/${name}.args`).trimEnd().split('\n') : undefined,
    note: (name: string): string => text(`${notes}/${name}`),
    left: () => readdirSync(tree, { recursive: true, encoding: 'utf8' }).toSorted(),
  };
}

const inSky = (more: Partial<Coadd2d> = {}): Omit<Coadd2d, 'programs'> => ({
  of: OF,
  output: 'tree',
  reductions: REDUCTIONS,
  defaults: text(`${CHECKOUT}/config/default_2dcoadd_config`),
  custom: undefined,
  ...more,
});

const CLEAN = '[INFO]    :: Loading the reduction file\nlast line without an end';

test('a 2D coadd calls PypeIt as the old scripts did, and leaves what they left', async () => {
  await using place = temporary();
  const made = attempt(place);
  await coadd2d(made.run, { ...inSky(), programs: made.programs });
  assert.deepEqual(made.args('pypeit_setup_coadd2d'), [
    '--spat_toler',
    '20',
    '-d',
    ...REDUCTIONS.map(({ folder }) => folder.replace(/\/$/, '')),
    '--det',
    '3',
    '--exclude_slits',
    'DET03:1152',
    'DET03:873',
  ]);
  assert.deepEqual(made.args('pypeit_coadd_2dspec'), ['keck_deimos_SYNTH1.coadd2d']);
  assert.deepEqual(made.left(), [
    'QA_coadd.tar.gz',
    'SYNTH1_coadd2d.par',
    'Science_coadd',
    ...readdirSync(`${GENUINE}/2D_Coadd/Science_coadd`)
      .toSorted()
      .map((name) => `Science_coadd/${name}`),
    'keck_deimos_SYNTH1.coadd2d',
    'keck_deimos_SYNTH1.coadd2d.orig',
    'keck_deimos_SYNTH1.log.txt',
    'pypeit_setup_coadd2d.log.txt',
  ]);
  for (const log of ['keck_deimos_SYNTH1.log.txt', 'pypeit_setup_coadd2d.log.txt']) assert.equal(text(`${made.tree}${log}`), CLEAN);
  assert.match(made.log(), /does not match version/);
  const { stdout } = await made.run.$`tar -tzf ${made.tree}QA_coadd.tar.gz`;
  assert.match(stdout, /^QA_coadd\/PNGs\/a\.png$/m);
  assert.deepEqual(await isCoadded2d(made.tree, { ...inSky(), programs: made.programs }), { missing: [], caveats: [] });
});

test('a 2D coadd is told where the attempt is, and its files say where they are published', async () => {
  await using place = temporary();
  const made = attempt(place);
  await coadd2d(made.run, { ...inSky(), programs: made.programs });
  const reduxPath = (of: string): string | undefined => {
    const file = readCoadd2d(of, 'x');
    return file.kind === 'problem' ? undefined : flatten(file.parameters)['rdx.redux_path'];
  };
  assert.equal(reduxPath(made.note('used.coadd2d')), made.tree.replace(/\/$/, ''));
  for (const name of ['keck_deimos_SYNTH1.coadd2d', 'keck_deimos_SYNTH1.coadd2d.orig'])
    assert.equal(reduxPath(text(`${made.tree}${name}`)), `/home/of/results/${OF}/Coadd`);
  assert.equal(text(`${made.tree}SYNTH1_coadd2d.par`), `redux_path = /home/of/results/${OF}/Coadd\n`);
  assert.match(made.note('used.coadd2d'), /snr_thresh = 5/);
  assert.doesNotMatch(text(`${made.tree}keck_deimos_SYNTH1.coadd2d.orig`), /snr_thresh/);
});

const failures: [title: string, more: Partial<Coadd2d>, environment: Record<string, string>, cause: string | undefined, says: RegExp][] = [
  ['no .coadd2d comes out', {}, { TARGETS: 'none' }, 'incomplete', /wrote no \.coadd2d file/],
  [
    'two come out',
    {},
    { TARGETS: 'SYNTH1 SYNTH2' },
    'bad-input',
    /have 2 targets \(keck_deimos_SYNTH1\.coadd2d, keck_deimos_SYNTH2\.coadd2d\).*config\/custom_coadd2d\/SYNTH1_600ZD_7500_GG455\.coadd2d/,
  ],
  ['a program fails', {}, { EXIT: '3' }, undefined, /^pypeit_setup_coadd2d exited with 3$/],
  [
    'nothing was reduced',
    { reductions: REDUCTIONS.map((each) => ({ ...each, folder: '/nowhere' })) },
    {},
    'bad-input',
    /^no reduction of SYNTH1\/600ZD_7500_GG455 has a spec2d$/,
  ],
  [
    'the defaults cannot be read',
    { defaults: '[a\nspec2d read\nfilename\nspec2d end' },
    {},
    'bad-input',
    /\(config\/default_2dcoadd_config:1\)$/,
  ],
  [
    'a custom file is broken',
    { custom: { file: 'config/c.coadd2d', text: '[a]\n' } },
    {},
    'bad-input',
    /no line "spec2d read" \(config\/c\.coadd2d:2\)$/,
  ],
];
for (const [title, more, environment, cause, says] of failures) {
  test(`a 2D coadd fails in words where ${title}`, async () => {
    await using place = temporary();
    const made = attempt(place, environment);
    await assert.rejects(coadd2d(made.run, { ...inSky(more), programs: made.programs }), (error: Error) => {
      assert.match(error.message, says);
      assert.equal(failingOf(error)?.cause, cause);
      return true;
    });
  });
}

test('a program that fails leaves its clean log, and its exit code to the evidence', async () => {
  await using place = temporary();
  const made = attempt(place, { EXIT: '3' });
  await assert.rejects(coadd2d(made.run, { ...inSky(), programs: made.programs }), { exit: 3 });
  assert.equal(text(`${made.tree}pypeit_setup_coadd2d.log.txt`), CLEAN);
  assert.equal(made.args('pypeit_coadd_2dspec'), undefined);
});

test('without a good slit there is no 2D coadd', async () => {
  await using place = temporary();
  const made = attempt(place);
  const spec2d = `${REDUCTIONS[0]!.folder}${readdirSync(REDUCTIONS[0]!.folder).find((name) => name.startsWith('spec2d'))}`;
  const bad = (await slitsOf(spec2d))[0]!.slits.map(({ spatId }) => `DET03:${spatId}`);
  const reductions = REDUCTIONS.map((each) => ({ ...each, badSlits: `slit_id,spec2d\n${bad.join(',\n')},\n` }));
  await assert.rejects(coadd2d(made.run, { ...inSky({ reductions }), programs: made.programs }), /no slit of .* is good/);
  assert.equal(made.args('pypeit_setup_coadd2d'), undefined);
});

test('of two reductions of the same exposures one is coadded, and it is said', async () => {
  await using place = temporary();
  const made = attempt(place);
  const [first] = REDUCTIONS;
  const again = {
    ...first!,
    reduction: '2020-01-02/reduce-det6',
    badSlits: 'slit_id,spec2d\nDET03:52,\n',
    pypeit: first!.pypeit.replace('snr_thresh = 5', 'snr_thresh = 9'),
  };
  const coadd = { ...inSky({ reductions: [again, ...REDUCTIONS] }), programs: made.programs };
  await coadd2d(made.run, coadd);
  const args = made.args('pypeit_setup_coadd2d') ?? [];
  assert.deepEqual(
    args.slice(3, args.indexOf('--det')),
    REDUCTIONS.map(({ folder }) => folder.replace(/\/$/, '')),
  );
  assert.ok(!args.includes('DET03:52'));
  assert.deepEqual(made.said.length, 1);
  assert.deepEqual((await isCoadded2d(made.tree, coadd)).caveats, [
    '2020-01-02/reduce-det6 was left out: its exposures are in by another reduction',
  ]);
});

test('reductions that found their objects otherwise are a caveat of their 2D coadd', async () => {
  await using place = temporary();
  const made = attempt(place);
  const [first, second] = REDUCTIONS;
  const coadd = {
    ...inSky({ reductions: [first!, { ...second!, pypeit: second!.pypeit.replace('snr_thresh = 5', 'snr_thresh = 9') }] }),
    programs: made.programs,
  };
  await coadd2d(made.run, coadd);
  assert.deepEqual((await isCoadded2d(made.tree, coadd)).caveats, [
    'objects are found by [reduce] of 2020-01-02/reduce; that of 2020-02-20/reduce differs',
  ]);
});

test('a custom .coadd2d is used in place of pypeit_setup_coadd2d', async () => {
  await using place = temporary();
  const made = attempt(place);
  const written = text(`${GENUINE}/2D_Coadd/keck_deimos_SYNTH1.coadd2d`).replace('snr_thresh = 5', 'snr_thresh = 20');
  await coadd2d(made.run, { ...inSky({ custom: { file: 'config/custom_coadd2d/x.coadd2d', text: written } }), programs: made.programs });
  assert.equal(made.args('pypeit_setup_coadd2d'), undefined);
  assert.deepEqual(made.args('pypeit_coadd_2dspec'), ['keck_deimos_SYNTH1.coadd2d']);
  const used = readCoadd2d(made.note('used.coadd2d'), 'x');
  assert.ok(used.kind === 'coadd2d');
  assert.deepEqual(
    used.paths.map(({ path }) => path),
    REDUCTIONS.map(({ folder }) => folder.replace(/\/$/, '')),
  );
  assert.equal(flatten(used.parameters)['reduce.findobj.snr_thresh'], '20');
  assert.ok(!made.left().includes('keck_deimos_SYNTH1.coadd2d.orig'));
});

test('a 2D coadd without products is not whole, and one without objects is told', async () => {
  await using place = temporary();
  const coadd: Coadd2d = { ...inSky(), programs: { environment: {} } };
  assert.match((await isCoadded2d(place.path, coadd)).missing.join(), /no Science_coadd\/spec2d_/);
  mkdirSync(`${place.path}/Science_coadd`);
  const spec2d = readdirSync(`${GENUINE}/2D_Coadd/Science_coadd`).find((name) => name.startsWith('spec2d')) ?? '';
  const genuine = readFileSync(`${GENUINE}/2D_Coadd/Science_coadd/${spec2d}`);
  writeFileSync(`${place.path}/Science_coadd/${spec2d}`, genuine);
  assert.deepEqual(await isCoadded2d(place.path, coadd), { missing: [], caveats: ['no spec1d: no object was extracted'] });
  writeFileSync(`${place.path}/Science_coadd/${spec2d}`, genuine.subarray(0, 100_000));
  assert.match((await isCoadded2d(place.path, coadd)).missing.join(), /Science_coadd\/spec2d_/);
});

const SPEC1DS = REDUCTIONS.flatMap(({ reduction, folder }) =>
  readdirSync(folder)
    .filter((name) => /^spec1d_.*\.fits$/.test(name))
    .toSorted()
    .map((name) => ({ copy: `fluxed/${reduction}/${name}`, original: `${folder}${name}` })),
);
const collation = { of: OF, output: 'tree', reductions: REDUCTIONS, parameters: text(`${CHECKOUT}/config/default.collate1d`) };
const OUTPUTS = [
  ...readdirSync(`${GENUINE}/1D_Coadd`).filter((name) => /^J.*\.fits$/.test(name)),
  'collate1d.par',
  'collate_report.dat',
  'collate_warnings.txt',
  'pypeit_collate_1d.log.txt',
];
const filesOf = (left: readonly string[]): string[] => left.filter((name) => /\.[a-z0-9]+$/.test(name));

const collations: [title: string, flux: string, copies: number][] = [
  ['all are fluxed', 'yes', 3],
  ['the first is fluxed', 'first', 1],
  ['none is fluxed', 'no', 0],
];
for (const [title, flux, kept] of collations) {
  test(`a 1D coadd fluxes copies and leaves the originals alone: ${title}`, async () => {
    await using place = temporary();
    const made = attempt(place, { FLUX: flux });
    const before = SPEC1DS.map(({ original }) => readFileSync(original));
    await collate1d(made.run, { ...collation, programs: made.programs });
    assert.deepEqual(made.args('pypeit_collate_1d'), ['default.collate1d', '--spec1d_files', ...SPEC1DS.map(({ copy }) => copy)]);
    assert.deepEqual(filesOf(made.left()), [...OUTPUTS, ...SPEC1DS.slice(0, kept).map(({ copy }) => copy)].toSorted());
    assert.equal(made.left().includes('fluxed'), kept > 0);
    for (const [index, { original }] of SPEC1DS.entries()) assert.ok(readFileSync(original).equals(before[index]!));
    for (const { copy } of SPEC1DS.slice(0, kept)) assert.match(readFileSync(`${made.tree}${copy}`, 'latin1'), /fluxed\n$/);
    assert.equal(text(`${made.tree}pypeit_collate_1d.log.txt`), CLEAN);
    assert.equal(text(`${made.tree}collate1d.par`), `    outdir = /home/of/results/${OF}/Coadd\n`);
    assert.deepEqual(isCollated1d(made.tree, REDUCTIONS), { missing: [], caveats: [] });
  });
}

test('two reductions of one dataset have spec1d of one name, and both are fluxed', async () => {
  await using place = temporary();
  const made = attempt(place);
  const [first] = REDUCTIONS;
  await collate1d(made.run, {
    ...collation,
    reductions: [first!, { ...first!, reduction: '2020-01-02/reduce-det6' }],
    programs: made.programs,
  });
  const copies = filesOf(made.left()).filter((name) => name.startsWith('fluxed/'));
  assert.deepEqual(
    copies.map((name) => dirname(name)).toSorted(),
    ['reduce', 'reduce', 'reduce-det6', 'reduce-det6'].map((each) => `fluxed/2020-01-02/${each}`),
  );
});

test('a spec1d that may only be read is fluxed in a copy that may be written', async () => {
  await using place = temporary();
  const made = attempt(place);
  const science = `${place.path}/Science`;
  cpSync(REDUCTIONS[0]!.folder, science, { recursive: true });
  for (const name of readdirSync(science)) chmodSync(`${science}/${name}`, 0o444);
  await collate1d(made.run, { ...collation, reductions: [{ reduction: '2020-01-02/reduce', folder: science }], programs: made.programs });
  assert.equal(filesOf(made.left()).filter((name) => name.startsWith('fluxed/')).length, 2);
});

test('without a spec1d there is no 1D coadd', async () => {
  await using place = temporary();
  const made = attempt(place);
  symlinkSync('/nowhere', `${place.path}/Science`);
  await assert.rejects(
    collate1d(made.run, {
      ...collation,
      reductions: [{ reduction: 'n/reduce', folder: `${place.path}/Science` }],
      programs: made.programs,
    }),
    (error: Error) => failingOf(error)?.cause === 'bad-input' && error.message.includes('no object was extracted'),
  );
  assert.equal(made.args('pypeit_collate_1d'), undefined);
});

test('a collation that fails is no coadd', async () => {
  await using place = temporary();
  const made = attempt(place, { EXIT: '1' });
  await assert.rejects(collate1d(made.run, { ...collation, programs: made.programs }), {
    message: 'pypeit_collate_1d exited with 1',
    exit: 1,
  });
});
