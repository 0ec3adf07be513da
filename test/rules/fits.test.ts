import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { failingOf } from '../../engine/model/failing.ts';
import { openBytes } from '../../rules/fits/bytes.ts';
import type { Bytes } from '../../rules/fits/bytes.ts';
import { MOST_VALUES } from '../../rules/fits/column.ts';
import { readColumns } from '../../rules/fits/columns.ts';
import { fitsHeaders, fitsProblemOf, withFits } from '../../rules/fits/fits.ts';
import type { Column, Fits, FitsHeader } from '../../rules/fits/fits.ts';
import { headerOf } from '../../rules/fits/header.ts';
import { walk } from '../../rules/fits/walk.ts';
import { cardsOf, headerBytes, imageHdu, padded, primaryHdu, tableHdu, tableHeader } from '../rig/make-fits.ts';
import type { MadeValue } from '../rig/make-fits.ts';
import { PRODUCTS, products } from '../rig/products.ts';
import { temporary } from '../rig/temporary.ts';

const RUN = 'SYNTH1/600ZD_7500_GG455/2020-01-02/complete/reduce/keck_deimos_A';
const SPEC2D = `${RUN}/Science/spec2d_DE.20200102.44770-SYNTH1_DEIMOS_20200102T122609.629.fits`;
const SPEC1D = `${RUN}/Science/spec1d_DE.20200102.44770-SYNTH1_DEIMOS_20200102T122609.629.fits`;
const of = <T>(path: string, use: (fits: Fits) => Promise<T>): Promise<T> => withFits(`${products()}/${path}`, use);
const numbers = (column: Column | undefined): readonly number[] => (column?.kind === 'numbers' ? [...column.values] : []);

/** What is made of the bytes of a file. */
async function withBytes<T>(bytes: Buffer, use: (fits: Fits) => Promise<T>): Promise<T> {
  await using folder = temporary();
  writeFileSync(`${folder.path}/a.fits`, bytes);
  return await withFits(`${folder.path}/a.fits`, use);
}

type Said = { readonly code: string; readonly card?: string; readonly says: string };

/** The problem that was thrown; its file is the one that was read, and is called a.fits here. */
async function problemOf(work: Promise<unknown>): Promise<Said> {
  const error: unknown = await work.then(
    () => assert.fail('no fault'),
    (thrown: unknown) => thrown,
  );
  const problem = fitsProblemOf(error);
  if (problem === undefined) throw error;
  const { code, card, says, file = '' } = problem;
  assert.deepEqual(failingOf(error), { cause: 'bad-input', says });
  assert.ok((problem.try ?? '') !== '');
  return { code, ...(card === undefined ? {} : { card }), says: says.replaceAll(file, 'a.fits') };
}
const fault = (bytes: Buffer, use: (fits: Fits) => Promise<unknown> = () => Promise.resolve()): Promise<Said> =>
  problemOf(withBytes(bytes, use));

// Cards

const header = (...cards: readonly string[]): FitsHeader => headerOf(cards.map((card) => card.padEnd(80)).join(''));
const truth: [title: string, cards: readonly string[], keyword: string, value: unknown][] = [
  ['a text', ["KEY     = 'a b   '           / remark"], 'KEY', 'a b'],
  ['a number', ['KEY     =                 -1.5 / remark'], 'KEY', -1.5],
  ['a truth', ['KEY     =                    T'], 'KEY', true],
  ['the keyword is asked for in small letters', ['KEY     = 1'], 'key', 1],
  ['no card', ['KEY     = 1'], 'KEYS', undefined],
  ['a card without a value', ['KEY     ='], 'KEY', undefined],
  ['a value that FITS does not know', ['KEY     = nan'], 'KEY', undefined],
  ['two cards of one name: the first counts', ['KEY     = 1', 'KEY     = 2'], 'KEY', 1],
  ['a name behind HIERARCH', ['HIERARCH FLEX_SHIFT_TOTAL = 0.5 / remark'], 'FLEX_SHIFT_TOTAL', 0.5],
  ['a name behind HIERARCH, in small letters', ["HIERARCH dispangle = 'x'"], 'DISPANGLE', 'x'],
  ['a name behind HIERARCH, without a blank before the sign', ['HIERARCH BOX_RADIUS= 8.4'], 'BOX_RADIUS', 8.4],
  ['a name of several words', ['HIERARCH ESO DET ID = 3'], 'ESO DET ID', 3],
  ['a HIERARCH card without a sign, before one that has it', ['HIERARCH KEY', 'OTHER   = 1'], 'KEY', undefined],
  ['the keyword HIERARCH itself', ['HIERARCH= 5'], 'HIERARCH', 5],
  ['a sign within a text', ["HIERARCH A_LONG_NAME = 'a = b'"], 'A_LONG_NAME', 'a = b'],
  ['a text that goes on', ["KEY     = 'one&'", "CONTINUE  '&'", "CONTINUE  'two'"], 'KEY', 'onetwo'],
  ['a text that would go on, and does not', ["KEY     = 'one&'", "CONTINUE  'two&'", "OTHER   = 'three'"], 'KEY', 'onetwo&'],
  ['a text behind HIERARCH that goes on', ["HIERARCH A_LONG_NAME = 'one&'", "CONTINUE  'two'"], 'A_LONG_NAME', 'onetwo'],
  ['a remark is no value', ['COMMENT KEY = 1', 'HISTORY KEY = 1'], 'KEY', undefined],
];
for (const [title, cards, keyword, value] of truth) test(`a header: ${title}`, () => assert.equal(header(...cards).value(keyword), value));

