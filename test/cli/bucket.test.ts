/** Commands on a home in a bucket, as a user meets them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { inBucket, rgw } from '../rig/bucket-home.ts';
import { startFaultProxy } from '../rig/fault-proxy.ts';
import { joined } from '../rig/joined.ts';
import { createProject } from '../rig/project.ts';
import { store } from '../rig/raw-store.ts';
import { recipes, good } from '../rig/recipes.ts';
import { SECRET, noRgw } from '../rig/rgw.ts';

const FILES = { 'adapfile.ts': joined, 'in/a.txt': 'hello\n', 'in/b.txt': 'world\n', 'config/mode': 'upper\n' };

test('an object that was edited or removed is stale, and says so; damage is found by verify', { skip: noRgw }, async () => {
  await using project = await createProject(FILES);
  const home = await inBucket(project);
  assert.equal((await home.adap('build')).code, 0);
  await home.store.write('adap/raw_data_reorg/out/a.txt', Buffer.from('edited'));
  await home.store.remove(['adap/raw_data_reorg/out/b.txt']);
  const plan = await home.adap('build -n');
  assert.match(plan.out, /^a .*out\/a\.txt was edited/m, plan.out);
  assert.match(plan.out, /^b .*out\/b\.txt is missing/m, plan.out);
  assert.match((await home.adap('verify')).out, /out\/a\.txt/);
  assert.match((await home.adap('build')).out, /^2 built, 1 fresh$/m);
  assert.equal(await home.text('out/a.txt'), 'HELLO\n');
});

test('two builders: the other is told who is at work; the lock of a lost machine runs out', { skip: noRgw }, async () => {
  await using project = await createProject({ 'adapfile.ts': recipes, 'config/none': '', 'in/a.sh': `sleep 8; ${good('a')}` });
  const home = await inBucket(project);
  const first = home.adap('build', { ADAP_LEASE_SECONDS: '3' });
  for (let looks = 0; looks < 100 && (await home.text('.adap/lock')) === undefined; looks += 1)
    await new Promise((done) => void setTimeout(done, 50));
  const second = await home.adap('build');
  assert.match(second.error, /^error\[home-locked\]: adap build {2}is at work on this home: pid \d+ on /);
  const built = await first;
  assert.equal(built.code, 0, built.out + built.error);
  const lock = JSON.parse((await home.text('.adap/lock')) ?? '{}') as Record<string, unknown>;
  assert.equal(lock['isReleased'], true);
  assert.ok(Number(lock['beat']) > 2, 'it was renewed');
  const elsewhere = { ...lock, isReleased: undefined, host: 'another-host', leaseSeconds: 3 };
  await home.store.write('adap/raw_data_reorg/.adap/lock', Buffer.from(JSON.stringify(elsewhere)));
  assert.match((await home.adap('build')).error, /^error\[home-leased\]: .* on another-host.*\n {2}try: .* runs out in [1-4] s/);
  await new Promise((done) => void setTimeout(done, 5000));
  assert.match((await home.adap('build')).out, /^0 built, 2 fresh$/m);
  assert.equal((JSON.parse((await home.text('.adap/lock')) ?? '{}') as { fence: number }).fence, Number(lock['fence']) + 1);
});

test('raw files go up by put, come down by get, each resumable; what is there already is not brought again', { skip: noRgw }, async () => {
  await using project = await createProject({ 'adapfile.ts': store('home'), 'config/none': '' });
  const home = await inBucket(project);
  mkdirSync(`${project.root}/in`);
  for (const night of ['one', 'two']) {
    mkdirSync(`${project.root}/disk/${night}`, { recursive: true });
    for (let file = 0; file < 3; file += 1)
      writeFileSync(`${project.root}/disk/${night}/${file}.raw`, `${night} ${file} `.repeat(3_000_000));
  }
  const put = await home.adap('put disk');
  assert.match(put.out, /^2 built, 0 fresh$/m, put.out + put.error);
  assert.deepEqual(
    (await home.paths()).filter((path) => !path.startsWith('.adap/')),
    ['raw/one/0.raw', 'raw/one/1.raw', 'raw/one/2.raw', 'raw/two/0.raw', 'raw/two/1.raw', 'raw/two/2.raw'],
  );
  assert.match((await home.adap('put disk')).out, /^0 built, 2 fresh$/m);
  // On another machine, which has the bucket and nothing else: what lies there is what the targets are made of.
  home.forget();
  assert.match((await home.adap('build -n')).out, /^0 to build, 2 fresh$/m);
  home.forget();
  rmSync(`${project.root}/disk`, { recursive: true });
  assert.match((await home.adap('build -n')).out, /^0 to build, 2 fresh$/m);

  await using proxy = await startFaultProxy({ upstream: (await rgw()).endpoint, seed: 1, share: 0 });
  const counted = { AWS_ENDPOINT_URL_S3: proxy.endpoint };
  const got = await home.adap(['get', 'raw one', 'raw two', 'here'], counted);
  assert.match(got.out, /^here: 6 files fetched \(\d+\.\d MB, .*\), 0 were there$/m, got.out + got.error);
  assert.equal(readFileSync(`${project.root}/here/raw/two/1.raw`, 'utf8'), 'two 1 '.repeat(3_000_000));
  rmSync(`${project.root}/here/raw/one/1.raw`);
  writeFileSync(`${project.root}/here/raw/one/2.raw`, 'cut off');
  const again = await home.adap(['get', 'raw one', 'raw two', 'here'], counted);
  assert.match(again.out, /^here: 2 files fetched .*, 4 were there$/m, again.out + again.error);
  assert.match((await home.adap('get nothing here')).error, /^error\[no-rule\]/);
  assert.match((await home.adap('get here')).error, /^error\[what-and-where\]/);
});

test('a get that is killed goes on where it was', { skip: noRgw }, async () => {
  await using project = await createProject({ 'adapfile.ts': store('home'), 'config/none': '' });
  const home = await inBucket(project);
  mkdirSync(`${project.root}/in/one`, { recursive: true });
  writeFileSync(`${project.root}/in/one/large.raw`, Buffer.alloc(60_000_000, 'some bytes '));
  assert.equal((await home.adap('put in')).code, 0);
  const script = `"$0" get 'raw one' here & sleep 0.1; until [ -s here/raw/one/*.part ]; do sleep 0.01; done; kill -9 $!; wait`;
  const adap = new URL('../../bin/adap', import.meta.url).pathname;
  spawnSync('bash', ['-c', script, adap], { cwd: project.root, env: { ...process.env, ...home.env }, timeout: 30_000 });
  const part = readdirSync(`${project.root}/here/raw/one`).find((name) => name.endsWith('.part'));
  if (part !== undefined) assert.ok(statSync(`${project.root}/here/raw/one/${part}`).size > 0);
  const got = await home.adap(['get', 'raw one', 'here']);
  assert.equal(got.code, 0, got.out + got.error);
  assert.equal(statSync(`${project.root}/here/raw/one/large.raw`).size, 60_000_000);
  assert.deepEqual(readdirSync(`${project.root}/here/raw/one`), ['large.raw']);
});

test('planted secrets are in nothing that was written, whatever goes wrong', { skip: noRgw }, async () => {
  const TOKEN = 'test-planted-token-8Kd';
  await using project = await createProject({
    'adapfile.ts': recipes,
    'config/none': '',
    'in/a.sh': `env; ${good('a')}`,
    'in/b.sh': 'env | sort; echo broken; exit 3',
    credentials: `[shared]\naws_access_key_id = test-access\naws_secret_access_key = ${SECRET}\n`,
  });
  const home = await inBucket(project);
  const said: string[] = [];
  const run = async (words: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { out, error } = await home.adap(words, env);
    said.push(out, error);
  };
  for (const words of [
    'build',
    'build --json',
    'status',
    'log b',
    'why out/b/result',
    'verify',
    'doctor',
    'build -n --json',
    'get a here',
    'clean',
  ])
    await run(words);
  assert.ok(said.join('').includes('broken'), 'the recipes have run');
  await run('build', { AWS_SECRET_ACCESS_KEY: `${SECRET}-wrong`, AWS_SESSION_TOKEN: TOKEN });
  await run('build', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' });
  await run('build', { AWS_ACCESS_KEY_ID: SECRET });
  // From the shared files of AWS.
  const shared = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_PROFILE: 'shared',
    AWS_SHARED_CREDENTIALS_FILE: `${project.root}/credentials`,
  };
  const byFile = await home.adap('build -n', shared);
  assert.match(byFile.out, /1 failed before|to build/, byFile.out + byFile.error);
  said.push(byFile.out, byFile.error);
  rmSync(`${project.root}/credentials`);
  const objects = await home.store.list('');
  const texts = await Promise.all(
    objects.map(async ({ key }) => Buffer.from((await home.store.read(key))?.bytes ?? []).toString('latin1')),
  );
  const files = readdirSync(project.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const local = files.map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'latin1'));
  assert.ok(existsSync(`${project.root}/machine`) && texts.length > 5 && local.length > 5);
  for (const secret of [SECRET, TOKEN])
    for (const [index, text] of [...said, ...texts, ...local].entries())
      assert.ok(!text.includes(secret), `${secret} in text ${index}: ${text.slice(0, 300)}`);
  console.log(`${said.length} outputs, ${texts.length} objects and ${local.length} files hold no secret`);
});
