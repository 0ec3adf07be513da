/** What a scorecard reads of a spec2d of 320 MB (one chip, 100 slits), beside reading the whole file as it is. */
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { imageHdu, imageHeader, primaryHdu, tableHdu, tableHeader } from '../test/rig/make-fits.ts';
import { against, ms } from './clock.ts';
import { benchFolder, root } from './place.ts';

const SLITS = 100;
const CHIP = [2048, 4096] as const;
const EDGES = ['maskdef_slitcen', 'left_init', 'right_init', 'left_tweak', 'right_tweak', 'center', 'specs'].map((name) => ({
  name,
  form: '4096D',
}));
const ids = Array.from({ length: SLITS }, (_, index) => 20 * index + 10);
const all = <T>(value: T): T[] => ids.map(() => value);

using place = benchFolder('spec2d');
const path = join(place.path, 'spec2d.fits');
writeSpec2d();

// As bin/adap.mjs opens the door for rules.
registerHooks({
  resolve: (name, context, next) => (name === 'adap' ? { url: `file://${root}/engine/index.ts`, shortCircuit: true } : next(name, context)),
});
const { withFits } = await import('../rules/fits/fits.ts');
const { measureSpec2d } = await import('../rules/scorecard/measure-spec2d.ts');
const rss = (): number => process.resourceUsage().maxRSS / 1024;
const before = rss();
const timed = async (what: () => unknown): Promise<number> => {
  const start = performance.now();
  await what();
  return performance.now() - start;
};
const first = await timed(async () => {
  const [detector] = await withFits(path, measureSpec2d);
  if (detector?.slits.length !== SLITS) throw new Error(`bench: ${detector?.slits.length} slits were read`);
});
const memory = rss() - before;
const plain = await timed(() => readFileSync(path));
console.log(
  `a scorecard of a spec2d of ${(statSync(path).size / 1e6).toFixed(0)} MB: ${ms(first)}   the whole file read as it is: ${ms(plain)}`,
);
console.log(`  ${against('ms', first, 100)}   ${against('MB beyond start-up', memory, 100)}`);

/** The HDUs of one chip in PypeIt's order; pixels and edges are holes in the file. */
function writeSpec2d(): void {
  const file = openSync(path, 'w');
  let end = 0;
  const put = (bytes: Buffer, hole = 0): void => {
    writeSync(file, bytes, 0, bytes.length, end);
    end += bytes.length + Math.ceil(hole / 2880) * 2880;
  };
  const image = (name: string, bitpix: -32 | -64 | 16): void =>
    put(imageHeader({ name: `DET03-${name}`, bitpix, axes: CHIP }), CHIP[0] * CHIP[1] * (Math.abs(bitpix) / 8));
  put(primaryHdu({ ALLSPEC2D_DETS: 'DET03', PYP_CLS: 'AllSpec2DObj', VERSPYP: '1.17.4' }));
  for (const name of ['SCIIMG', 'IVARRAW', 'SKYMODEL', 'OBJMODEL', 'IVARMODEL']) image(name, -32);
  image('TILTS', -64);
  image('WAVEIMG', -64);
  image('BPMMASK', 16);
  const columns = [{ name: 'spat_id', form: '1K' }, ...EDGES, { name: 'mask', form: '1I' }];
  const row = 8 + EDGES.length * 4096 * 8 + 2;
  const flags = [
    'SHORTSLIT',
    'BOXSLIT',
    'USERIGNORE',
    'BADWVCALIB',
    'BADTILTCALIB',
    'BADALIGNCALIB',
    'SKIPFLATCALIB',
    'BADFLATCALIB',
    'BADREDUCE',
    'BADSKYSUB',
    'BADEXTRACT',
  ];
  const cards = Object.fromEntries(flags.map((flag, bit) => [`BIT${String(bit).padStart(2, '0')}`, flag]));
  const table = tableHeader({ name: 'DET03-SLITS', columns, cards, rows: SLITS });
  const from = end + table.length;
  put(table, row * SLITS);
  const id = Buffer.alloc(8);
  for (const [index, spatId] of ids.entries()) {
    id.writeBigInt64BE(BigInt(spatId));
    writeSync(file, id, 0, 8, from + index * row);
  }
  put(
    tableHdu({
      name: 'DET03-WAVESOL',
      columns: [
        { name: 'SpatOrderID', form: 'K', values: ids },
        { name: 'IDs_Wave_cov(%)', form: 'D', values: all(90) },
        { name: 'RMS', form: 'D', values: all(0.1) },
      ],
    }),
  );
  put(
    tableHdu({
      name: 'DET03-SCI_SPEC_FLEXURE',
      columns: [
        { name: 'spat_id', form: 'K', values: ids },
        { name: 'sci_spec_flexure', form: 'D', values: all(0) },
      ],
    }),
  );
  for (const name of ['MED_CHIS', 'STD_CHIS']) put(imageHdu({ name: `DET03-${name}`, bitpix: -32, axes: [SLITS], pixels: all(1) }));
  ftruncateSync(file, end);
  closeSync(file);
}