test('text() and number() give a value of their kind only', () => {
  const { text, number } = header("TEXT    = '5'", 'NUMBER  = 5');
  assert.deepEqual([text('TEXT'), text('NUMBER'), number('TEXT'), number('NUMBER')], ['5', undefined, undefined, 5]);
});

test('a card without a value is there', () => {
  const { has } = header('KEY     =', 'COMMENT OTHER = 1');
  assert.deepEqual([has('KEY'), has('key'), has('OTHER')], [true, true, false]);
  assert.equal(header('HIERARCH KEY', '= 1').has('KEY'), false, 'the sign is of another card');
});

test('HISTORY cards are texts in their order', () =>
  assert.deepEqual(header('HISTORY From "a.fits"', 'KEY     = 1', 'HISTORY   two', 'HISTORY').history, ['From "a.fits"', '  two', '']));

test('a header of 36,000 cards without an equals sign, or of one text, is read at once', () => {
  const start = performance.now();
  assert.equal(headerOf('HIERARCH KEY'.padEnd(80).repeat(36_000)).value('KEY'), undefined);
  const cards = [...cardsOf('KEY', 'x'.repeat(40 * 35_000))].map((card) => card.padEnd(80)).join('');
  assert.equal(headerOf(cards).text('KEY')?.length, 40 * 35_000);
  // As long as the square of its cards takes, many times over.
  assert.ok(performance.now() - start < 3000);
});

// Tables and images

const columns = [
  {
    name: 'l',
    form: '2L',
    values: [
      [true, false],
      [false, true],
    ],
  },
  { name: 'b', form: 'B', values: [0, 255] },
  { name: 'i', form: '1I', values: [-32768, 32767] },
  { name: 'j', form: 'J', values: [-(2 ** 31), 2 ** 31 - 1] },
  { name: 'k', form: 'K', values: [-(2n ** 53n), 2n ** 63n - 1n] },
  {
    name: 'e',
    form: '3E',
    values: [
      [1.5, Number.NaN, -Infinity],
      [0, -0.25, 2 ** 100],
    ],
  },
  { name: 'd', form: 'D', values: [-Infinity, Math.PI] },
  { name: 'a', form: '5A', values: ['ab  ', ' c\0de'] },
  { name: 'none', form: '0D', values: [[], []] },
  { name: 'IDs_Wave_cov(%)', form: 'D', values: [88.8, 92.3] },
  { name: 'heap', form: 'PJ(3)', values: [0, 0] },
] as const;
/** One table of each kind of column, in short rows and in long ones. */
const tables: [title: string, file: Buffer][] = [
  ['short rows', Buffer.concat([primaryHdu(), tableHdu({ name: 'T', columns })])],
  [
    'rows of 80 kB',
    Buffer.concat([
      primaryHdu(),
      tableHdu({
        name: 'T',
        columns: [
          columns[0],
          { name: 'wide', form: '10000D', values: [Array<number>(10_000).fill(1), Array<number>(10_000).fill(2)] },
          ...columns.slice(1),
        ],
      }),
    ]),
  ],
];
const expected: Record<string, Column> = {
  l: { kind: 'truths', repeat: 2, values: [true, false, false, true] },
  b: { kind: 'numbers', repeat: 1, values: Float64Array.of(0, 255) },
  i: { kind: 'numbers', repeat: 1, values: Float64Array.of(-32768, 32767) },
  j: { kind: 'numbers', repeat: 1, values: Float64Array.of(-(2 ** 31), 2 ** 31 - 1) },
  k: { kind: 'numbers', repeat: 1, values: Float64Array.of(-(2 ** 53), 2 ** 63) },
  e: { kind: 'numbers', repeat: 3, values: Float64Array.of(1.5, Number.NaN, -Infinity, 0, -0.25, 2 ** 100) },
  d: { kind: 'numbers', repeat: 1, values: Float64Array.of(-Infinity, Math.PI) },
  a: { kind: 'text', repeat: 5, values: ['ab', ' c'] },
  none: { kind: 'numbers', repeat: 0, values: new Float64Array(0) },
  'IDs_Wave_cov(%)': { kind: 'numbers', repeat: 1, values: Float64Array.of(88.8, 92.3) },
};
for (const [title, file] of tables) {
  test(`columns of every format are read in ${title}, whatever was asked for beside them`, () =>
    withBytes(file, async (fits) => {
      const hdu = fits.hdu('T')!;
      assert.deepEqual([hdu.kind, hdu.rows], ['table', 2]);
      assert.deepEqual({ ...(await fits.columns(hdu, Object.keys(expected))) }, expected);
      for (const [name, column] of Object.entries(expected)) assert.deepEqual({ ...(await fits.columns(hdu, [name])) }, { [name]: column });
      assert.deepEqual({ ...(await fits.columns(hdu, ['D', 'absent', 'a'])) }, { D: expected['d'], a: expected['a'] });
      assert.deepEqual({ ...(await fits.columns(hdu, [])) }, {});
    }));
}

test('a column of a format that is not read does no harm until it is asked for', async () =>
  assert.deepEqual(await fault(tables[0]![1], (fits) => fits.columns(fits.hdu('T')!, ['d', 'heap'])), {
    code: 'fits-bad-card',
    card: 'TFORM11',
    says: 'TFORM11 in HDU 1 (T) of a.fits is PJ(3), a format that is not read',
  }));

