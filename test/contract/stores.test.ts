import { openDirectory } from '../../engine/stores/directory.ts';
import { openStoreThread } from '../../engine/stores/thread.ts';
import { openS3 } from '../../engine/stores/s3.ts';
import { startFaultProxy } from '../rig/fault-proxy.ts';
import { noRgw, startRgw } from '../rig/rgw.ts';
import type { Rgw } from '../rig/rgw.ts';
import { temporary } from '../rig/temporary.ts';
import { after } from 'node:test';
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
