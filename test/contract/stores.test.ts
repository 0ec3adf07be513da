import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { openDirectory } from '../../engine/stores/directory.ts';
import { openStoreThread } from '../../engine/stores/thread.ts';
import { openS3 } from '../../engine/stores/s3.ts';
import { startFaultProxy } from '../rig/fault-proxy.ts';
import { noRgw, startRgw } from '../rig/rgw.ts';
import type { Rgw } from '../rig/rgw.ts';
import { temporary } from '../rig/temporary.ts';
import { after, test } from 'node:test';
import { storeContract } from './store.ts';

let started: Promise<Rgw> | undefined;
let count = 0;
after(async () => (await started)?.[Symbol.asyncDispose]());

/** Each test has a bucket of its own. */
const rgw = async (): Promise<Rgw> => {
  started ??= startRgw();
  const one = await started;
  Object.assign(process.env, one.env);
  return one;
};

storeContract('directory', {
  skip: false,
  open: () => {
    const folder = temporary();
    return Promise.resolve({ store: openDirectory(`${folder.path}/store`), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() });
  },
});

storeContract('S3 (Ceph RGW)', {
  skip: noRgw,
  async open() {
    const { endpoint, makeBucket } = await rgw();
    const bucket = await makeBucket(`contract-${(count += 1)}`);
    const store = openS3({ bucket, endpoint });
    return { store, [Symbol.asyncDispose]: () => Promise.resolve(store.close()) };
  },
});

storeContract('S3 (Ceph RGW) in a thread of its own', {
  skip: noRgw,
  async open() {
    const { endpoint, makeBucket } = await rgw();
    const bucket = await makeBucket(`thread-${(count += 1)}`);
    const { store, close } = openStoreThread({ bucket, endpoint });
    return { store, [Symbol.asyncDispose]: () => Promise.resolve(close()) };
  },
});

storeContract('S3 (Ceph RGW) with every fifth request hurt', {
  skip: noRgw,
  async open() {
    const { endpoint, makeBucket } = await rgw();
    const bucket = await makeBucket(`hurt-${(count += 1)}`);
    const proxy = await startFaultProxy({ upstream: endpoint, seed: count, share: 0.2 });
    const store = openS3({ bucket, endpoint: proxy.endpoint });
    return {
      store,
      async [Symbol.asyncDispose]() {
        store.close();
        await proxy[Symbol.asyncDispose]();
      },
    };
  },
});

test('uploads in parts that were never completed are given up', { skip: noRgw }, async () => {
  const { endpoint, makeBucket } = await rgw();
  const bucket = await makeBucket('abandoned');
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'home/large' }));
  await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'elsewhere/large' }));
  const store = openS3({ bucket, endpoint });
  assert.equal(await store.abandonUploads('home/', 86_400_000), 0, 'it is of today');
  assert.equal(await store.abandonUploads('home/', 0), 1);
  assert.equal(await store.abandonUploads('home/', 0), 0);
  assert.equal(await store.abandonUploads('', 0), 1);
  store.close();
  client.destroy();
});