test('a table of many rows is read in pieces of a megabyte', async () => {
  await using folder = temporary();
  const path = `${folder.path}/a.fits`;
  const rows = Array.from({ length: 2000 }, (_, row) => row);
  const made = [
    { name: 'n', form: 'J', values: rows },
    { name: 'pad', form: '1600A', values: rows.map(() => '') },
    { name: 'm', form: 'J', values: rows.map((row) => 7 - row) },
  ];
  writeFileSync(path, Buffer.concat([primaryHdu(), tableHdu({ name: 'T', columns: made })]));
  const { bytes, read } = await counted(path);
  const [, hdu] = await walk(bytes, { path, most: Infinity });
  Object.assign(read, { bytes: 0, reads: 0, most: 0 });
  const { n, m } = await readColumns({ bytes, path }, hdu!, ['n', 'm']);
  await bytes.close();
  assert.deepEqual([numbers(n), numbers(m)], [rows, rows.map((row) => 7 - row)]);
  assert.deepEqual([read.reads, read.most <= 2 ** 20], [4, true]);
});

test('a truth is T; a zero, which stands for nothing known, is none', async () => {
  const file = Buffer.concat([primaryHdu(), tableHdu({ name: 'T', columns: [{ name: 'l', form: '3L', values: [[true, false, false]] }] })]);
  file.writeUInt8(0, 2880 * 2 + 2);
  await withBytes(file, async (fits) => assert.deepEqual((await fits.columns(fits.hdu('T')!, ['l'])).l?.values, [true, false, false]));
});

test('TSCAL and TZERO are applied, TNULL is not', () =>
  withBytes(
    Buffer.concat([
      primaryHdu(),
      tableHdu({
        name: 'T',
        columns: [
          { name: 'u', form: 'I', values: [-32768, 0] },
          { name: 's', form: 'B', values: [10, 20] },
        ],
        cards: { TZERO1: 32768, TSCAL2: 0.5, TZERO2: -1, TNULL2: 10 },
      }),
    ]),
    async (fits) => {
      const { u, s } = await fits.columns(fits.hdu('T')!, ['u', 's']);
      assert.deepEqual(
        [numbers(u), numbers(s)],
        [
          [0, 32768],
          [4, 9],
        ],
      );
    },
  ));

const images: [bitpix: 8 | 16 | 32 | 64 | -32 | -64, kept: readonly (number | bigint)[], pixels: readonly number[]][] = [
  [8, [0, 1, 128, 255, 7, 9], [0, 1, 128, 255, 7, 9]],
  [16, [-32768, 32767, 0, 1, 2, 3], [-32768, 32767, 0, 1, 2, 3]],
  [32, [-(2 ** 31), 2 ** 31 - 1, 0, 1, 2, 3], [-(2 ** 31), 2 ** 31 - 1, 0, 1, 2, 3]],
  [64, [-(2n ** 40n), 2n ** 53n, 0, 1, 2, 3], [-(2 ** 40), 2 ** 53, 0, 1, 2, 3]],
  [-32, [0.5, Number.NaN, Infinity, 1, 2, 3], [0.5, Number.NaN, Infinity, 1, 2, 3]],
  [-64, [Math.E, Number.NaN, -Infinity, 1, 2, 3], [Math.E, Number.NaN, -Infinity, 1, 2, 3]],
];
for (const [bitpix, kept, pixels] of images) {
  test(`pixels of BITPIX ${bitpix} are read`, () =>
    withBytes(Buffer.concat([primaryHdu(), imageHdu({ name: 'I', bitpix, axes: [3, 2], pixels: kept })]), async (fits) =>
      assert.deepEqual(await fits.image(fits.hdu('I')!), Float64Array.from(pixels)),
    ));
}

test('BSCALE and BZERO are applied', () =>
  withBytes(
    Buffer.concat([primaryHdu(), imageHdu({ name: 'I', bitpix: 16, axes: [2], pixels: [-32768, 2], cards: { BZERO: 32768, BSCALE: 2 } })]),
    async (fits) => assert.deepEqual(await fits.image(fits.hdu('I')!), Float64Array.of(-32768, 32772)),
  ));

test('an image may have no pixels, and a table no row or no bytes in it', () =>
  withBytes(
    Buffer.concat([
      primaryHdu(),
      imageHdu({ name: 'NONE', bitpix: 8, axes: [], pixels: [] }),
      imageHdu({ name: 'ZERO', bitpix: -64, axes: [5, 0], pixels: [] }),
      tableHdu({ name: 'EMPTY', columns: [{ name: 'd', form: 'D', values: [] }] }),
      tableHdu({ name: 'NOTHING', columns: [], cards: {} }),
      tableHeader({ name: 'NO BYTES', columns: [{ name: 'd', form: '0D' }], rows: 10 ** 9 }),
    ]),
    async (fits) => {
      for (const name of ['NONE', 'ZERO']) assert.equal((await fits.image(fits.hdu(name)!)).length, 0);
      assert.equal((await fits.image(fits.hdus[0]!)).length, 0);
      assert.deepEqual((await fits.columns(fits.hdu('EMPTY')!, ['d'])).d, { kind: 'numbers', repeat: 1, values: new Float64Array(0) });
      assert.deepEqual([{ ...(await fits.columns(fits.hdu('NOTHING')!, ['d'])) }, fits.hdu('NOTHING')!.rows], [{}, 0]);
      assert.deepEqual([(await fits.columns(fits.hdu('NO BYTES')!, ['d'])).d?.values.length, fits.hdu('NO BYTES')!.rows], [0, 0]);
    },
  ));

