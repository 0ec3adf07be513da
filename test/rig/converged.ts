/** What must hold of a home in a bucket after whatever happened to it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { isByEtag } from '../../engine/plan/observe.ts';
import type { BucketProject } from './bucket-home.ts';

const PREFIX = 'adap/raw_data_reorg/';

/** Whatever a record says is there, by the very objects that it names. */
export async function assertNoRecordLacksObjects(home: BucketProject, what: string): Promise<void> {
  const sizes = new Map((await home.store.list('')).map(({ key, size }) => [key.slice(PREFIX.length), size]));
  for (const { target, outputs, lies } of await home.records())
    for (const { path, stamp } of outputs.flatMap(({ members }) => members))
      if (stamp.kind === 'file') assert.equal(sizes.get(lies?.[path] ?? path), stamp.size, `${what}: ${path} of ${target}`);
}

/** The same to the byte; gives how many bytes were compared. */
export async function assertBytesAsRecorded(home: BucketProject, what: string): Promise<number> {
  let bytes = 0;
  for (const { target, outputs, lies } of await home.records())
    for (const { path, stamp, digest } of outputs.flatMap(({ members }) => members)) {
      if (stamp.kind !== 'file' || isByEtag(digest)) continue;
      const read = await home.store.read(`${PREFIX}${lies?.[path] ?? path}`);
      assert.equal(
        createHash('sha256')
          .update(read?.bytes ?? '')
          .digest('hex'),
        digest,
        `${what}: ${path} of ${target}`,
      );
      bytes += read?.bytes.length ?? 0;
    }
  return bytes;
}

export async function assertConverged(home: BucketProject, expected: Readonly<Record<string, string>>, what: string): Promise<void> {
  for (const [path, text] of Object.entries(expected)) assert.equal(await home.text(path), text, `${path} ${what}`);
  const own = (await home.paths()).filter((path) => /^\.adap\/(intents|sealed|failures)\//.test(path));
  assert.deepEqual(own, [], `nothing is left half done ${what}`);
  const quiet = await home.adap('build -n');
  assert.match(quiet.out, /^0 to build, \d+ fresh$/m, `${what}: ${quiet.out}${quiet.error}`);
  await assertNoRecordLacksObjects(home, what);
}
