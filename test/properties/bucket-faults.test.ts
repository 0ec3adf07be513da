/** Builds through a proxy that hurts requests to a real RADOS Gateway, by a seed. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { inBucket, rgw } from '../rig/bucket-home.ts';
import { assertBytesAsRecorded, assertConverged } from '../rig/converged.ts';
import { FAULTS, startFaultProxy } from '../rig/fault-proxy.ts';
import { createProject } from '../rig/project.ts';
import { store } from '../rig/raw-store.ts';
import { recipes } from '../rig/recipes.ts';
import { noRgw } from '../rig/rgw.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
/** A megabyte each. */
const script = (says: string): string => `yes ${says} | head -c 1000000 > "$OUT"; echo end >> "$OUT"\n`;
const result = (says: string): string => `${`${says}\n`.repeat(Math.ceil(1_000_000 / (says.length + 1))).slice(0, 1_000_000)}end\n`;

for (const share of [0.01, 0.1, 0.3, 0.5])
  test(`${share * 100} % of all requests are hurt`, { skip: noRgw }, async () => {
    const seed = share * 1000;
    await using proxy = await startFaultProxy({ upstream: (await rgw()).endpoint, seed, share });
    await using project = await createProject({
      'adapfile.ts': recipes,
      'config/common.json': JSON.stringify({ policy: { 'store-unavailable': { waitSeconds: 0.1 } } }),
    });
    const home = await inBucket(project, proxy.endpoint);
    let builds = 0;
    for (const generation of ['first', 'second']) {
      for (const name of NAMES) project.write({ [`in/${name}.sh`]: script(`${generation}-${name}`) });
      let built = await home.adap('build');
      for (builds += 1; built.code !== 0 && builds < 12; builds += 1) built = await home.adap('build --retry');
      assert.equal(built.code, 0, built.out + built.error);
      await assertBytesAsRecorded(home, generation);
    }
    const faults = proxy.counts();
    proxy.setShare(0);
    const expected = Object.fromEntries(NAMES.map((name) => [`out/${name}/result`, result(`second-${name}`)]));
    await assertConverged(home, expected, `${share}`);
    const bytes = await assertBytesAsRecorded(home, 'at the end');
    proxy.setShare(share);
    // What comes down is right, too.
    const got = await home.adap(['get', ...NAMES, 'here']);
    assert.equal(got.code, 0, got.out + got.error);
    const { requests } = faults;
    const hurts = Object.fromEntries(FAULTS.map((fault) => [fault, faults[fault]]));
    const hurt = FAULTS.reduce((sum, fault) => sum + faults[fault], 0);
    console.log(
      `share ${share}, seed ${seed}: ${hurt} of ${requests} requests hurt (${JSON.stringify(hurts)}); ${builds} builds, ${bytes} bytes published, 0 wrong`,
    );
    assert.ok(requests < 400 * NAMES.length * (1 / (1 - share)) ** 2, `retries are bounded: ${requests} requests`);
  });

test('raw files through a proxy that hurts every fifth request: up and down, 0 wrong bytes', { skip: noRgw }, async () => {
  await using proxy = await startFaultProxy({ upstream: (await rgw()).endpoint, seed: 5, share: 0.2 });
  await using project = await createProject({ 'adapfile.ts': store('home'), 'config/none': '' });
  const home = await inBucket(project, proxy.endpoint);
  mkdirSync(`${project.root}/in/night`, { recursive: true });
  for (const [index, size] of [100, 5_000_000, 40_000_000].entries())
    writeFileSync(`${project.root}/in/night/${index}.raw`, Buffer.alloc(size, `${index} and more `));
  let put = await home.adap('put in');
  for (let tries = 0; put.code !== 0 && tries < 8; tries += 1) put = await home.adap('put in');
  assert.equal(put.code, 0, put.out + put.error);
  await assertBytesAsRecorded(home, 'raw files');
  const got = await home.adap(['get', 'raw night', 'here']);
  assert.equal(got.code, 0, got.out + got.error);
});