test('an HDU of a kind that is not read is skipped', () =>
  withBytes(
    Buffer.concat([
      primaryHdu(),
      headerBytes(
        Object.entries({ XTENSION: 'TABLE', BITPIX: 8, NAXIS: 2, NAXIS1: 10, NAXIS2: 300, PCOUNT: 0, GCOUNT: 1 }).flatMap(([key, value]) =>
          cardsOf(key, value),
        ),
      ),
      Buffer.alloc(5760, 0x20),
      imageHdu({ name: 'I', bitpix: 8, axes: [1], pixels: [7] }),
    ]),
    async (fits) => {
      assert.deepEqual(
        fits.hdus.map(({ kind }) => kind),
        ['image', 'other', 'image'],
      );
      assert.deepEqual([...(await fits.image(fits.hdu('I')!))], [7]);
    },
  ));

// Headers that lie

const extensionCards = (changes: Readonly<Record<string, MadeValue | undefined>>): string[] => {
  const cards = { XTENSION: 'IMAGE', BITPIX: 16, NAXIS: 2, NAXIS1: 3, NAXIS2: 4, PCOUNT: 0, GCOUNT: 1, EXTNAME: 'X', ...changes };
  return Object.entries(cards).flatMap(([key, value]) => (value === undefined ? [] : cardsOf(key, value)));
};
const extension = (changes: Readonly<Record<string, MadeValue | undefined>>): Buffer =>
  Buffer.concat([primaryHdu(), headerBytes(extensionCards(changes)), Buffer.alloc(2880)]);
const bare = (text: string): MadeValue => ({ bare: text });
const table = (changes: Readonly<Record<string, MadeValue | undefined>>): Buffer =>
  extension({
    XTENSION: 'BINTABLE',
    BITPIX: 8,
    NAXIS1: 12,
    NAXIS2: 4,
    TFIELDS: 2,
    TTYPE1: 'a',
    TFORM1: 'D',
    TTYPE2: 'b',
    TFORM2: '2I',
    ...changes,
  });
const columnsOfX = (fits: Fits): Promise<unknown> => fits.columns(fits.hdu('X')!, ['a', 'b']);
const imageOfX = (fits: Fits): Promise<unknown> => fits.image(fits.hdu('X')!);

const hostile: [title: string, bytes: Buffer, code: string, card: string | undefined, use?: (fits: Fits) => Promise<unknown>][] = [
  ['an empty file', Buffer.alloc(0), 'fits-bad-header', 'SIMPLE'],
  ['another kind of file', Buffer.from('PK\u0003\u0004'.repeat(900)), 'fits-bad-header', 'SIMPLE'],
  ['a file of zeros', Buffer.alloc(5760), 'fits-bad-header', 'SIMPLE'],
  ['zeros after the last HDU', Buffer.concat([extension({}), Buffer.alloc(2880)]), 'fits-bad-header', 'XTENSION'],
  ['an extension without a name', extension({ XTENSION: bare('5') }), 'fits-bad-header', 'XTENSION'],
  ['no END', Buffer.concat([primaryHdu(), Buffer.from("XTENSION= 'IMAGE   '".padEnd(2880 * 1100))]), 'fits-bad-header', 'END'],
  ['no BITPIX', extension({ BITPIX: undefined }), 'fits-bad-card', 'BITPIX'],
  ['BITPIX of no kind', extension({ BITPIX: 12 }), 'fits-bad-card', 'BITPIX'],
  ['BITPIX as text', extension({ BITPIX: '16' }), 'fits-bad-card', 'BITPIX'],
  ['no NAXIS', extension({ NAXIS: undefined }), 'fits-bad-card', 'NAXIS'],
  ['NAXIS below 0', extension({ NAXIS: -1 }), 'fits-bad-card', 'NAXIS'],
  ['NAXIS of a million', extension({ NAXIS: 1_000_000 }), 'fits-bad-card', 'NAXIS'],
  ['fewer axes than NAXIS', extension({ NAXIS: 3 }), 'fits-bad-card', 'NAXIS3'],
  ['an axis below 0', extension({ NAXIS1: -3 }), 'fits-bad-card', 'NAXIS1'],
  ['half an axis', extension({ NAXIS2: 1.5 }), 'fits-bad-card', 'NAXIS2'],
  ['an axis as text', extension({ NAXIS2: '4' }), 'fits-bad-card', 'NAXIS2'],
  ['an axis that is no number', extension({ NAXIS2: bare('NaN') }), 'fits-bad-card', 'NAXIS2'],
  ['an axis beyond what numbers can count', extension({ NAXIS1: bare('9007199254740993') }), 'fits-bad-card', 'NAXIS1'],
  [
    'a product of axes beyond what numbers can count',
    extension({ NAXIS1: bare('9007199254740991'), NAXIS2: bare('9007199254740991') }),
    'fits-bad-card',
    'NAXIS',
  ],
  [
    'endless axes times none',
    extension({
      NAXIS: 26,
      ...Object.fromEntries(Array.from({ length: 25 }, (_, axis) => [`NAXIS${axis + 1}`, bare('9E15')])),
      NAXIS26: 0,
    }),
    'fits-bad-card',
    'NAXIS',
  ],
  ['PCOUNT below 0', extension({ PCOUNT: -24 }), 'fits-bad-card', 'PCOUNT'],
  ['PCOUNT that is no number', extension({ PCOUNT: bare('1E999') }), 'fits-bad-card', 'PCOUNT'],
  ['PCOUNT beyond the file', extension({ PCOUNT: 10_000 }), 'fits-truncated', undefined],
  ['GCOUNT 0', extension({ GCOUNT: 0 }), 'fits-bad-card', 'GCOUNT'],
  ['GCOUNT of millions', extension({ GCOUNT: 5_000_000 }), 'fits-bad-card', 'GCOUNT'],
  [
    'random groups',
    headerBytes(
      Object.entries({ SIMPLE: true, BITPIX: -32, NAXIS: 2, NAXIS1: 0, NAXIS2: 4, GROUPS: true, PCOUNT: 3, GCOUNT: 100 }).flatMap(
        ([key, value]) => cardsOf(key, value),
      ),
    ),
    'fits-bad-card',
    'GROUPS',
  ],
  ['data beyond the file', extension({ NAXIS2: 100_000_000 }), 'fits-truncated', undefined],
  ['an image of 2^50 pixels', extension({ NAXIS: 1, NAXIS1: 2 ** 50 }), 'fits-truncated', undefined],
  ['a table of three axes', table({ NAXIS: 3, NAXIS3: 0 }), 'fits-bad-card', 'NAXIS'],
  ['a table of one axis', table({ NAXIS: 1 }), 'fits-bad-card', 'NAXIS'],
  ['a table of floats', table({ BITPIX: -32 }), 'fits-bad-card', 'BITPIX'],
  ['no TFIELDS', table({ TFIELDS: undefined }), 'fits-bad-card', 'TFIELDS', columnsOfX],
  ['TFIELDS below 0', table({ TFIELDS: -1 }), 'fits-bad-card', 'TFIELDS', columnsOfX],
  ['TFIELDS of a million', table({ TFIELDS: 1_000_000 }), 'fits-bad-card', 'TFIELDS', columnsOfX],
  ['more TFIELDS than columns', table({ TFIELDS: 3 }), 'fits-bad-card', 'TFORM3', columnsOfX],
  [
    'a TFORM of no format, of a column before the one that is wanted',
    table({ TFORM1: '3Z' }),
    'fits-bad-card',
    'TFORM1',
    (fits) => fits.columns(fits.hdu('X')!, ['b']),
  ],
  ['a TFORM below 0', table({ TFORM1: '-1D' }), 'fits-bad-card', 'TFORM1', columnsOfX],
  ['a TFORM that is no text', table({ TFORM1: 8 }), 'fits-bad-card', 'TFORM1', columnsOfX],
  ['a column beyond the row', table({ TFORM2: '3I' }), 'fits-bad-card', 'TFORM2', columnsOfX],
  ['a column beyond all rows', table({ TFORM1: `${'9'.repeat(60)}D` }), 'fits-bad-card', 'TFORM1', columnsOfX],
  ['a scale that is no number', table({ TSCAL2: bare('NaN') }), 'fits-bad-card', 'TSCAL2', columnsOfX],
  ['a zero point as text', extension({ BZERO: '32768' }), 'fits-bad-card', 'BZERO', imageOfX],
  ['columns of an image', extension({}), 'fits-bad-card', 'XTENSION', columnsOfX],
  ['pixels of a table', table({}), 'fits-bad-card', 'XTENSION', imageOfX],
  ['more pixels than are wanted', extension({}), 'fits-too-much', undefined, (fits) => fits.image(fits.hdu('X')!, 11)],
];
for (const [title, bytes, code, card, use] of hostile) {
  test(`a fault: ${title}`, async () => {
    const said = await fault(bytes, use);
    assert.deepEqual([said.code, said.card], [code, card], said.says);
  });
}

