/** A plan over 10,000 targets in 100,000 objects: what it asks of the store. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TargetRecord } from '../../engine/model/record.ts';
import { parseRecord, sealed } from '../../engine/records/record-files.ts';
import { etagOf } from '../../engine/stores/etag.ts';
import { createTree } from '../../engine/stores/tree.ts';
import { inBucket, rgw } from '../rig/bucket-home.ts';
import { startFaultProxy } from '../rig/fault-proxy.ts';
import { createProject } from '../rig/project.ts';
import { noRgw } from '../rig/rgw.ts';

const TARGETS = 10_000;
const FILES = 9;

const adapfile = `
import type { Project } from 'adap';
const parts = Array.from({ length: ${FILES} }, (_, index) => 'part' + index);
export default {
  home: 'home',
  config: 'config',
  rules: [{
    name: 'many',
    revision: 1,
    kind: 'writes',
    makes: Object.fromEntries(parts.map((part) => [part, { path: '{group}/{name}/' + part }])),
    each: (_, where) =>
      where['name'] === undefined
        ? Array.from({ length: ${TARGETS} }, (_, index) => ({ group: 'g' + (index % 100), name: 'n' + index }))
        : [{ group: where['group'] ?? '', name: where['name'] }],
    needs: (at, facts) => ({ mode: { kind: 'keyed', values: { mode: at['name'] === 'n77' ? (facts.config.text('mode') ?? '') : '' } } }),
    subject: (at) => at['group'] + '/' + at['name'],
    writes: (given) => Object.fromEntries(parts.map((part) => [part, part + JSON.stringify(given.value('mode'))])),
  }],
  source: { revision: 1, roots: [], matches: () => false, read: () => ({ kind: 'entry', group: '', about: {}, stands: new Uint8Array() }) },
} satisfies Project;
`;

const noRclone =
  spawnSync('rclone', ['version']).status === 0 ? false : 'no rclone here, which lays 100,000 objects down: apt-get install rclone';

/** A home as a build in a directory has left it becomes one as it lies in a bucket: stamps are of content there. */
function asInBucket(home: string): void {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const path = `${entry.parentPath}/${entry.name}`;
    if (!path.startsWith(`${home}/.adap/records/`)) continue;
    const record = parseRecord(readFileSync(path, 'utf8'));
    assert.ok(record !== undefined);
    const outputs = record.outputs.map((output) => ({
      ...output,
      members: output.members.map((member) => {
        const bytes = readFileSync(`${home}/${member.path}`);
        const stamp = createTree([['x', { key: 'x', size: bytes.length, etag: etagOf(bytes) }]]).stamp('x');
        assert.ok(stamp !== undefined);
        return { ...member, stamp };
      }),
    }));
    writeFileSync(path, sealed({ ...record, outputs } satisfies TargetRecord));
  }
}

test('10,000 targets in 100,000 objects', { skip: noRgw === false ? noRclone : noRgw }, async () => {
  await using project = await createProject({ 'adapfile.ts': adapfile, 'config/mode': '' });
  const built = await project.adap('build');
  assert.equal(built.code, 0, built.error);
  asInBucket(`${project.root}/home`);
  const { endpoint } = await rgw();
  await using proxy = await startFaultProxy({ upstream: endpoint, seed: 1, share: 0 });
  const home = await inBucket(project, proxy.endpoint);
  const env = { ...process.env, ...home.env, AWS_ENDPOINT_URL_S3: endpoint };
  delete (env as NodeJS.ProcessEnv)['AWS_CA_BUNDLE'];
  const to = `:s3,provider=Ceph,env_auth=true,endpoint="${endpoint}":${home.bucket}/adap/raw_data_reorg`;
  const fast = [
    '--transfers=32',
    '--checkers=32',
    '--no-check-dest',
    '--no-traverse',
    '--s3-no-head',
    '--s3-no-check-bucket',
    '--exclude=/.adap/cache/**',
    '--exclude=/.adap/lock*',
  ];
  const laid = spawnSync('rclone', ['copy', `${project.root}/home`, to, ...fast], { env, encoding: 'utf8' });
  assert.equal(laid.status, 0, laid.stderr);
  const objects = (await home.store.list('')).length;
  assert.ok(objects >= 100_000, `${objects} objects`);
  const planned = async (what: string) => {
    const before = proxy.counts();
    const begun = performance.now();
    const plan = await home.adap('build -n');
    const now = proxy.counts();
    const asked = { list: now.list - before.list, head: now.head - before.head, get: now.get - before.get };
    console.log(`${what}: ${asked.list} LIST, ${asked.head} HEAD, ${asked.get} GET, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    assert.ok(asked.list <= objects / 1000 + 20, `${asked.list} LIST for ${objects} objects`);
    assert.equal(asked.head, 0);
    return { said: plan.out, error: plan.error, asked };
  };
  const first = await planned('no cache');
  assert.match(first.said, /^0 to build, 10000 fresh$/m, first.said.slice(0, 2000) + first.error);
  const second = await planned('with its cache');
  assert.equal(second.said, first.said);
  assert.equal(second.asked.get, 0);
  project.write({ 'config/mode': 'other' });
  const edited = await planned('one edited');
  assert.match(edited.said, /^1 to build, 9999 fresh$/m, edited.said.slice(0, 2000));
  home.forget();
  const again = await planned('one edited, cache deleted');
  assert.equal(again.said, edited.said);
});
