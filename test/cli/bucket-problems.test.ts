/** What keeps a bucket from being used: each a problem with its code and way out, and nothing changed. */
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { test } from 'node:test';
import { inBucket, rgw } from '../rig/bucket-home.ts';
import type { BucketProject } from '../rig/bucket-home.ts';
import { CERTIFICATE, KEY } from '../rig/certificate.ts';
import { joined } from '../rig/joined.ts';
import { createProject } from '../rig/project.ts';
import { noRgw } from '../rig/rgw.ts';

const FILES = { 'adapfile.ts': joined, 'in/a.txt': 'hello\n', 'in/b.txt': 'world\n', 'config/mode': 'upper\n' };

/** With one build that went well, and a target that is stale. */
async function onceBuilt(run: (home: BucketProject) => Promise<void>): Promise<void> {
  await using project = await createProject(FILES);
  const home = await inBucket(project);
  const built = await home.adap('build');
  assert.equal(built.code, 0, built.out + built.error);
  project.write({ 'in/a.txt': 'goodbye\n' });
  await run(home);
}

type Row = readonly [
  title: string,
  code: string,
  way: RegExp,
  env: (home: BucketProject) => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>,
];

const clockAhead = (hours: number): string =>
  `const Real = Date; globalThis.Date = class extends Real { constructor(...a) { if (a.length) super(...a); else super(Real.now() + ${hours * 3_600_000}); } static now() { return Real.now() + ${hours * 3_600_000}; } };`;

const rows: readonly Row[] = [
  ['endpoint down', 'bucket-unreachable', /AWS_ENDPOINT_URL_S3/, () => ({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' })],
  ['a host that is none', 'bucket-unreachable', /AWS_ENDPOINT_URL_S3/, () => ({ AWS_ENDPOINT_URL_S3: 'http://nowhere.invalid' })],
  ['wrong key', 'bucket-credentials', /AWS_PROFILE/, () => ({ AWS_SECRET_ACCESS_KEY: 'another' })],
  ['unknown key', 'bucket-credentials', /AWS_PROFILE/, () => ({ AWS_ACCESS_KEY_ID: 'another' })],
  [
    'no credentials',
    'bucket-credentials',
    /AWS_PROFILE/,
    () => ({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: '/none', AWS_EC2_METADATA_DISABLED: 'true' }),
  ],
  [
    'clock an hour ahead',
    'clock-off',
    /date -u/,
    () => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clockAhead(1))}` }),
  ],
  [
    'clock an hour behind',
    'clock-off',
    /date -u/,
    () => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clockAhead(-1))}` }),
  ],
];

for (const [title, code, way, env] of rows)
  test(`${title}: ${code}`, { skip: noRgw }, () =>
    onceBuilt(async (home) => {
      const before = await home.store.list('');
      for (const words of ['build', 'build -n', 'status', 'verify']) {
        const said = await home.adap(words, await env(home));
        assert.equal(said.code, 2, `${words}: ${said.out}${said.error}`);
        assert.match(said.error, new RegExp(`^error\\[${code}\\]: .*\\n  try: .*${way.source}`), words);
        assert.doesNotMatch(said.error, /\n\s+at /, 'no stack');
      }
      assert.deepEqual(await home.store.list(''), before);
    }),
  );

test('bucket missing', { skip: noRgw }, async () => {
  await using project = await createProject({ ...FILES, 'adapfile.ts': joined.replace("'home'", "'s3://no-such-bucket/x'") });
  const { env } = await rgw();
  for (const words of ['build', 'build -n']) {
    const said = await project.adap(words, { ...env, XDG_CACHE_HOME: `${project.root}/machine` });
    assert.equal(said.code, 2);
    assert.match(said.error, /^error\[bucket-missing\]: .*\n {2}try: .*s3 mb/);
  }
  project.write({ 'adapfile.ts': joined.replace("'home'", "'s3://No_Bucket'") });
  assert.match((await project.adap('build', env)).error, /^error\[home-no-bucket\]/);
});