test('END within a card ends no header', () =>
  withBytes(
    Buffer.concat([primaryHdu({ OBJECT: 'END     ', TARGET: 'y' }), imageHdu({ name: 'I', bitpix: 8, axes: [], pixels: [] })]),
    (fits) => Promise.resolve(assert.equal(fits.hdus[0]!.header.text('TARGET'), 'y')),
  ));

test('the table that the hostile ones are changed from is read', () =>
  withBytes(table({}), (fits) => columnsOfX(fits).then(() => undefined)));

test('a column of too many values is refused before memory is asked for', async () => {
  const rows = MOST_VALUES + 1;
  const file = Buffer.concat([
    primaryHdu(),
    tableHeader({ name: 'T', columns: [{ name: 'b', form: 'B' }], rows }),
    padded(Buffer.alloc(rows), 0),
  ]);
  const said = await fault(file, (fits) => fits.columns(fits.hdu('T')!, ['b']));
  assert.deepEqual(
    [said.code, said.says],
    ['fits-too-much', 'HDU 1 (T) of a.fits has 4194305 rows of 1 values in b, more than the 4194304 that are read at once'],
  );
});

test('what is wrong is said with the HDU, and the card', async () =>
  assert.deepEqual(await fault(extension({ NAXIS2: -4 })), {
    code: 'fits-bad-card',
    card: 'NAXIS2',
    says: 'NAXIS2 in HDU 1 (X) of a.fits is -4: no whole number',
  }));

/** A file that repeats its second part, `count` times. */
function endless(first: Buffer, part: Buffer, count: number): Bytes {
  const ring = Buffer.concat(Array<Buffer>(2 + Math.ceil(3e6 / part.length)).fill(part));
  return {
    size: first.length + part.length * count,
    read: (at, length) =>
      Promise.resolve(
        at === 0 ? Buffer.concat([first, ring]).subarray(0, length) : ring.subarray((at - first.length) % part.length).subarray(0, length),
      ),
    close: () => Promise.resolve(),
  };
}

test('more HDUs, or longer headers, than a file of PypeIt has are a fault', async () => {
  const path = 'a.fits';
  const [small, long] = [
    imageHdu({ name: '', bitpix: 8, axes: [], pixels: [] }),
    headerBytes([...extensionCards({ NAXIS: 0 }), ...Array<string>(30_000).fill('')]),
  ];
  const hdus = (part: Buffer, count: number): Promise<readonly unknown[]> =>
    walk(endless(primaryHdu(), part, count), { path, most: Infinity });
  assert.equal((await hdus(small, 19_999)).length, 20_000);
  assert.deepEqual(await problemOf(hdus(small, 20_000)), {
    code: 'fits-too-much',
    says: 'HDU 20000 of a.fits has 20000 HDUs and 57600000 bytes of headers before it: more than is read',
  });
  assert.equal((await hdus(long, 27)).length, 28);
  assert.equal((await problemOf(hdus(long, 200))).code, 'fits-too-much');
});

