import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readCsv } from '../../rules/csv/read-csv.ts';
import { writeCsv } from '../../rules/csv/write-csv.ts';
import type { Column, Fits, FitsHeader, FitsValue, Hdu } from '../../rules/fits/fits.ts';
import { withFits } from '../../rules/fits/fits.ts';
import { readPypeit } from '../../rules/pypeit/pypeit-file.ts';
import type { PypeitFile } from '../../rules/pypeit/pypeit-file.ts';
import { expectedDetectors } from '../../rules/scorecard/expected-detectors.ts';
import { judgeFrame } from '../../rules/scorecard/judge-frame.ts';
import { measureSpec1d } from '../../rules/scorecard/measure-spec1d.ts';
import type { ObjectMeasures } from '../../rules/scorecard/measure-spec1d.ts';
import { measureSpec2d } from '../../rules/scorecard/measure-spec2d.ts';
import type { SlitMeasures } from '../../rules/scorecard/measure-spec2d.ts';
import { readBadSlits, readScorecard } from '../../rules/scorecard/read-scorecard.ts';
import { badSlitsCsv, scorecardCsv } from '../../rules/scorecard/scorecard-csv.ts';
import { COLUMNS } from '../../rules/scorecard/scorecard-row.ts';
import type { BadSlit, ScorecardRow } from '../../rules/scorecard/scorecard-row.ts';
import { scorecardTable } from '../../rules/scorecard/scorecard-table.ts';
import { scorecard } from '../../rules/scorecard/scorecard.ts';
import type { Product, Reduction, Scorecard } from '../../rules/scorecard/scorecard.ts';
import { DEFAULT_THRESHOLDS, thresholdsFlat, thresholdsOf, thresholdsOfFlat, unusedThresholds } from '../../rules/scorecard/thresholds.ts';
import type { Thresholds } from '../../rules/scorecard/thresholds.ts';
import { findingOf, frameVerdict, judgedRows, reductionVerdict, worstFirst } from '../../rules/scorecard/verdict.ts';
import type { FrameScore, Judged } from '../../rules/scorecard/verdict.ts';
import { CHECKOUT } from '../rig/project.ts';
import { PRODUCTS, products } from '../rig/products.ts';
import { createRandom } from '../rig/random.ts';
import { temporary } from '../rig/temporary.ts';

const OF = 'SYNTH1/600ZD_7500_GG455';
const NIGHTS = ['2020-01-02', '2020-02-20'] as const;
const TIGHT: Thresholds = { rms_thresh: 0.03, flex_shift_thresh: 0.05, wave_cov_thresh: 91.2, lower_std_chi: 0.9765, upper_std_chi: 0.98 };
const RUN = { date: '2026-11-22', status: 'COMPLETE', memoryKb: 4375120, commit: '1.17.4' } as const;

const pypeitOf = (text: string): PypeitFile => {
  const file = readPypeit(text, 'keck_deimos_A.pypeit');
  if (file.kind === 'problem') throw new Error(file.problem.says);
  return file;
};

/** One night of the genuine tree; `edit` changes its .pypeit file. */
function night(dates: string, edit: (text: string) => string = (text) => text): Reduction {
  const folder = `${products()}/${OF}/${dates}/complete/reduce/keck_deimos_A`;
  return {
    dataset: `${OF}/${dates}`,
    reduce: 'reduce',
    pypeit: pypeitOf(edit(readFileSync(`${folder}/keck_deimos_A.pypeit`, 'utf8'))),
    products: readdirSync(`${folder}/Science`).map((name) => ({ name, path: `${folder}/Science/${name}` })),
    log: readFileSync(`${folder}/keck_deimos_A.log`, 'utf8'),
    thresholds: DEFAULT_THRESHOLDS,
    run: RUN,
  };
}
const asList = (text: string): string => text.replace('detnum = 3', 'detnum = 3,');
const gzNames = (text: string): string => asList(text).replaceAll(/^(DE\S+\.fits)/gm, '$1.gz');

const csv = (rows: readonly Scorecard[]): string => scorecardCsv(rows.flatMap((each) => each.rows));
const oracle = (name: string): string => readFileSync(`${PRODUCTS}/oracles/scorecard-${name}.csv`, 'utf8');
const rowsIn = (text: string): readonly ScorecardRow[] => {
  const read = readScorecard(text, 'scorecard.csv');
  if (read.kind === 'problem') throw new Error(read.problem.says);
  return read.rows;
};
const statuses = ({ rows }: Scorecard): string[] => rows.map(({ science_file: frame, status }) => `${frame} ${status}`);

