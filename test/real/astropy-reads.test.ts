import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { maskPart } from '../../rules/archive/mask-part.ts';
import { tables } from '../../rules/archive/tables.ts';
import { products } from '../rig/products.ts';
import { realPypeit, withoutPypeit } from '../rig/real-pypeit.ts';
import { temporary } from '../rig/temporary.ts';

const READ = `
import sys, json
from astropy.table import Table
reduced, coadded = (Table.read(f'{sys.argv[1]}/{name}_files_meta.dat', format='ipac') for name in ('reduced', 'coadded'))
print(json.dumps([len(reduced), len(coadded), reduced['mjd'].dtype.kind, reduced['koaid'][0], float(coadded['s2n'][0]), int(coadded['maskdef_id'][0])]))
`;

test('astropy reads both tables of the archive, with numbers as numbers', { skip: withoutPypeit() }, async () => {
  await using at = temporary();
  const files = globSync('**/*', { cwd: products() })
    .filter((path) => statSync(`${products()}/${path}`).isFile())
    .map((path) => ({ path, absolute: `${products()}/${path}`, digest: '0'.repeat(64) }));
  const made = tables([{ mask: 'SYNTH1', part: await maskPart({ files }) }]);
  at.write({ 'reduced_files_meta.dat': made.reduced, 'coadded_files_meta.dat': made.coadded });
  const { stdout, stderr, status } = spawnSync(`${realPypeit()?.bin ?? ''}/python`, ['-c', READ, at.path], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), [3, 18, 'f', 'DE.20200102.44770.fits', 26.27, 1002]);
});