// Whole and cut off

test('a file is whole or cut off: at no length but those of its HDUs is it read', async () => {
  const parts = [
    primaryHdu(),
    tables[0]![1].subarray(2880),
    imageHdu({ name: 'I', bitpix: -64, axes: [400], pixels: Array<number>(400).fill(1) }),
  ];
  const file = Buffer.concat(parts);
  const whole = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length);
  for (const length of [
    ...Array.from({ length: 60 }, (_, index) => index),
    ...Array.from({ length: file.length / 160 }, (_, index) => (index + 1) * 160),
  ]) {
    if (whole.includes(length)) await withBytes(file.subarray(0, length), () => Promise.resolve());
    else assert.equal((await fault(file.subarray(0, length))).code, length === 0 ? 'fits-bad-header' : 'fits-truncated', `${length} bytes`);
  }
});

test('a spec2d that a killed PypeIt left says where it ends', async () => {
  const bytes = readFileSync(`${products()}/${SPEC2D}`);
  assert.equal(
    (await fault(bytes.subarray(0, 1_000_000))).says,
    'a.fits is cut off at byte 1000000, within the data of HDU 10 (DET03-SLITS), which should end at 2249280',
  );
  assert.equal((await fault(bytes.subarray(0, 670_000))).says, 'a.fits is cut off at byte 670000, within the header of HDU 10');
  assert.equal(
    (await fault(bytes.subarray(0, 2_255_039))).says,
    'a.fits is cut off at byte 2255039, within the header of HDU 11, which should end at 2255040',
  );
});

test('a file that became shorter while it was read is a fault, and gives no zeros', async () => {
  await using folder = temporary();
  const path = `${folder.path}/a.fits`;
  writeFileSync(path, extension({}));
  const said = await problemOf(
    withFits(path, (fits) => {
      writeFileSync(path, primaryHdu());
      return imageOfX(fits);
    }),
  );
  assert.deepEqual(said, {
    code: 'fits-truncated',
    says: 'a.fits had 8640 bytes when it was opened, and became shorter while it was read',
  });
});

// Gzip

test('gzip is told by the first bytes, whatever the name', () =>
  withBytes(gzipSync(extension({ NAXIS1: 1, NAXIS2: 1 })), async (fits) =>
    assert.deepEqual([...((await imageOfX(fits)) as Float64Array)], [0]),
  ));

test('gzip that is cut off or damaged is a fault', async () => {
  const packed = gzipSync(extension({}));
  const flipped = Buffer.from(packed);
  flipped[packed.length - 6]! ^= 1;
  assert.deepEqual(
    [(await fault(packed.subarray(0, packed.length - 9))).code, (await fault(flipped)).code],
    ['gzip-damaged', 'gzip-damaged'],
  );
  assert.equal((await fault(packed.subarray(0, 2))).code, 'gzip-damaged');
});

test('gzip of more than is held in memory is a fault', async () => {
  await using folder = temporary();
  const path = `${folder.path}/a.fits.gz`;
  writeFileSync(path, gzipSync(Buffer.alloc(1 << 20)));
  const says = 'a.fits holds more than 0.5 MiB when it is decompressed';
  assert.deepEqual(await problemOf(openBytes(path, 1 << 19)), { code: 'fits-too-much', says });
  // Told by its size alone, without a look at it.
  writeFileSync(path, Buffer.concat([Buffer.of(0x1f, 0x8b), Buffer.alloc(1 << 20)]));
  assert.deepEqual(await problemOf(openBytes(path, 1 << 19)), { code: 'fits-too-much', says });
});

// Open and closed