/** Rows of the table of docs/scorecard.md that a test below shows. */
const shown = new Set<string>();
function mended(name: string, title: string, run: () => void | Promise<void>): void {
  shown.add(name);
  test(`mended, ${name}: ${title}`, run);
}
test('every row of the table of differences has its test, and every mended fault its row', () => {
  const [, table = ''] = readFileSync(`${CHECKOUT}/docs/scorecard.md`, 'utf8').split('| case | the original | adap | why |');
  const documented = Array.from(table.matchAll(/^\| `([^`]+)` \|/gm), ([, name = '']) => name);
  assert.deepEqual([...shown].toSorted(), documented.toSorted());
});

const COUNTED = COLUMNS.filter(
  (column) => column !== 'dataset' && column !== 'date' && column !== 'status' && column !== 'git_commit' && column !== 'reduce_dir',
);
/** Which columns of which rows differ from what the old script wrote. */
const oracles: [name: string, nights: readonly Reduction[], differing: readonly string[]][] = [
  ['complete', NIGHTS.map((each) => night(each, asList)), []],
  ['tight', NIGHTS.map((each) => ({ ...night(each, asList), thresholds: TIGHT })), []],
  ['scalar-detnum', NIGHTS.map((each) => night(each)), ['status']],
  ['no-products', [{ ...night('2020-01-02', asList), products: [] }], ['status']],
  [
    'gz-names',
    NIGHTS.map((each) => night(each, gzNames)),
    COUNTED.filter((column) => rowsIn(oracle('complete')).some((row) => row[column] !== 0)),
  ],
];
for (const [name, nights, differing] of oracles) {
  test(`scorecard.csv of ${name} is that of the old script${differing.length > 0 ? ', but for what the table of differences says' : ', to the byte'}`, async () => {
    const made = csv(await Promise.all(nights.map(scorecard)));
    if (differing.length === 0) assert.equal(made, oracle(name));
    const [ours, theirs] = [rowsIn(made), rowsIn(oracle(name))];
    assert.equal(ours.length, theirs.length);
    const differs = COLUMNS.filter((column) => ours.some((row, index) => row[column] !== theirs[index]?.[column]));
    assert.deepEqual(differs, differing);
    if (differing.length > 0) assert.ok(shown.has(name), `${name} stands in the table`);
  });
}
for (const [name, thresholds] of [
  ['complete', DEFAULT_THRESHOLDS],
  ['scalar-detnum', DEFAULT_THRESHOLDS],
  ['tight', TIGHT],
] as const) {
  test(`scorecard_bad_slits.csv of ${name} has the rows of the old script, sorted`, async () => {
    const made = await Promise.all(NIGHTS.map((each) => scorecard({ ...night(each), thresholds })));
    const ours = badSlitsCsv(made.flatMap(({ badSlits }) => badSlits));
    assert.deepEqual(ours.split('\n').toSorted(), oracle(`${name}_bad_slits`).split('\n').toSorted());
    assert.match(ours, /^slit_id,spec2d\nDET03:(\d+),DE.20200102.44770.fits\n/);
  });
}

const GENUINE = ['DE.20200102.44770.fits COMPLETE', 'DE.20200102.46152.fits COMPLETE'];
mended('scalar-detnum', 'detnum = 3 is one detector', async () =>
  assert.deepEqual(statuses(await scorecard(night('2020-01-02'))), GENUINE),
);
mended('no-products', 'without any product all frames are FAILED', async () => {
  const made = await scorecard({ ...night('2020-01-02', asList), products: [] });
  assert.deepEqual(statuses(made), ['DE.20200102.44770.fits FAILED', 'DE.20200102.46152.fits FAILED']);
  assert.deepEqual(made.verdict, { word: 'failed', reasons: ['all 2 frames: no spec2d: it was not reduced'] });
});
mended('gz-names', 'compressed raw frames have the scores of plain ones, under their whole names', async () => {
  const made = csv(await Promise.all(NIGHTS.map((each) => scorecard(night(each, gzNames)))));
  assert.equal(made, oracle('complete').replaceAll('.fits,', '.fits.gz,'));
});
const without = (made: Reduction, part: string): Reduction => ({
  ...made,
  products: made.products.filter(({ name }) => !name.includes(part)),
});
mended('one-frame-missing', 'a frame without spec2d is FAILED, the other is not', async () => {
  const made = await scorecard(without(night('2020-01-02'), 'spec2d_DE.20200102.44770'));
  assert.deepEqual(statuses(made), ['DE.20200102.46152.fits COMPLETE', 'DE.20200102.44770.fits FAILED']);
  const [good, bad] = made.rows;
  assert.deepEqual([good!.exec_time, good!.mem_usage, bad!.exec_time, bad!.mem_usage], [393, 4375120, 0, 0]);
  // As in the original, objects are counted all the same.
  assert.deepEqual([bad!.slit_count, bad!.object_count], [0, 8]);
  assert.equal(made.verdict.word, 'poor');
});
const spec2dOf = (made: Reduction): Product => made.products.find(({ name }) => name.startsWith('spec2d') && name.endsWith('.fits'))!;
mended('two-spec2d', 'of two spec2d none counts', async () => {
  const made = night('2020-02-20');
  const two = await scorecard({
    ...made,
    products: [...made.products, { ...spec2dOf(made), name: 'spec2d_DE.20200220.44770-OTHER_DEIMOS.fits' }],
  });
  assert.deepEqual(statuses(two), ['DE.20200220.44770.fits FAILED']);
  assert.match(two.verdict.reasons[0]!, /2 spec2d: .*SYNTH1.*, .*OTHER/);
});
mended('prefix-names', 'a raw name that begins another one finds its own products', async () => {
  const made = night('2020-02-20', (text) => text.replaceAll('DE.20200220.44770', 'DE.20200220.4477'));
  const own = made.products.map((each) => ({ ...each, name: each.name.replace('44770', '4477') }));
  assert.deepEqual(statuses(await scorecard({ ...made, products: [...own, ...made.products] })), ['DE.20200220.4477.fits COMPLETE']);
});
const row = (text: string, name: string, change: (line: string) => string): string =>
  text
    .split('\n')
    .map((line) => (line.startsWith(name) ? change(line) : line))
    .join('\n');
mended('combined-frames', 'frames that are combined are one exposure, under the name of its product', async () => {
  const combined = (text: string): string =>
    text.replace(/^filename \|.*$/m, '$& | comb_id').replaceAll(/^(DE\..*)$/gm, (line) => `${line} | ${line.includes('science') ? 7 : -1}`);
  const one = await scorecard(without(night('2020-01-02', combined), '46152'));
  assert.deepEqual(statuses(one), ['DE.20200102.44770.fits COMPLETE']);
  const other = await scorecard(without(night('2020-01-02', combined), '44770'));
  assert.deepEqual(statuses(other), ['DE.20200102.46152.fits COMPLETE']);
});
mended('several-types', 'a frame that is science among others has a row; a standard has none', async () => {
  const edit = (text: string): string =>
    row(
      row(text, 'DE.20200102.44770', (line) => line.replace('science', 'arc,science')),
      'DE.20200102.46152',
      (line) => line.replace('science', 'standard'),
    );
  assert.deepEqual(statuses(await scorecard(night('2020-01-02', edit))), ['DE.20200102.44770.fits COMPLETE']);
});
test('a science frame behind a # has no row', async () => {
  const edit = (text: string): string => row(text, 'DE.20200102.44770', (line) => `#${line}`);
  assert.deepEqual(statuses(await scorecard(night('2020-01-02', edit))), ['DE.20200102.46152.fits COMPLETE']);
});
mended('other-detectors', 'a detector that was not asked for does not stand for one that was', async () => {
  const made = await scorecard(night('2020-02-20', (text) => text.replace('detnum = 3', 'detnum = 4')));
  assert.deepEqual(statuses(made), ['DE.20200220.44770.fits FAILED']);
  assert.match(made.verdict.reasons.join('\n'), /1 of 1 detectors missing: DET04\n.*detectors that were not asked for: DET03/);
});
test('detectors that are missing are named', async () => {
  const made = await scorecard(night('2020-02-20', (text) => text.replace('detnum = 3', 'detnum = 2,3,4')));
  assert.match(made.verdict.reasons[0]!, /2 of 3 detectors missing: DET02, DET04/);
});
test('a run that failed makes all of its frames FAILED, and their counts stay', async () => {
  const made = await scorecard({ ...night('2020-02-20'), run: { ...RUN, status: 'FAILED' } });
  assert.equal(
    csv([made]),
    oracle('complete')
      .replace(/(?<=\n)SYNTH1.*01-02.*\n/g, '')
      .replace('COMPLETE', 'FAILED'),
  );
  assert.match(made.verdict.reasons[0]!, /the run failed/);
});
mended('damaged-product', 'a product that cannot be read makes its own frame FAILED', async () => {
  await using folder = temporary();
  const made = night('2020-01-02');
  const { name, path } = spec2dOf(made);
  const whole = readFileSync(path);
  const ways: [string, Buffer, RegExp][] = [
    ['empty', Buffer.alloc(0), /spec2d_\S+ is empty/],
    ['no FITS', Buffer.from('no fits '.repeat(1000)), /spec2d_\S+ does not begin with .*SIMPLE/],
    ['cut off', whole.subarray(0, whole.length - 30_000), /spec2d_\S+ /],
    [
      'without chis',
      Buffer.from(whole.toString('latin1').replaceAll("'DET03-STD_CHIS'", "'DET03-XXX_CHIS'"), 'latin1'),
      /spec2d_\S+ has no HDU DET03-STD_CHIS/,
    ],
    [
      'without masks',
      Buffer.from(whole.toString('latin1').replaceAll("'mask    '", "'musk    '"), 'latin1'),
      /no column mask of numbers in DET03-SLITS/,
    ],
  ];
  for (const [title, bytes, says] of ways) {
    const damaged = `${folder.path}/damaged.fits`;
    writeFileSync(damaged, bytes);
    const card = await scorecard({ ...made, products: made.products.map((each) => (each.name === name ? { name, path: damaged } : each)) });
    assert.deepEqual(
      card.rows.map(({ status }) => status),
      ['COMPLETE', 'FAILED'],
      title,
    );
    const reasons = card.frames.find(({ row: each }) => each.status === 'FAILED')!.verdict.reasons;
    assert.match(reasons[0]!, says, title);
    assert.ok(!reasons.join().includes(folder.path), `${title}: products are named as in Science/`);
  }
});
mended('damaged-product', 'so does a spec1d', async () => {
  await using folder = temporary();
  const made = night('2020-02-20');
  const path = `${folder.path}/spec1d.fits`;
  writeFileSync(path, 'no fits');
  const card = await scorecard({
    ...made,
    products: made.products.map((each) => (each.name.startsWith('spec1d') ? { ...each, path } : each)),
  });
  assert.deepEqual(
    card.rows.map(({ status, slit_count, object_count }) => [status, slit_count, object_count]),
    [['FAILED', 8, 0]],
  );
  assert.match(card.verdict.reasons[0]!, /^DE.20200220.44770.fits: .*spec1d_\S+ does/);
});
test('a product that the file system does not give is no fault of the science', async () => {
  const made = night('2020-02-20');
  await assert.rejects(scorecard({ ...made, products: made.products.map((each) => ({ ...each, path: '/no/such/file' })) }), /ENOENT/);
});
test('what is not known of a run is 0', async () => {
  const { date, status, commit } = RUN;
  const made = await scorecard({ ...night('2020-02-20'), log: '', run: { date, status, commit } });
  assert.deepEqual(
    made.rows.map(({ exec_time, mem_usage }) => [exec_time, mem_usage]),
    [[0, 0]],
  );
});
test('rows are in the order of status, dataset and frame; bad slits in that of frame, detector and number', () => {
  const of = (status: 'COMPLETE' | 'FAILED', dataset: string, science_file: string): ScorecardRow => ({
    ...ROW,
    status,
    dataset,
    science_file,
  });
  const rows = [of('COMPLETE', 'a', 'x'), of('COMPLETE', 'a', 'y'), of('COMPLETE', 'b', 'b'), of('FAILED', 'a', 'a')];
  assert.deepEqual(rowsIn(scorecardCsv(rows.toReversed())), rows);
  const ids = [
    ['a', 'DET01:9'],
    ['a', 'DET01:10'],
    ['a', 'DET02:1'],
    ['b', 'DET01:1'],
    ['b', 'MSC01:1'],
  ];
  const slit = ([spec2d = '', id = '']: readonly string[]): BadSlit => ({ slit_id: id, spec2d, faults: [] });
  assert.equal(badSlitsCsv(ids.map(slit).toReversed()), ['slit_id,spec2d', ...ids.map(([frame, id]) => `${id},${frame}`), ''].join('\n'));
});
test('bad slits are handed over in the order of their file', async () => {
  const made = await scorecard({ ...night('2020-01-02'), thresholds: TIGHT });
  assert.equal(
    badSlitsCsv(made.badSlits),
    ['slit_id,spec2d', ...made.badSlits.map(({ slit_id, spec2d }) => `${slit_id},${spec2d}`), ''].join('\n'),
  );
});
mended('long-names', 'no name is cut', async () => {
  const long = `d${'0'.repeat(40)}`;
  const made = night('2020-02-20', (text) => text.replaceAll('DE.20200220.44770', long));
  const names = { dataset: `${'M'.repeat(80)}/s/d`, reduce: `reduce-${'x'.repeat(30)}` };
  const own = made.products.map((each) => ({ ...each, name: each.name.replace('DE.20200220.44770', long) }));
  const [only] = (await scorecard({ ...made, ...names, products: own })).rows;
  assert.deepEqual(
    [only!.science_file, only!.dataset, only!.reduce_dir, only!.slit_count],
    [`${long}.fits`, names.dataset, names.reduce, 8],
  );
});

