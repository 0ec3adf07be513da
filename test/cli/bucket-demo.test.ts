/** The whole chain with a stand-in for PypeIt, in a directory and in a bucket. */
import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import type { TargetRecord } from '../../engine/model/record.ts';
import { parseRecord } from '../../engine/records/record-files.ts';
import { inBucket } from '../rig/bucket-home.ts';
import { deimosProject, oneDetector, standIn } from '../rig/deimos-project.ts';
import type { TestProject } from '../rig/project.ts';
import { writeRecordedNights } from '../rig/recorded-night.ts';
import { noRgw } from '../rig/rgw.ts';
import { temporary } from '../rig/temporary.ts';

const project = (frames: string): Promise<TestProject> =>
  deimosProject({
    raw: `${frames}/raw`,
    parameters: oneDetector(),
    pypeit: standIn(frames),
    more: { reduce: { memoryGiB: 1 }, coadd: { memoryGiB: 1 } },
  });

type File = { readonly target: string; readonly path: string; readonly digest: string };

/** Every published file. Of raw trees only the paths: one has links, the other copies. */
const filesIn = (records: readonly TargetRecord[]): readonly File[] =>
  records.flatMap(({ target, rule, outputs }) =>
    outputs.flatMap(({ members }) =>
      members.flatMap(({ path, stamp, digest }) =>
        stamp.kind === 'folder' ? [] : [{ target, path, digest: rule === 'raw' ? '' : digest }],
      ),
    ),
  );

/** A file that names its home, what the run used, or the digest of one that does, says the same but for that. */
const butForTheHome = (text: string | undefined, home: string): string =>
  (text ?? '')
    .replaceAll(home, 'HOME')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'DIGEST')
    .replaceAll(/,\d+,\d+,(?=1\.17\.4,)/g, ',SECONDS,MEMORY,');

test('the demo on both homes: the same digests by meaning', { skip: noRgw }, async () => {
  await using frames = temporary();
  writeRecordedNights(`${frames.path}/raw`);
  await using here = await project(frames.path);
  await using there = await project(frames.path);
  const bucket = await inBucket(there);
  const [one, other] = [await here.adap('build'), await bucket.adap('build')];
  assert.equal(one.code, 0, one.out + one.error);
  assert.equal(other.code, 0, other.out + other.error);
  const files = globSync(`${here.root}/home/.adap/records/*/*.json`);
  const records = files.flatMap((file) => parseRecord(readFileSync(file, 'utf8')) ?? []).toSorted((a, b) => (a.target < b.target ? -1 : 1));
  const [in1, in2] = [filesIn(records), filesIn(await bucket.records())];
  assert.deepEqual(
    in2.map(({ target, path }) => [target, path]),
    in1.map(({ target, path }) => [target, path]),
  );
  const unlike = in1.filter(({ digest }, index) => digest !== in2[index]?.digest);
  for (const { path } of unlike)
    assert.equal(
      butForTheHome(await bucket.text(path), bucket.home),
      butForTheHome(readFileSync(`${here.root}/home/${path}`, 'utf8'), `${here.root}/home`),
      path,
    );
  console.log(`${in1.length} files, ${in1.length - unlike.length} of them to the byte, ${unlike.length} but for the name of the home`);
  const nothing = await bucket.adap('build');
  assert.match(nothing.out, /^0 built, \d+ fresh\n$/);
  bucket.forget();
  const fresh = await bucket.adap('build -n');
  assert.match(fresh.out, /^0 to build, \d+ fresh\n$/, 'the same plan without anything that this machine remembers');
  // The raw frames of the home are enough: on a machine that has no others, all is as fresh.
  rmSync(`${frames.path}/raw`, { recursive: true });
  mkdirSync(`${frames.path}/raw`);
  bucket.forget();
  const alone = await bucket.adap('build -n');
  assert.equal(alone.out, fresh.out, alone.error);
  writeRecordedNights(`${frames.path}/raw`);
  const verified = await bucket.adap('verify');
  assert.match(verified.out, /all as recorded/, verified.out + verified.error);
  for (const words of [
    'scorecard',
    'archive',
    'status',
    'report --to report.html',
    'doctor',
    'clean',
    'log SYNTH1/600ZD_7500_GG455/2020-01-02',
  ]) {
    const [a, b] = [await here.adap(words), await bucket.adap(words)];
    assert.equal(b.code, a.code, `${words}\n${b.out}${b.error}\n${a.out}${a.error}`);
    if (['scorecard', 'status'].includes(words)) assert.equal(b.out, a.out);
  }
});