test('a file is closed whatever happens', async () => {
  await using folder = temporary();
  const open = (): number => readdirSync('/proc/self/fd').filter((fd) => fdTarget(fd).startsWith(folder.path)).length;
  const path = `${folder.path}/a.fits`;
  writeFileSync(path, extension({}));
  assert.equal(await withFits(path, () => Promise.resolve(open())), 1);
  await assert.rejects(
    withFits(path, () => Promise.reject(new Error('mine'))),
    /mine/,
  );
  await fitsHeaders(path, 1);
  for (const bytes of [Buffer.alloc(9), gzipSync(Buffer.alloc(9)), Buffer.of(0x1f, 0x8b, 1)]) {
    writeFileSync(path, bytes);
    await assert.rejects(withFits(path, () => Promise.resolve()));
  }
  assert.equal(open(), 0);
});
function fdTarget(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

test('an error of the file system is no fault of a file, and passes', async () => {
  await assert.rejects(
    withFits(`${products()}/absent.fits`, () => Promise.resolve()),
    (error) => fitsProblemOf(error) === undefined && /ENOENT/.test(String(error)),
  );
});

test('an HDU of another file is refused', () =>
  withBytes(extension({}), (one) => withBytes(extension({}), (other) => assert.rejects(async () => other.image(one.hdu('X')!), /bug/))));

test('fitsHeaders gives fewer headers where there are no more, and does not look beyond those it gives', async () => {
  await using folder = temporary();
  const path = `${folder.path}/a.fits`;
  writeFileSync(path, extension({}));
  assert.deepEqual(
    (await fitsHeaders(path, 5)).map(({ text }) => text('EXTNAME')),
    [undefined, 'X'],
  );
  writeFileSync(path, Buffer.concat([extension({}), Buffer.from('junk')]));
  assert.equal((await fitsHeaders(path, 2)).length, 2);
  assert.equal((await fitsHeaders(path, 0)).length, 0);
});

/** How many bytes are read, in how many reads. */
async function counted(path: string): Promise<{ bytes: Bytes; read: { bytes: number; reads: number; most: number } }> {
  const opened = await openBytes(path);
  const read = { bytes: 0, reads: 0, most: 0 };
  return {
    read,
    bytes: {
      ...opened,
      read(at, length) {
        read.bytes += length;
        read.reads += 1;
        read.most = Math.max(read.most, length);
        return opened.read(at, length);
      },
    },
  };
}

test('of the table SLITS, a row of 196 kB, some bytes are read', async () => {
  const path = `${products()}/${SPEC2D}`;
  const { bytes, read } = await counted(path);
  const hdus = await walk(bytes, { path, most: Infinity });
  assert.ok(read.bytes < 17 * 4 * 2880 + 1 && read.reads < 25, JSON.stringify(read));
  Object.assign(read, { bytes: 0, reads: 0, most: 0 });
  const { spat_id: spatId, mask } = await readColumns(
    { bytes, path },
    hdus.find(({ name }) => name === 'DET03-SLITS')!,
    ['mask', 'spat_id', 'maskdef_objpos'],
  );
  await bytes.close();
  // spat_id, maskdef_id and maskdef_objpos lie side by side, and are read at once.
  assert.deepEqual(read, { bytes: 8 * (3 * 8 + 2), reads: 16, most: 24 });
  assert.deepEqual([numbers(spatId).length, numbers(mask).length], [8, 8]);
});

// What PypeIt wrote

test('a spec2d: slits, wavelengths, flexure and residuals are those that it holds', () =>
  of(SPEC2D, async (fits) => {
    assert.equal(fits.hdus.length, 17);
    assert.deepEqual(
      [
        fits.hdus[0]?.header.text('PYP_CLS'),
        fits.hdus[0]?.header.text('ALLSPEC2D_DETS'),
        fits.hdus[0]?.header.text('VERSPYP'),
        fits.hdu('DET03-SLITS')?.header.text('DMODCLS'),
      ],
      ['AllSpec2DObj', 'DET03', '1.17.4', 'SlitTraceSet'],
    );
    const slits = await fits.columns(fits.hdu('DET03-SLITS')!, ['spat_id', 'mask', 'specmin', 'maskdef_objpos', 'center']);
    assert.deepEqual(numbers(slits.spat_id), [177, 327, 502, 687, 873, 1025, 1152, 1315]);
    assert.deepEqual(numbers(slits.mask), [2, 0, 0, 0, 0, 0, 658, 0]);
    assert.deepEqual(numbers(slits.specmin), Array(8).fill(-Infinity));
    assert.equal(numbers(slits.maskdef_objpos)[1], 34.42048174997925);
    assert.deepEqual([slits.center?.repeat, numbers(slits.center).length], [4096, 8 * 4096]);
    assert.equal(Math.round(numbers(slits.center)[4096 + 2048]!), 327);
    const waves = await fits.columns(fits.hdu('DET03-WAVESOL')!, ['SpatOrderID', 'IDs_Wave_cov(%)', 'RMS', 'IDs_Wave_range', 'N.']);
    assert.deepEqual(numbers(waves.SpatOrderID), numbers(slits.spat_id));
    assert.deepEqual(numbers(waves['N.']), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(
      numbers(waves['IDs_Wave_cov(%)']).map((each) => each.toFixed(3)),
      ['0.000', '88.817', '92.302', '91.131', '1.674', '91.944', '0.000', '91.271'],
    );
    assert.deepEqual(
      numbers(waves.RMS).map((each) => each.toFixed(3)),
      ['0.000', '0.023', '0.028', '0.063', '0.000', '0.059', '0.000', '0.034'],
    );
    assert.equal(waves.IDs_Wave_range?.kind === 'text' && waves.IDs_Wave_range.values[1], ' 5332.260 -  7637.208');
    assert.equal(
      numbers((await fits.columns(fits.hdu('DET03-SCI_SPEC_FLEXURE')!, ['sci_spec_flexure'])).sci_spec_flexure)[1],
      0.036580335606686276,
    );
    const [median, deviation] = [await fits.image(fits.hdu('DET03-MED_CHIS')!), await fits.image(fits.hdu('DET03-STD_CHIS')!)];
    assert.deepEqual([median[0], deviation[6]], [0, 0]);
    assert.deepEqual([median[1]?.toFixed(6), deviation[7]?.toFixed(6)], ['-0.011337', '0.963951']);
    const detector = await fits.columns(fits.hdu('DET03-DETECTOR')!, ['binning', 'specflip', 'det', 'platescale']);
    assert.deepEqual(
      [detector.binning?.values, detector.specflip?.values, numbers(detector.det), numbers(detector.platescale)[0]?.toFixed(4)],
      [['1,1'], [false], [3], '0.1185'],
    );
  }));

/** A `|` table as PypeIt writes it. */
function rowsOf(text: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

const spec1ds: [version: string, path: () => string, text: () => string][] = [
  ['1.17.4', () => `${products()}/${SPEC1D}`, () => readFileSync(`${products()}/${SPEC1D.replace(/fits$/, 'txt')}`, 'utf8')],
  [
    '2.0.1',
    () => `${PRODUCTS}/v2.0.1/spec1d_DE.20200102.44770-SYNTH1_DEIMOS_20200102T122609.629.fits.gz`,
    () => readFileSync(`${PRODUCTS}/v2.0.1/spec1d_DE.20200102.44770-SYNTH1_DEIMOS_20200102T122609.629.txt`, 'utf8'),
  ],
];
for (const [version, path, text] of spec1ds) {
  test(`a spec1d of ${version}: its objects are those of the table beside it`, () =>
    withFits(path(), (fits) => {
      const objects = fits.hdus.filter(({ header: each }) => each.text('DMODCLS') === 'SpecObj');
      assert.equal(fits.hdus[0]?.header.number('NSPEC'), objects.length);
      assert.deepEqual(
        objects.map(({ name, header: { text: textOf, number, value } }) => [
          name,
          String(number('SLITID')),
          String(number('MASKDEF_ID')),
          textOf('MASKDEF_OBJNAME'),
          number('RA')?.toFixed(5),
          number('SPAT_PIXPOS')?.toFixed(1),
          number('SPAT_FRACPOS')?.toFixed(3),
          number('S2N')?.toFixed(2),
          value('MASKDEF_EXTRACT'),
          number('WAVE_RMS')?.toFixed(3),
        ]),
        rowsOf(text()).map((row) => [
          row['name'],
          row['slit'],
          row['maskdef_id'],
          row['objname'],
          row['objra'],
          row['spat_pixpos'],
          row['spat_fracpos'],
          row['s2n'],
          row['maskdef_extract'] === 'True',
          row['wv_rms'],
        ]),
      );
      return Promise.resolve();
    }));
}

test('a spec1d: a text that goes on, and its history', () =>
  of(SPEC1D, async (fits) => {
    const primary = fits.hdus[0]!.header;
    assert.equal(primary.text('CLBS_DIR'), '/data/red/tree/SYNTH1/600ZD_7500_GG455/2020-01-02/complete/reduce/keck_deimos_A/Calibrations');
    assert.equal(primary.text('CLBS_WAVECALIB'), 'WaveCalib_A_0_DET03.fits');
    assert.deepEqual([primary.history.length, primary.history[2]], [10, '"DE.20200102.44770.fits"']);
    const { OPT_MASK: good, OPT_WAVE: wave } = await fits.columns(fits.hdus[1]!, ['OPT_MASK', 'OPT_WAVE']);
    assert.ok(good?.kind === 'truths' && good.values.length === 64 && good.values.includes(true));
    assert.ok(numbers(wave).every((each, index, all) => index === 0 || each > all[index - 1]!));
  }));

test('a 1D coadd: its history tells the same objects as the report beside it', async () => {
  const folder = 'SYNTH1/600ZD_7500_GG455/1D_Coadd';
  const name = 'J100022.37+021117.61_DEIMOS_20200102_20200220.fits';
  const report = readFileSync(`${products()}/${folder}/collate_report.dat`, 'utf8')
    .split('\n')
    .filter((line) => line.includes(name));
  await of(`${folder}/${name}`, async (fits) => {
    const [primary, spectrum] = [fits.hdus[0]!.header, fits.hdu('SPECTRUM')!];
    assert.deepEqual(
      [spectrum.header.text('DMODCLS'), spectrum.header.value('FLUXED'), primary.number('DISPANGLE')],
      ['OneSpec', true, 7499.9873],
    );
    const from = primary.history.flatMap((line) => /^From "(.*)"$/.exec(line)?.[1] ?? []);
    assert.deepEqual(
      from,
      report.map((line) => /spec1d_\S+/.exec(line)?.[0]),
    );
    const { wave, mask } = await fits.columns(spectrum, ['wave', 'mask', 'flux']);
    assert.equal(numbers(wave).length, 64);
    assert.ok(numbers(mask).every((each) => each === 0 || each === 1));
  });
});

test('every product can be opened, every column of its tables and every small image read', async () => {
  const root = products();
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.fits(\.gz)?$/.test(name));
  let tablesRead = 0;
  for (const file of files) {
    await withFits(`${root}/${file}`, async (fits) => {
      for (const hdu of fits.hdus) {
        if (hdu.kind === 'image') await fits.image(hdu);
        else {
          tablesRead += 1;
          const names = Array.from({ length: hdu.header.number('TFIELDS')! }, (_, index) => hdu.header.text(`TTYPE${index + 1}`)!);
          const read = await fits.columns(hdu, names);
          assert.deepEqual(Object.keys(read).length, names.length, `${file} ${hdu.name}`);
          for (const column of Object.values(read))
            assert.equal(column?.values.length, hdu.rows * (column?.kind === 'text' ? 1 : (column?.repeat ?? 0)));
        }
      }
    });
  }
  assert.ok(files.length > 30 && tablesRead > 150, `${files.length} files, ${tablesRead} tables`);
});

test('a calibration in gzip: the slits are those of the spec2d', () =>
  of(`${RUN}/Calibrations/Slits_A_0_DET03.fits.gz`, async (fits) =>
    assert.deepEqual(numbers((await fits.columns(fits.hdu('SLITS')!, ['spat_id'])).spat_id), [177, 327, 502, 687, 873, 1025, 1152, 1315]),
  ));

test('a raw frame: pixels have their BZERO', () =>
  of('SYNTH1/600ZD_7500_GG455/2020-01-02/complete/raw/DE.20200102.09000.fits', async (fits) => {
    const pixels = await fits.image(fits.hdus.find(({ header: { number } }) => number('NAXIS1') === 2128)!);
    assert.equal(pixels.length, 2128 * 8);
    assert.ok(
      pixels.every((each) => each > 500 && each < 65536),
      `${Math.min(...pixels)} to ${Math.max(...pixels)}`,
    );
  }));