test('the products of PypeIt 2.0.1 give the counts of 1.17.4', async () => {
  const folder = `${PRODUCTS}/v2.0.1`;
  const made = await scorecard({
    ...night('2020-01-02', (text) => row(gzNames(text), 'DE.20200102.46152', (line) => `#${line}`)),
    products: readdirSync(folder).map((name) => ({ name, path: `${folder}/${name}` })),
    log: gunzipSync(readFileSync(`${folder}/keck_deimos_A.log.gz`)).toString(),
    run: { ...RUN, commit: '2.0.1' },
  });
  const [first] = rowsIn(oracle('complete'));
  assert.deepEqual(made.rows, [
    { ...first, science_file: 'DE.20200102.44770.fits.gz', git_commit: '2.0.1', exec_time: made.rows[0]!.exec_time },
  ]);
  assert.ok(made.rows[0]!.exec_time > 600);
  assert.deepEqual(made.badSlits, [
    { slit_id: 'DET03:873', spec2d: 'DE.20200102.44770.fits.gz', faults: ['coverage 1.67 % < 60 %'] },
    { slit_id: 'DET03:1152', spec2d: 'DE.20200102.44770.fits.gz', faults: ['BADTILTCALIB', 'BADFLATCALIB', 'BADSKYSUB'] },
  ]);
});

test('of a spec2d the slits are measured with the names of their flags', () =>
  withFits(spec2dOf(night('2020-02-20')).path, async (fits) => {
    const [detector, ...more] = await measureSpec2d(fits);
    assert.deepEqual([detector!.detector, more], ['DET03', []]);
    assert.deepEqual(
      detector!.slits.filter(({ flags }) => flags.length > 0).map(({ spatId, flags }) => `${spatId} ${flags.join(' ')}`),
      ['177 BOXSLIT', '1152 BOXSLIT BADTILTCALIB BADFLATCALIB BADSKYSUB'],
    );
    assert.deepEqual(detector!.slits[4], {
      spatId: 873,
      flags: [],
      wavelengths: { rmsPixels: 1.3069315639457e-11, coveragePercent: 1.673577875604736 },
      chis: { std: 0.9667180180549622, median: -0.010671298950910568 },
      flexurePixels: 66.68873005275213,
    });
  }));

type Table = {
  readonly columns?: Readonly<Record<string, readonly number[]>>;
  readonly image?: readonly number[];
  readonly cards?: Readonly<Record<string, FitsValue>>;
};

/** A file as the reader hands it over, of made-up tables. */
function fitsOf(tables: Readonly<Record<string, Table>>): Fits {
  const header = (cards: Readonly<Record<string, FitsValue>>): FitsHeader => {
    const as = (kind: string) => (name: string) => (typeof cards[name] === kind ? cards[name] : undefined);
    return {
      has: (name) => name in cards,
      value: (name) => cards[name],
      text: as('string') as FitsHeader['text'],
      number: as('number') as FitsHeader['number'],
      history: [],
    };
  };
  const entries = Object.entries(tables);
  const hdus: Hdu[] = entries.map(([name, { columns, cards = {} }], index) => ({
    index,
    name,
    kind: columns === undefined ? 'image' : 'table',
    header: header(cards),
    rows: Object.values(columns ?? {})[0]?.length ?? 0,
  }));
  return {
    path: 'made.fits',
    hdus,
    hdu: (name) => hdus.find((hdu) => hdu.name === name),
    columns: <Name extends string>(hdu: Hdu, names: readonly Name[]) =>
      Promise.resolve(
        Object.fromEntries(
          names.flatMap((name) => {
            const values = entries[hdu.index]?.[1].columns?.[name];
            return values === undefined ? [] : [[name, { kind: 'numbers', repeat: 1, values: Float64Array.from(values) }]];
          }),
        ) as unknown as Record<Name, Column>,
      ),
    image: (hdu) => Promise.resolve(Float64Array.from(entries[hdu.index]?.[1].image ?? [])),
  };
}
const BITS = Object.fromEntries(['SHORTSLIT', 'BOXSLIT', 'USERIGNORE', 'BADWVCALIB'].map((name, bit) => [`BIT0${bit}`, name]));
const spec2d = (more: Readonly<Record<string, Table>> = {}): Fits =>
  fitsOf({
    '': { cards: { ALLSPEC2D_DETS: 'MSC02, DET07' } },
    ...Object.fromEntries(
      ['MSC02', 'DET07'].flatMap((detector): [string, Table][] => [
        [`${detector}-SLITS`, { columns: { spat_id: [10, 20, 30], mask: [0, 9, 2] }, cards: BITS }],
        [`${detector}-WAVESOL`, { columns: { SpatOrderID: [10, 20, 30], RMS: [0.1, 0.2, 0], 'IDs_Wave_cov(%)': [90, 80, 0] } }],
        [`${detector}-SCI_SPEC_FLEXURE`, { columns: { spat_id: [10, 20, 30], sci_spec_flexure: [1, 2, 0] } }],
        [`${detector}-STD_CHIS`, { image: [1, 1.1, 0] }],
        [`${detector}-MED_CHIS`, { image: [0.1, 0.2, 0] }],
      ]),
    ),
    ...more,
  });