test('bucket read-only: what only reads goes on', { skip: noRgw }, () =>
  onceBuilt(async (home) => {
    const { admin, endpoint } = await rgw();
    admin('user', 'create', '--uid=reader', '--display-name=reader', '--access-key=reader', '--secret-key=reads-only');
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
    const resources = [`arn:aws:s3:::${home.bucket}`, `arn:aws:s3:::${home.bucket}/*`];
    const allow = {
      Effect: 'Allow',
      Principal: { AWS: ['arn:aws:iam:::user/reader'] },
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: resources,
    };
    await client.send(
      new PutBucketPolicyCommand({ Bucket: home.bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [allow] }) }),
    );
    const reader = { AWS_ACCESS_KEY_ID: 'reader', AWS_SECRET_ACCESS_KEY: 'reads-only' };
    const before = await home.store.list('');
    assert.match((await home.adap('build', reader)).error, /^error\[bucket-read-only\]: .*\n {2}try: /);
    assert.match((await home.adap('build -n', reader)).out, /^1 to build/m);
    assert.match((await home.adap('verify', reader)).out, /all as recorded/);
    assert.deepEqual(await home.store.list(''), before);
  }),
);

test('quota full: the former results stay, and a build goes on when there is room', { skip: noRgw }, () =>
  onceBuilt(async (home) => {
    const { admin } = await rgw();
    const before = await home.text('out/a.txt');
    admin('quota', 'set', '--quota-scope=bucket', '--uid=test', '--max-objects=1');
    admin('quota', 'enable', '--quota-scope=bucket', '--uid=test');
    try {
      const said = await home.adap('build');
      assert.match(said.out + said.error, /quota/, said.out + said.error);
      assert.notEqual(said.code, 0);
      assert.match(said.error, /^error\[bucket-full\]: .*\n {2}try: adap clean/m);
      assert.equal(await home.text('out/a.txt'), before);
    } finally {
      admin('quota', 'disable', '--quota-scope=bucket', '--uid=test');
    }
    assert.match((await home.adap('build')).out, /^2 built, 1 fresh$/m);
  }),
);

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('certificate of nobody', async () => {
  await using project = await createProject({ ...FILES, 'adapfile.ts': joined.replace("'home'", "'s3://some-bucket/x'") });
  const server = createSecureServer({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end());
  const port = await listening(server);
  const env = {
    AWS_ENDPOINT_URL_S3: `https://localhost:${port}`,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    XDG_CACHE_HOME: `${project.root}/machine`,
  };
  const said = await project.adap('build', env);
  server.close();
  assert.match(said.error, /^error\[bucket-certificate\]: .*\n {2}try: .*NODE_EXTRA_CA_CERTS/);
  assert.equal(said.code, 2);
});

test('a store that ignores conditions is not built on', async () => {
  await using project = await createProject({ ...FILES, 'adapfile.ts': joined.replace("'home'", "'s3://some-bucket/x'") });
  // A stand-in, of the kind that there is: it knows objects, and no conditions.
  const objects = new Map<string, Buffer>();
  const { createHash } = await import('node:crypto');
  const server = createServer((request, response) => {
    const key = (request.url ?? '').split('?')[0] ?? '';
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => void pieces.push(piece));
    request.on('end', () => {
      if (request.method === 'PUT') objects.set(key, Buffer.concat(pieces));
      const found = objects.get(key);
      if (request.method === 'GET' && (request.url ?? '').includes('list-type'))
        return response.end('<ListBucketResult></ListBucketResult>');
      response.statusCode = found === undefined ? 404 : 200;
      if (found !== undefined)
        response.setHeader('ETag', `"${createHash('md5').update(found).digest('hex')}"`).setHeader('Content-Length', found.length);
      if (found !== undefined) response.setHeader('Last-Modified', new Date().toUTCString());
      if (request.method === 'PUT') response.setHeader('Content-Length', 0);
      return response.end(request.method === 'GET' ? found : undefined);
    });
  });
  const port = await listening(server);
  const env = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    XDG_CACHE_HOME: `${project.root}/machine`,
  };
  const said = await project.adap('build', env);
  server.close();
  assert.match(said.error, /^error\[bucket-unconditional\]: .*\n {2}try: /, said.out + said.error);
});
