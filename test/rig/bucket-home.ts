/** A home in a bucket of a real RADOS Gateway, for the tests of one file. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after } from 'node:test';
import type { TargetRecord } from '../../engine/model/record.ts';
import { parseRecord } from '../../engine/records/record-files.ts';
import { openS3 } from '../../engine/stores/s3.ts';
import type { Store } from '../../engine/stores/store.ts';
import type { Run, TestProject } from './project.ts';
import { startRgw } from './rgw.ts';
import type { Rgw } from './rgw.ts';

let started: Promise<Rgw> | undefined;
let count = 0;
after(async () => (await started)?.[Symbol.asyncDispose]());

/** One gateway for all tests of this file. */
export async function rgw(): Promise<Rgw> {
  started ??= startRgw();
  const one = await started;
  Object.assign(process.env, one.env);
  return one;
}

export type BucketProject = {
  readonly bucket: string;
  /** As the adapfile has it. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  adap(words: string | readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  readonly store: Store;
  /** Below the home: the text of an object. */
  text(path: string): Promise<string | undefined>;
  /** Paths below the home. */
  paths(): Promise<readonly string[]>;
  records(): Promise<readonly TargetRecord[]>;
  /** What this machine remembers of the bucket is gone. */
  forget(): void;
};

const PREFIX = 'adap/raw_data_reorg/';

/** The same project, with its home moved to a bucket of its own. `endpoint`: of a proxy before the gateway. */
export async function inBucket(project: TestProject, endpoint?: string): Promise<BucketProject> {
  const gateway = await rgw();
  const bucket = await gateway.makeBucket(`home-${(count += 1)}`);
  const home = `s3://${bucket}/${PREFIX.slice(0, -1)}`;
  const adapfile = `${project.root}/adapfile.ts`;
  const moved = readFileSync(adapfile, 'utf8').replace(/(\bhome"?: ?)(['"])home\2/, `$1$2${home}$2`);
  writeFileSync(adapfile, moved);
  const env = {
    ...gateway.env,
    ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL_S3: endpoint }),
    XDG_CACHE_HOME: `${project.root}/machine`,
  };
  const store = openS3({ bucket, endpoint: gateway.endpoint });
  const list = async (): Promise<readonly string[]> => (await store.list(PREFIX)).map(({ key }) => key.slice(PREFIX.length));
  const text = async (path: string): Promise<string | undefined> => {
    const read = await store.read(`${PREFIX}${path}`);
    return read === undefined ? undefined : Buffer.from(read.bytes).toString();
  };
  return {
    bucket,
    home,
    env,
    store,
    text,
    paths: list,
    adap: (words, more = {}) => project.adap(words, { ...env, ...more }),
    async records() {
      const paths = (await list()).filter((path) => path.startsWith('.adap/records/'));
      const read = await Promise.all(paths.map(async (path) => parseRecord((await text(path)) ?? '')));
      return read.flatMap((record) => record ?? []).toSorted((a, b) => (a.target < b.target ? -1 : 1));
    },
    forget: () => rmSync(`${project.root}/machine`, { recursive: true, force: true }),
  };
}