const briefly = (slits: readonly SlitMeasures[]): string[] =>
  slits.map(({ spatId, flags, wavelengths, flexurePixels }) => `${spatId} ${flags.join('+')} ${wavelengths?.rmsPixels} ${flexurePixels}`);

test('of each detector or mosaic of a spec2d the slits are measured', async () => {
  const detectors = await measureSpec2d(spec2d());
  assert.deepEqual(
    detectors.map(({ detector, slits }) => [detector, ...briefly(slits)]),
    ['MSC02', 'DET07'].map((name) => [name, '10  0.1 1', '20 SHORTSLIT+BADWVCALIB 0.2 2', '30 BOXSLIT 0 0']),
  );
});
mended('tables-differ', 'tables with other rows than SLITS are joined by spat_id', async () => {
  const [msc] = await measureSpec2d(
    spec2d({
      'MSC02-WAVESOL': { columns: { SpatOrderID: [30, 10], RMS: [0.3, 0.1], 'IDs_Wave_cov(%)': [70, 90] } },
      'MSC02-SCI_SPEC_FLEXURE': { columns: { spat_id: [20, 99, 30, 10], sci_spec_flexure: [2, 9, 3, 1] } },
    }),
  );
  assert.deepEqual(briefly(msc!.slits), ['10  0.1 1', '20 SHORTSLIT+BADWVCALIB undefined 2', '30 BOXSLIT 0.3 3']);
});
mended('stranger-in-wavesol', 'a wavelength solution without its slit is no bad slit', async () => {
  const detectors = await measureSpec2d(
    spec2d({ 'MSC02-WAVESOL': { columns: { SpatOrderID: [10, 20, 99], RMS: [0.1, 0.2, 5], 'IDs_Wave_cov(%)': [90, 80, 1] } } }),
  );
  const { counts, badSlits } = judgeFrame({ detectors, objects: [] }, DEFAULT_THRESHOLDS);
  assert.deepEqual(
    [counts.slit_count, counts.slit_rms_over_thresh, badSlits.map(({ slit_id: id }) => id)],
    [6, 0, ['MSC02:20', 'DET07:20']],
  );
});
for (const [title, more, says] of [
  ['a detector without its tables', { '': { cards: { ALLSPEC2D_DETS: 'MSC02,MSC03' } } }, /made.fits has no HDU MSC03-SLITS/],
  ['no list of detectors', { '': {} }, /has no ALLSPEC2D_DETS card/],
  ['chis of fewer slits', { 'DET07-MED_CHIS': { image: [1, 2] } }, /has no chis for each of the 3 slits of DET07/],
  ['standard deviations of fewer slits', { 'DET07-STD_CHIS': { image: [1, 2] } }, /has no chis for each of the 3 slits of DET07/],
  ['flags without names', { 'MSC02-SLITS': { columns: { spat_id: [10, 20, 30], mask: [0, 9, 2] } } }, /has no BIT00 card in MSC02-SLITS/],
] as [string, Record<string, Table>, RegExp][])
  test(`a spec2d with ${title} is none`, () => assert.rejects(measureSpec2d(spec2d(more)), says));

mended('object-without-rms', 'an object without a card is measured without it', () => {
  const cards = (more: Readonly<Record<string, FitsValue>>): Table => ({ columns: { x: [1] }, cards: { DMODCLS: 'SpecObj', ...more } });
  const objects = measureSpec1d(
    fitsOf({
      '': {},
      bare: cards({}),
      whole: cards({ WAVE_RMS: 0.5, FLEX_SHIFT_TOTAL: -11, MASKDEF_EXTRACT: true, TFIELDS: 2, TTYPE1: 'BOX_COUNTS', TTYPE2: 'OPT_COUNTS' }),
      'DET03-DETECTOR': { columns: { x: [1] }, cards: { DMODCLS: 'DetectorContainer' } },
    }),
  );
  assert.deepEqual(objects, [
    { name: 'bare', waveRmsPixels: undefined, flexurePixels: undefined, extracted: { optimal: 'no', boxcar: 'no' }, isForced: false },
    { name: 'whole', waveRmsPixels: 0.5, flexurePixels: -11, extracted: { optimal: 'yes', boxcar: 'yes' }, isForced: true },
  ]);
  const { counts } = judgeFrame({ detectors: [], objects }, DEFAULT_THRESHOLDS);
  assert.deepEqual([counts.object_count, counts.obj_rms_over_thresh, counts.object_flex_shift_over_thresh], [2, 1, 1]);
});

