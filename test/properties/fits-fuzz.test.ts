import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fitsHeaders, fitsProblemOf, withFits } from '../../rules/fits/fits.ts';
import type { Fits, Hdu } from '../../rules/fits/fits.ts';
import { damaged } from '../rig/damage-fits.ts';
import { imageHdu, primaryHdu, tableHdu } from '../rig/make-fits.ts';
import { products } from '../rig/products.ts';
import { createRandom } from '../rig/random.ts';
import { temporary } from '../rig/temporary.ts';

const ROUNDS = Number(process.env['ADAP_ROUNDS'] ?? 10_000);
const SEED = Number(process.env['ADAP_SEED'] ?? 20261125);

/** What a reader may take a while for. A file is read in a millisecond. */
const MOST_MS = 5000;

const PRIMARY = primaryHdu({ ALLSPEC2D_DETS: 'DET03', PYP_CLS: 'AllSpec2DObj', CALIBDIR: `/data/${'calibrations/'.repeat(9)}` }, [
  '"DE.fits"',
]);
const IMAGE = imageHdu({ name: 'DET03-BPMMASK', bitpix: 16, axes: [4, 3], pixels: Array<number>(12).fill(7), cards: { BZERO: 32768 } });
/** With a row so long that it is read in parts. */
const SLITS = tableHdu({
  name: 'DET03-SLITS',
  columns: [
    { name: 'spat_id', form: '1K', values: [177, 327] },
    { name: 'center', form: '2200D', values: [Array<number>(2200).fill(1), Array<number>(2200).fill(2)] },
    { name: 'mask', form: '1I', values: [2, 0] },
    { name: 'good', form: 'L', values: [true, false] },
  ],
  cards: { FLEX_SHIFT_TOTAL: 0.5 },
});
const WAVESOL = tableHdu({
  name: 'DET03-WAVESOL',
  columns: [
    { name: 'IDs_Wave_range', form: '21A', values: ['    0.000 -     0.000', ' 5332.260 -  7637.208'] },
    { name: 'RMS', form: 'D', values: [0, 0.023] },
  ],
});
const CHIS = imageHdu({ name: 'DET03-STD_CHIS', bitpix: -32, axes: [2], pixels: [0, 0.97] });
const COADD = readFileSync(`${products()}/SYNTH1/600ZD_7500_GG455/1D_Coadd/J100022.37+021117.61_DEIMOS_20200102_20200220.fits`);

/** In the manner of a spec2d; a genuine one; and those of one HDU, where a lie is met that others would give away. */
const FILES = [
  Buffer.concat([PRIMARY, IMAGE, SLITS, WAVESOL, CHIS]),
  COADD,
  ...[IMAGE, SLITS, WAVESOL].map((hdu) => Buffer.concat([PRIMARY, hdu])),
];
const LONGEST = Math.max(...FILES.map(({ length }) => length));

/** What this process asks memory for at once, in bytes: buffers, and arrays of numbers. */
function watchMemory(): Disposable & { most(): { buffer: number; numbers: number }; forget(): void } {
  const asked = { buffer: 0, numbers: 0 };
  const { allocUnsafe } = Buffer;
  const { Float64Array: Numbers } = globalThis;
  Buffer.allocUnsafe = (size) => {
    asked.buffer = Math.max(asked.buffer, size);
    return allocUnsafe(size);
  };
  globalThis.Float64Array = new Proxy(Numbers, {
    construct(target, args: [number]) {
      if (typeof args[0] === 'number') asked.numbers = Math.max(asked.numbers, args[0] * 8);
      return Reflect.construct(target, args) as object;
    },
  });
  return {
    most: () => ({ ...asked }),
    forget: () => void Object.assign(asked, { buffer: 0, numbers: 0 }),
    [Symbol.dispose]() {
      Buffer.allocUnsafe = allocUnsafe;
      globalThis.Float64Array = Numbers;
    },
  };
}

test(`${ROUNDS} damaged files are read, or are a fault: none is read beyond its end, or asks for more memory than it has bytes (ADAP_SEED=${SEED})`, async () => {
  await using folder = temporary();
  const path = `${folder.path}/a.fits`;
  const met = new Map<string, number>();
  const meet = (what: string): void => void met.set(what, (met.get(what) ?? 0) + 1);
  let slowest = 0;
  using memory = watchMemory();
  for (let round = 0; round < ROUNDS; round += 1) {
    const seed = SEED + round;
    const random = createRandom(seed);
    const bytes = damaged(random, random.pick(FILES));
    writeFileSync(path, bytes);
    memory.forget();
    const start = performance.now();
    try {
      for (const what of await readAll(path)) meet(what);
    } catch (error) {
      assert.fail(`ADAP_ROUNDS=1 ADAP_SEED=${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    const took = performance.now() - start;
    slowest = Math.max(slowest, took);
    const where = `ADAP_ROUNDS=1 ADAP_SEED=${seed}`;
    assert.ok(took < MOST_MS, `${where}: took ${took} ms`);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    // Damages may make a file longer, and one of gzip may come twice.
    const holds = isGzip ? 4 * LONGEST : bytes.length;
    const most = memory.most();
    assert.ok(most.buffer <= holds, `${where}: ${most.buffer} bytes at once, of ${holds}`);
    // A byte becomes a number of eight.
    assert.ok(most.numbers <= 8 * holds, `${where}: ${most.numbers} bytes of numbers at once, of ${holds}`);
  }
  console.log(JSON.stringify({ ...Object.fromEntries([...met].toSorted(([a], [b]) => (a < b ? -1 : 1))), slowestMs: Math.round(slowest) }));
  for (const each of ['opened', 'columns', 'pixels', 'fits-bad-card', 'fits-bad-header', 'fits-truncated', 'gzip-damaged'])
    assert.ok((met.get(each) ?? 0) >= ROUNDS / 200, `${each} was met`);
});

/** What was met: a part that could be read, or the code of a fault. Every other error is thrown. */
async function readAll(path: string): Promise<readonly string[]> {
  const met: string[] = [];
  const told = async (what: string, work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      met.push(what);
    } catch (error) {
      const problem = fitsProblemOf(error);
      if (problem === undefined) throw error;
      assert.equal(problem.file, path);
      assert.ok(!/[\n\r\0]/.test(problem.says), problem.says);
      met.push(problem.code);
    }
  };
  await told('headers', fitsHeaders(path, 1));
  await told(
    'opened',
    withFits(path, async (fits) => {
      for (const hdu of fits.hdus) {
        if (hdu.kind !== 'image') await told('columns', columnsOf(fits, hdu));
        if (hdu.kind !== 'table') await told('pixels', fits.image(hdu));
      }
    }),
  );
  return met;
}

async function columnsOf(fits: Fits, hdu: Hdu): Promise<void> {
  const names = Array.from({ length: 8 }, (_, index) => hdu.header.text(`TTYPE${index + 1}`) ?? 'none');
  const read = await fits.columns(hdu, names);
  for (const column of Object.values(read))
    assert.equal(column?.values.length, hdu.rows * (column?.kind === 'text' ? 1 : (column?.repeat ?? 0)));
}