const GOOD: SlitMeasures = {
  spatId: 5,
  flags: [],
  wavelengths: { rmsPixels: 0.1, coveragePercent: 90 },
  chis: { std: 1, median: 0.1 },
  flexurePixels: 0.1,
};
const waves = (rmsPixels: number, coveragePercent: number): Partial<SlitMeasures> => ({ wavelengths: { rmsPixels, coveragePercent } });
const slitCases: [title: string, slit: Partial<SlitMeasures>, counted: readonly string[], faults: readonly string[]][] = [
  ['nothing', {}, [], []],
  ['coverage at the threshold', waves(0.1, 60), [], []],
  ['coverage below it', waves(0.1, 59.999), ['slit_wv_cov_under_thresh'], ['coverage 59.999 % < 60 %']],
  ['coverage hardly below it', waves(0.1, 59.99999999), ['slit_wv_cov_under_thresh'], ['coverage 59.99999999 % < 60 %']],
  ['RMS at the threshold', waves(0.4, 90), [], []],
  ['RMS above it', waves(0.4001, 90), ['slit_rms_over_thresh'], ['RMS 0.4001 > 0.4']],
  ['an RMS of 0, whatever the coverage', waves(0, 1), [], []],
  ['an RMS of nearly 0', waves(1e-11, 1.6735), ['slit_wv_cov_under_thresh'], ['coverage 1.67 % < 60 %']],
  ['no wavelengths', { wavelengths: undefined }, [], []],
  [
    'values that are no numbers',
    { ...waves(Number.NaN, Number.NaN), chis: { std: Number.NaN, median: Number.NaN }, flexurePixels: Number.NaN },
    [],
    [],
  ],
  ['std of chi at the lower threshold, in single precision', { chis: { std: Math.fround(0.6), median: 0 } }, [], []],
  ['std of chi below it', { chis: { std: 0.5999, median: 0 } }, ['slit_std_chi_out_of_range'], ['std of chi 0.5999 is not in 0.6 … 1.6']],
  ['std of chi at the upper threshold, in single precision', { chis: { std: Math.fround(1.6), median: 0 } }, [], []],
  ['std of chi above it', { chis: { std: 1.7, median: 0.2 } }, ['slit_std_chi_out_of_range'], ['std of chi 1.7 is not in 0.6 … 1.6']],
  ['both chis 0', { chis: { std: 0, median: 0 } }, [], []],
  ['only the std of chi 0', { chis: { std: 0, median: 0.1 } }, ['slit_std_chi_out_of_range'], ['std of chi 0 is not in 0.6 … 1.6']],
  ['flexure below the threshold', { flexurePixels: -9.99 }, [], []],
  ['flexure at the threshold', { flexurePixels: -10 }, ['slit_spec_flex_over_thresh'], []],
  ['no flexure', { flexurePixels: undefined }, [], []],
  ['SKIPFLATCALIB', { flags: ['SKIPFLATCALIB'] }, ['skip_flat_count'], []],
  ['flags that are not counted', { flags: ['SHORTSLIT', 'BOXSLIT', 'USERIGNORE', 'BADALIGNCALIB', 'BADREDUCE'] }, [], []],
  ['BADWVCALIB', { flags: ['BADWVCALIB'] }, ['total_bad_flags', 'bad_wv_count'], ['BADWVCALIB']],
  ['BADTILTCALIB', { flags: ['BADTILTCALIB'] }, ['total_bad_flags', 'bad_tilt_count'], ['BADTILTCALIB']],
  ['BADFLATCALIB', { flags: ['BADFLATCALIB'] }, ['total_bad_flags', 'bad_flat_count'], ['BADFLATCALIB']],
  ['BADSKYSUB', { flags: ['BADSKYSUB'] }, ['total_bad_flags', 'bad_skysub_count'], ['BADSKYSUB']],
  ['BADEXTRACT', { flags: ['BADEXTRACT'] }, ['total_bad_flags', 'bad_extract_count'], ['BADEXTRACT']],
  [
    'an alignment box that failed',
    { ...waves(0, 0), flags: ['BOXSLIT', 'BADSKYSUB', 'BADTILTCALIB'], chis: { std: 0, median: 0 } },
    ['total_bad_flags', 'bad_tilt_count', 'bad_skysub_count'],
    ['BADTILTCALIB', 'BADSKYSUB'],
  ],
];
for (const [title, slit, counted, faults] of slitCases) {
  test(`a slit with ${title}: ${faults.length > 0 ? 'bad' : 'not bad'}`, () => {
    const { counts, badSlits } = judgeFrame(
      { detectors: [{ detector: 'MSC01', slits: [{ ...GOOD, ...slit }] }], objects: [] },
      DEFAULT_THRESHOLDS,
    );
    const names = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [name] : []));
    assert.deepEqual(
      names.toSorted(),
      [...counted, 'det_count', 'slit_count', ...(faults.length > 0 ? ['bad_slit_count'] : [])].toSorted(),
    );
    assert.deepEqual(badSlits, faults.length > 0 ? [{ slit_id: 'MSC01:5', faults }] : []);
  });
}
test('a slit with many faults is one bad slit; slits of one spat_id on two detectors are two', () => {
  const worst = { ...GOOD, ...waves(3, 1), chis: { std: 9, median: 9 }, flags: ['BADEXTRACT'] };
  const { counts, badSlits } = judgeFrame(
    {
      detectors: [
        { detector: 'DET01', slits: [worst, { ...GOOD, spatId: 6 }] },
        { detector: 'DET02', slits: [worst] },
      ],
      objects: [],
    },
    DEFAULT_THRESHOLDS,
  );
  assert.deepEqual([counts.bad_slit_count, counts.slit_count, counts.slit_rms_over_thresh], [2, 3, 2]);
  assert.deepEqual(
    badSlits.map(({ slit_id: id, faults }) => [id, faults.length]),
    [
      ['DET01:5', 4],
      ['DET02:5', 4],
    ],
  );
});

const OBJECT: ObjectMeasures = {
  name: 'o',
  waveRmsPixels: 0.1,
  flexurePixels: 0.1,
  extracted: { optimal: 'yes', boxcar: 'yes' },
  isForced: false,
};
const objects: [title: string, object: Partial<ObjectMeasures>, counted: string | undefined][] = [
  ['nothing', {}, undefined],
  ['RMS at the threshold', { waveRmsPixels: 0.4 }, undefined],
  ['RMS above it', { waveRmsPixels: 0.41 }, 'obj_rms_over_thresh'],
  ['flexure at the threshold', { flexurePixels: -10 }, undefined],
  ['flexure beyond it', { flexurePixels: -10.1 }, 'object_flex_shift_over_thresh'],
  ['a boxcar extraction only', { extracted: { optimal: 'no', boxcar: 'yes' } }, 'object_without_opt_with_box'],
  ['no extraction', { extracted: { optimal: 'no', boxcar: 'no' } }, 'object_without_opt_wo_box'],
  ['an optimal extraction only', { extracted: { optimal: 'yes', boxcar: 'no' } }, undefined],
  ['forced extraction', { isForced: true }, 'maskdef_extract_count'],
];
for (const [title, object, counted] of objects) {
  test(`an object with ${title} counts ${counted === undefined ? 'as an object' : `in ${counted}`}`, () => {
    const { counts } = judgeFrame({ detectors: [], objects: [{ ...OBJECT, ...object }] }, DEFAULT_THRESHOLDS);
    const names = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [name] : []));
    assert.deepEqual(names.toSorted(), ['object_count', ...(counted === undefined ? [] : [counted])].toSorted());
  });
}

test('what was not measured is beyond no threshold, be it ever so small', () => {
  const { counts } = judgeFrame(
    {
      detectors: [{ detector: 'DET01', slits: [{ ...GOOD, flexurePixels: undefined, wavelengths: undefined }] }],
      objects: [{ ...OBJECT, flexurePixels: undefined, waveRmsPixels: undefined }],
    },
    { ...DEFAULT_THRESHOLDS, flex_shift_thresh: 0.01, rms_thresh: 0.01 },
  );
  assert.deepEqual(
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name]) => name),
    ['det_count', 'slit_count', 'object_count'],
  );
});

const detectorsOf = (rdx: string, setup = '', cells = ''): string =>
  expectedDetectors(
    pypeitOf(
      `[rdx]\n  spectrograph = keck_deimos\n  ${rdx}\nsetup read\nSetup A:\n  dispname: 600ZD\n${setup}\nsetup end\ndata read\nfilename | frametype | ${cells.split('|')[0] ?? ''}\na.fits | science | ${cells.split('|')[1] ?? ''}\ndata end\n`,
    ),
  ).join(' ');
const FOUR = 'MSC01 MSC02 MSC03 MSC04';
const detectors: [rdx: string, is: string][] = [
  ['', FOUR],
  ['detnum = None', FOUR],
  ['detnum = 3', 'DET03'],
  ['detnum = 3,', 'DET03'],
  ['detnum = [3]', 'DET03'],
  ['detnum = 3, 7', 'DET03 DET07'],
  ['detnum = 3, 3', 'DET03'],
  ['detnum = (3,7)', 'MSC03'],
  ['detnum = [(3,7)]', 'MSC03'],
  ['detnum = "3,7",', 'MSC03'],
  ['detnum = (1,5),(2,6)', 'MSC01 MSC02'],
  ['detnum = [(1,5), (2, 6)]', 'MSC01 MSC02'],
  ['detnum = "1,5", "2,6"', 'MSC01 MSC02'],
  ['detnum = [1,(2,6)]', 'DET01 MSC02'],
  ['detnum = 9', '9'],
  ['detnum = (1,2)', '1,2'],
  ['detnum = three', 'three'],
];
for (const [rdx, is] of detectors) test(`detectors: ${rdx === '' ? 'no detnum' : rdx} is ${is}`, () => assert.equal(detectorsOf(rdx), is));
mended('one-mosaic', 'LVMslit and amplifier A have one mosaic, where detnum is not given', () => {
  assert.equal(detectorsOf('', '  decker: LVMslitC'), 'MSC03');
  assert.equal(detectorsOf('', '  amp: \'"SINGLE:A"\''), 'MSC03');
  assert.equal(detectorsOf('', '', 'decker | LVMslitC'), 'MSC03');
  assert.equal(detectorsOf('', '  amp: \'"SINGLE:A"\'', 'amp | SINGLE:B'), FOUR, 'the cell of the frame wins');
  assert.equal(detectorsOf('', '  decker: LongMirr'), FOUR);
  const frames = (...rows: readonly string[]): readonly string[] =>
    expectedDetectors(pypeitOf(`setup read\nSetup A:\nsetup end\ndata read\nfilename | frametype | amp\n${rows.join('\n')}\ndata end\n`));
  assert.deepEqual(
    frames('a | arc,tilt | SINGLE:A', '#b | science | SINGLE:A', 'c | science | SINGLE:B').length,
    4,
    'the first frame of science',
  );
  assert.deepEqual(frames('a | arc,tilt | SINGLE:B', '#b | science | SINGLE:B', 'c | science | SINGLE:A').length, 1);
  assert.equal(detectorsOf('detnum = 2', '  decker: LVMslitC'), 'DET02');
});
mended('slitspatnum', 'detectors of chosen slits are those that are expected', () => {
  assert.equal(detectorsOf('slitspatnum = MSC02:4244'), 'MSC02');
  assert.equal(detectorsOf('detnum = 1\n slitspatnum = DET07:175, DET03:205, DET07:300'), 'DET07 DET03');
  assert.equal(detectorsOf('slitspatnum = None'), FOUR);
});

const HEAD = 'dataset | rms_thresh | flex_shift_thresh | wave_cov_thresh | lower_std_chi | upper_std_chi | notes';
const read = (text: string, dataset: string): unknown => {
  const found = thresholdsOf(text, dataset, 'config/scorecard_config.txt');
  if (found.kind === 'thresholds') return found.thresholds;
  const { code, line, says, file } = found.problem;
  assert.equal(file, 'config/scorecard_config.txt');
  return `${code} ${line}: ${says}`;
};
const is = (more: Partial<Thresholds>): Thresholds => ({ ...DEFAULT_THRESHOLDS, ...more });
const thresholds: [title: string, text: string, dataset: string, is: unknown][] = [
  ['no text is the default', '', 'm/s/d', is({})],
  ['the file that adap init writes is the default', readFileSync(`${CHECKOUT}/config/scorecard_config.txt`, 'utf8'), 'm/s/d', is({})],
  [
    'a cell counts, a blank one is the default',
    `${HEAD}\nm/s/d | 0.3 | | 50. | | 2 | faint\n`,
    'm/s/d',
    is({ rms_thresh: 0.3, wave_cov_thresh: 50, upper_std_chi: 2 }),
  ],
  ['another dataset has none of it', `${HEAD}\nm/s/d | 0.3 | | 50 | | 2 | faint\n`, 'm/s/d2', is({})],
  ['a line may end early', `${HEAD}\nm/s/d | | 7\n`, 'm/s/d', is({ flex_shift_thresh: 7 })],
  ['lower and upper may be equal', `${HEAD}\nm/s/d | | | | 1 | 1\n`, 'm/s/d', is({ lower_std_chi: 1, upper_std_chi: 1 })],
  ['bars at both ends', `|${HEAD}|\n|m/s/d | 0.3 | | | | | |\n`, 'm/s/d', is({ rms_thresh: 0.3 })],
  ['columns in another order', 'wave_cov_thresh | dataset\n 1e1 | m/s/d/\n', 'm/s/d', is({ wave_cov_thresh: 10 })],
  ['remarks and blank lines', `# mine\n\n${HEAD}\n# m/s/d | 9\nm/s/d | 0.3 # better\n`, 'm/s/d', is({ rms_thresh: 0.3 })],
  ['notes may hold bars', `${HEAD}\nm/s/d | 0.3 | | | | | a | b | c\n`, 'm/s/d', is({ rms_thresh: 0.3 })],
  ['a bad line of another dataset', `${HEAD}\nm/s/d | 0.3\nm/s/x | O.3\n`, 'm/s/d', is({ rms_thresh: 0.3 })],
  [
    'thresholds that contradict each other',
    `${HEAD}\nm/s/d | | | | 2 | | \n`,
    'm/s/d',
    'scorecard-config 2: lower_std_chi of m/s/d (2) is above upper_std_chi (1.6)',
  ],
  ['more cells than columns', 'dataset | rms_thresh\nm/s/d | 1 | 2\n', 'm/s/d', 'scorecard-config 2: 3 cells of m/s/d in 2 columns'],
  [
    'a head without dataset',
    'mask | rms_thresh\n',
    'm/s/d',
    'scorecard-config 1: the head of config/scorecard_config.txt names no column dataset',
  ],
  [
    'a column of an unknown name',
    '\ndataset | rms_tresh\n',
    'm/s/d',
    'scorecard-config 2: "rms_tresh" is no column of config/scorecard_config.txt, or stands there twice',
  ],
];
for (const [title, text, dataset, expected] of thresholds)
  test(`thresholds: ${title}`, () => assert.deepEqual(read(text, dataset), expected));
test('a column that stands twice is a problem', () =>
  assert.match(String(read('dataset | rms_thresh | rms_thresh\n', 'm/s/d')), /^scorecard-config 1: "rms_thresh"/));
mended('threshold-no-number', 'a threshold that is no number is a problem of its dataset', () => {
  for (const cell of ['O.3', '1,2', 'nan', '0x1', '--'])
    assert.equal(
      read(`${HEAD}\nm/s/x | 1\nm/s/d | ${cell}\n`, 'm/s/d'),
      `scorecard-config 3: rms_thresh of m/s/d is ${JSON.stringify(cell)}, no number`,
    );
});
mended('threshold-twice', 'two lines for a dataset are a problem of it', () => {
  const text = `${HEAD}\nm/s/d | 1\nm/s/d | 2\nm/s/x | 1\n`;
  assert.equal(read(text, 'm/s/d'), 'scorecard-config 3: m/s/d stands in line 2 already');
  assert.deepEqual(read(text, 'm/s/x'), is({ rms_thresh: 1 }));
});
mended('threshold-shifted', 'cells are told by their bars, wherever they stand', () =>
  assert.deepEqual(
    read(
      `${HEAD}\na-mask-with-a-name-that-is-long/600ZD_7500_GG455/2020-01-02 | 0.3 |  | 5 |  |  | \n`,
      'a-mask-with-a-name-that-is-long/600ZD_7500_GG455/2020-01-02',
    ),
    is({ rms_thresh: 0.3, wave_cov_thresh: 5 }),
  ),
);
test('a line for no dataset is warned of', () => {
  const unused = unusedThresholds(`${HEAD}\nm/s/d | 1\nm/s/x | 1\n`, ['m/s/d'], 'config/scorecard_config.txt');
  assert.deepEqual(
    unused.map(({ code, line, says }) => [code, line, says]),
    [['scorecard-config-unused', 3, 'm/s/x in config/scorecard_config.txt is no dataset']],
  );
  assert.deepEqual(unusedThresholds('no head\n', [], 'x'), []);
});
test('thresholds are keyed by their names, and come back from there', () => {
  assert.deepEqual(thresholdsFlat(DEFAULT_THRESHOLDS), {
    'scorecard.rms_thresh': '0.4',
    'scorecard.flex_shift_thresh': '10',
    'scorecard.wave_cov_thresh': '60',
    'scorecard.lower_std_chi': '0.6',
    'scorecard.upper_std_chi': '1.6',
  });
  assert.deepEqual(thresholdsOfFlat(thresholdsFlat(TIGHT)), TIGHT);
});

const ROW: ScorecardRow = rowsIn(oracle('complete'))[0]!;
const score = (more: Partial<ScorecardRow>, failures: readonly string[] = [], badSlits: readonly BadSlit[] = []): FrameScore => ({
  row: { ...ROW, bad_slit_count: 0, slit_count: 8, object_count: 8, ...more },
  failures,
  badSlits,
});
const bad = (spatId: number, ...faults: string[]): BadSlit => ({ slit_id: `DET03:${spatId}`, spec2d: ROW.science_file, faults });
const verdicts: [title: string, score: FrameScore, word: string, reasons: readonly string[]][] = [
  ['no fault', score({}), 'good', []],
  [
    'a quarter of the slits bad',
    score({ bad_slit_count: 2 }, [], [bad(1152, 'coverage 1.7 % < 60 %', 'BADWVCALIB'), bad(873, 'RMS 0.5 > 0.4')]),
    'good',
    ['2 of 8 slits are bad: DET03:1152 coverage 1.7 % < 60 % and BADWVCALIB, DET03:873 RMS 0.5 > 0.4'],
  ],
  [
    'more than a quarter',
    score(
      { bad_slit_count: 3 },
      [],
      [1, 2, 3].map((id) => bad(id, 'BADEXTRACT')),
    ),
    'poor',
    ['3 of 8 slits are bad: DET03:1 BADEXTRACT, DET03:2 BADEXTRACT, DET03:3 BADEXTRACT'],
  ],
  [
    'many bad slits',
    score(
      { bad_slit_count: 7 },
      [],
      [1, 2, 3, 4, 5, 6, 7].map((id) => bad(id, 'x')),
    ),
    'poor',
    ['7 of 8 slits are bad: DET03:1 x, DET03:2 x, DET03:3 x, DET03:4 x, and 3 more'],
  ],
  ['no good slit', score({ bad_slit_count: 1, slit_count: 1 }, [], [bad(1, 'x')]), 'failed', ['1 of 1 slit is bad: DET03:1 x']],
  ['no slit', score({ slit_count: 0 }), 'failed', ['no slit at all']],
  ['no object', score({ object_count: 0 }), 'poor', ['no object extracted']],
  ['a detector missing', score({ status: 'FAILED' }, ['1 of 4 detectors missing: MSC02']), 'failed', ['1 of 4 detectors missing: MSC02']],
  [
    'nothing reduced',
    score({ status: 'FAILED', det_count: 0, slit_count: 0, object_count: 0 }, ['no spec2d: it was not reduced']),
    'failed',
    ['no spec2d: it was not reduced'],
  ],
  ['read back, nothing reduced', score({ status: 'FAILED', det_count: 0, slit_count: 0, object_count: 0 }), 'failed', ['no spec2d']],
  ['of the old script, COMPLETE with nothing reduced', score({ det_count: 0, slit_count: 0, object_count: 0 }), 'failed', ['no spec2d']],
  ['read back, detectors missing', score({ status: 'FAILED', det_count: 3 }), 'failed', ['FAILED, with 3 detectors reduced']],
  [
    'read back, bad slits',
    score({ bad_slit_count: 2, slit_wv_cov_under_thresh: 1, total_bad_flags: 1 }, [], [bad(1152), bad(873)]),
    'good',
    ['2 of 8 slits are bad: 1 by coverage, 1 by flags; DET03:1152, DET03:873'],
  ],
];
for (const [title, given, word, reasons] of verdicts)
  test(`verdict on a frame with ${title}: ${word}`, () => assert.deepEqual(frameVerdict(given), { word, reasons }));

const judged = (word: 'good' | 'poor' | 'failed', more: Partial<ScorecardRow> = {}, reasons: readonly string[] = []): Judged => ({
  row: { ...ROW, ...more },
  verdict: { word, reasons },
});
const reductions: [title: string, words: readonly ('good' | 'poor' | 'failed')[], word: string][] = [
  ['good frames', ['good', 'good'], 'good'],
  ['a poor frame', ['good', 'poor'], 'poor'],
  ['a failed frame', ['good', 'failed'], 'poor'],
  ['poor frames', ['poor', 'poor'], 'poor'],
  ['a poor and a failed frame', ['failed', 'poor'], 'poor'],
  ['failed frames', ['failed', 'failed'], 'failed'],
  ['no frame', [], 'failed'],
];
for (const [title, words, word] of reductions)
  test(`verdict on a reduction with ${title}: ${word}`, () => assert.equal(reductionVerdict(words.map((each) => judged(each))).word, word));
test('a reduction without science frames says so', () => assert.deepEqual(reductionVerdict([]).reasons, ['no science frame']));
test('rows that were read back are judged each by its own bad slits', () => {
  const rows = ['a', 'b', 'c'].map(
    (name) =>
      score({ science_file: name, bad_slit_count: 1, slit_wv_cov_under_thresh: 0, total_bad_flags: 0, slit_rms_over_thresh: 1 }).row,
  );
  const slits = [
    { slit_id: 'DET01:1', spec2d: 'a', faults: [] },
    { slit_id: 'DET01:2', spec2d: 'b', faults: [] },
  ];
  assert.deepEqual(
    judgedRows(rows, slits).map(({ verdict }) => verdict.reasons),
    [['1 of 8 slits is bad: 1 by RMS; DET01:1'], ['1 of 8 slits is bad: 1 by RMS; DET01:2'], ['1 of 8 slits is bad: 1 by RMS']],
  );
});
test('reasons of a reduction name the frames, the worst first, and each reason once', () => {
  const frames = [
    judged('good', { science_file: 'a' }, ['z']),
    judged('poor', { science_file: 'b' }, ['x', 'y']),
    judged('failed', { science_file: 'c' }, ['x']),
  ];
  assert.deepEqual(reductionVerdict(frames.slice(0, 1)).reasons, ['a: z']);
  assert.deepEqual(reductionVerdict(frames).reasons, ['c, b: x', 'b: y', 'a: z']);
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => judged('poor', { science_file: name }, ['x', ...(name === 'f' ? [] : ['y'])]));
  assert.deepEqual(reductionVerdict(many).reasons, ['all 6 frames: x', 'a, b, c, d, and 1 more: y']);
});
test('the worst come first: by verdict, by the share of bad slits, by name', () => {
  const frames = [
    judged('good', { science_file: 'g1', bad_slit_count: 0 }),
    judged('good', { science_file: 'g2', bad_slit_count: 1, slit_count: 8 }),
    judged('good', { science_file: 'g3', bad_slit_count: 1, slit_count: 5 }),
    judged('good', { science_file: 'g0', bad_slit_count: 1, slit_count: 8 }),
    judged('failed', { science_file: 'f1', bad_slit_count: 1, slit_count: 8 }),
    judged('failed', { science_file: 'f2', bad_slit_count: 0, slit_count: 0 }),
    judged('poor', { science_file: 'p', bad_slit_count: 8, slit_count: 8 }),
  ];
  const order = ['f2', 'f1', 'p', 'g3', 'g0', 'g2', 'g1'];
  assert.deepEqual(
    frames.toSorted(worstFirst).map(({ row: { science_file: name } }) => name),
    order,
  );
  assert.deepEqual(
    frames
      .toReversed()
      .toSorted(worstFirst)
      .map(({ row: { science_file: name } }) => name),
    order,
  );
});
test('the engine is told the verdict, its weight and the reasons', () => {
  assert.deepEqual(findingOf({ word: 'good', reasons: ['x'] }), { word: 'good', weight: 'fine', says: ['x'] });
  assert.equal(findingOf({ word: 'poor', reasons: [] }).weight, 'doubtful');
  assert.equal(findingOf({ word: 'failed', reasons: [] }).weight, 'bad');
});

test('what was written is read back, and judged alike', async () => {
  const card = await scorecard({ ...night('2020-01-02'), thresholds: TIGHT });
  const rows = readScorecard(scorecardCsv(card.rows), 'scorecard.csv');
  const badSlits = readBadSlits(badSlitsCsv(card.badSlits), 'scorecard_bad_slits.csv');
  assert.ok(rows.kind === 'scorecard' && badSlits.kind === 'bad-slits');
  assert.deepEqual(rows.rows, card.rows);
  assert.deepEqual(
    badSlits.slits,
    card.badSlits.map((slit) => ({ ...slit, faults: [] })),
  );
  const again = judgedRows(rows.rows, badSlits.slits);
  assert.deepEqual(
    again.map(({ verdict }) => verdict.word),
    card.frames.map(({ verdict }) => verdict.word),
  );
  assert.deepEqual(again[0]!.verdict.reasons, [
    '7 of 8 slits are bad: 3 by coverage, 3 by RMS, 6 by chi, 1 by flags; DET03:327, DET03:502, DET03:687, DET03:873, and 3 more',
  ]);
});
const damaged: [title: string, text: string, problem: string][] = [
  ['nothing', '', 'scorecard-damaged 1: s.csv is empty'],
  ['another head', 'a,b\n1,2\n', 'scorecard-damaged 1: s.csv has no column dataset'],
  ['a row that ends early', oracle('complete').slice(0, -40), 'scorecard-damaged 4: a row of 18 cells, where 28 belong'],
  ['a count that is none', oracle('complete').replace(',393,', ',39.3,'), 'scorecard-damaged 2: exec_time is "39.3", no count'],
  ['a negative count', oracle('complete').replace('COMPLETE,2', 'COMPLETE,-2'), 'scorecard-damaged 2: bad_slit_count is "-2", no count'],
  ['another status', oracle('complete').replace('COMPLETE', 'None'), 'scorecard-damaged 2: status is "None", neither COMPLETE nor FAILED'],
  [
    'a quote that stays open',
    oracle('complete').replace('\nSYNTH1', '\n"SYNTH1'),
    'csv-syntax 2: the quotes of a cell of s.csv do not fit',
  ],
];
for (const [title, text, problem] of damaged) {
  test(`a scorecard with ${title} is a problem`, () => {
    const found = readScorecard(text, 's.csv');
    assert.ok(found.kind === 'problem');
    assert.equal(`${found.problem.code} ${found.problem.line}: ${found.problem.says}`, problem);
  });
}
test('a list of bad slits with an open quote is a problem', () => assert.equal(readBadSlits('"slit_id', 'b.csv').kind, 'problem'));
test('a list of bad slits with something else in it is a problem', () => {
  const found = readBadSlits('slit_id,spec2d\nDET03:1,a\nDET03,a\n', 'b.csv');
  assert.ok(found.kind === 'problem' && found.problem.line === 3);
});

const cells: [text: string, rows: readonly (readonly string[])[] | string][] = [
  [
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\r\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['\uFEFFa\n\n1\n', [['a'], ['1']]],
  [
    'a,\n,b\n,',
    [
      ['a', ''],
      ['', 'b'],
      ['', ''],
    ],
  ],
  [
    '"a,b","c""d"\n"e\nf",""\n',
    [
      ['a,b', 'c"d'],
      ['e\nf', ''],
    ],
  ],
  ['""\n', []],
  ['', []],
  ['a\n"b\n', '2:1'],
  ['a\nb,"c"d\n', '2:3'],
  ['a"b\n', '1:1'],
];
for (const [text, rows] of cells) {
  test(`csv: ${JSON.stringify(text)}`, () => {
    const found = readCsv(text, 'x.csv');
    assert.deepEqual(found.kind === 'csv' ? found.rows.map((each) => each.cells) : `${found.problem.line}:${found.problem.column}`, rows);
  });
}
test('csv: lines are numbered as in an editor', () => {
  const found = readCsv('a,b\n"1\n2",3\n\n4,5\n', 'x.csv');
  assert.deepEqual(found.kind === 'csv' ? found.rows.map(({ line }) => line) : [], [1, 2, 5]);
});
test('csv: whatever is written is read back', () => {
  const random = createRandom(1174);
  for (let round = 0; round < 300; round += 1) {
    const cell = (): string =>
      Array.from({ length: random.below(5) }, () => random.pick(['a', ' ', ',', '"', '\n', '\r\n', '\r', 'é', '0'])).join('');
    const rows = Array.from({ length: 1 + random.below(4) }, () => Array.from({ length: 2 }, cell));
    const [head = [], ...rest] = rows;
    const found = readCsv(writeCsv(head, rest), 'x.csv');
    assert.deepEqual(found.kind === 'csv' ? found.rows.map((each) => each.cells) : found, rows);
  }
});

test('the table for a terminal begins with the worst, and ends in a sum', () => {
  const frames = [
    judged('good', { dataset: 'm/s/2020-01-02', science_file: 'DE.1.fits', bad_slit_count: 2, slit_count: 8 }),
    judged(
      'failed',
      { dataset: 'm/s/2020-02-20', science_file: 'DE.20.fits', bad_slit_count: 0, slit_count: 0, det_count: 0, object_count: 0 },
      ['no spec2d'],
    ),
    judged(
      'poor',
      {
        dataset: 'm/s/2020-01-02',
        reduce_dir: 'reduce-det6',
        science_file: 'DE.3.fits',
        bad_slit_count: 51,
        slit_count: 102,
        object_count: 0,
      },
      ['51 of 102 slits are bad', 'no object extracted'],
    ),
  ];
  assert.deepEqual(scorecardTable(frames), [
    'verdict  dataset                     frame       bad slits  detectors  objects  why',
    'failed   m/s/2020-02-20              DE.20.fits        0/0          0        0  no spec2d',
    'poor     m/s/2020-01-02 reduce-det6  DE.3.fits      51/102          1        0  51 of 102 slits are bad; no object extracted',
    'good     m/s/2020-01-02              DE.1.fits         2/8          1        8',
    '3 frames: 1 failed, 1 poor, 1 good',
  ]);
  assert.equal(scorecardTable(frames.slice(0, 1)).at(-1), '1 frame: 1 good');
  assert.deepEqual(scorecardTable([]), ['no frame was scored']);
});
