/** Builds on Kubernetes, as a user meets them: a real API server, whose pods are processes of this machine. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { clusterProject } from '../rig/cluster-project.ts';
import type { ClusterProject } from '../rig/cluster-project.ts';
import { noKube, startKube } from '../rig/kube.ts';
import type { Kube } from '../rig/kube.ts';
import { good } from '../rig/recipes.ts';
import { noRgw } from '../rig/rgw.ts';

const skip = noKube === false ? noRgw : noKube;
const FILES = {
  'config/common.json': JSON.stringify({ wants: { cpus: 1, memoryGiB: 1, scratchGiB: 1, hours: 1 } }),
  'in/a.sh': good('a'),
  'in/b.sh': good('b'),
};

let started: Promise<Kube> | undefined;
const cluster = (): Promise<Kube> => (started ??= startKube());
after(async () => (await started)?.[Symbol.asyncDispose]());

type Manifest = {
  readonly kind: string;
  readonly spec?: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly resources: Record<'requests' | 'limits', Record<string, string>> }[] };
    };
  };
};

test(
  'one build: Redis comes up, pods are made for what waits, and go when it has ended; status, logs, manifest, down',
  { skip },
  async () => {
    const kube = await cluster();
    await using made = await clusterProject(kube, FILES, { namespace: 'one' });
    const { home, env } = made;
    const built = await home.adap('build --executor kubernetes', env);
    assert.equal(built.code, 0, built.out + built.error);
    assert.match(built.out, /^3 built, 0 fresh$/m);
    assert.match((await home.adap('build -n')).out, /^0 to build, 3 fresh$/m);
    const shown = await home.adap('queue show', env);
    assert.match(shown.out, /^COMPLETE +cook a +adap-[0-9a-f]{8}-m1-\w+-\d-\w+$/m, shown.out + shown.error);
    assert.match((await home.adap('cluster status', env)).out, /^adap-redis-\S+ +Running +node-\d +512Mi/m);
    assert.match(
      (await home.adap('cluster logs --lines 3', env)).out,
      /^adap-redis-\S+:\n(?: {2}.*\n)*? {2}.*Ready to accept connections$/m,
    );
    const { out } = await home.adap('cluster manifest', env);
    const documents = parseAllDocuments(out).map((each) => each.toJS() as Manifest);
    assert.deepEqual(
      documents.map(({ kind }) => kind),
      ['Secret', 'PersistentVolumeClaim', 'Service', 'Deployment', 'Job'],
    );
    for (const { kind, spec } of documents.filter(({ kind: each }) => each === 'Deployment' || each === 'Job')) {
      const { requests, limits } = spec?.template.spec.containers[0]?.resources ?? { requests: {}, limits: {} };
      for (const [name, asked] of Object.entries(requests)) {
        const share = Number.parseFloat(limits[name] ?? '') / Number.parseFloat(asked);
        assert.ok(share >= 1 && share <= 1.2, `${kind} ${name}: ${share}`);
      }
    }
    // The API server knows every field of it.
    const file = `${made.project.root}/manifest.yaml`;
    writeFileSync(file, out);
    const taken = kube.kubectl('apply', '--dry-run=server', '--validate=strict', '-f', file);
    assert.match(taken, /^job\.batch\/adap-[0-9a-f]{8}-m1 created \(server dry run\)$/m);
    // Nothing of the secrets is in it.
    assert.doesNotMatch(out, /test-planted-secret|test-access/);
    assert.match(
      (await home.adap('cluster down', env)).out,
      /^removed: \d Jobs of workers, Redis with its volume; what is published stays$/m,
    );
    assert.match(
      (await home.adap('queue show', env)).error,
      /^error\[cluster-redis\]: no Redis of this home runs in namespace one\n {2}try: adap cluster up$/m,
    );
  },
);

/** What a build says of a cluster on which something is wrong. */
async function says({ home, env }: ClusterProject, more: Readonly<Record<string, string>> = {}) {
  const { out, error, code } = await home.adap('build --executor kubernetes', { ...env, ...more });
  return { said: out + error, code };
}

test('an image that cannot be had stops the build with its problem; what was made so far is kept', { skip }, async () => {
  await using made = await clusterProject(await cluster(), FILES, { namespace: 'image', cluster: { image: 'missing:1' } });
  const { said, code } = await says(made);
  assert.match(
    said,
    /^failed +cook [ab] +no-worker: \[cluster-image\] the image missing:1 cannot be had on the cluster .*; try: .*Containerfile/m,
  );
  assert.equal(code, 1);
  // It is nobody's own failure: the next build tries again.
  made.says({ image: 'adap:test' });
  const afterwards = await says(made);
  assert.match(afterwards.said, /^3 built, 0 fresh$/m);
});

test('a namespace that is missing, or in which one may do nothing; a secret that is missing', { skip }, async () => {
  const kube = await cluster();
  await using made = await clusterProject(kube, FILES, { namespace: 'forbidden', lacks: 'secret' });
  const lacking = await says(made);
  assert.match(
    lacking.said,
    /^error\[secret-missing\]: there is no secret s3 in namespace forbidden.*\n {2}try: kubectl create secret generic s3 -n forbidden /m,
  );
  assert.equal(lacking.code, 2);
  made.says({ namespace: 'nowhere' });
  assert.match(
    (await says(made)).said,
    /^error\[namespace-missing\]: there is no namespace nowhere on the cluster\n {2}try: kubectl create namespace nowhere/m,
  );
  made.says({ namespace: 'forbidden' });
  kube.kubectl('create', 'serviceaccount', 'nobody', '-n', 'forbidden');
  const token = kube.kubectl('create', 'token', 'nobody', '-n', 'forbidden').trim();
  const config = `${made.project.root}/nobody.kubeconfig`;
  const own = readFileSync(kube.kubeconfig, 'utf8');
  writeFileSync(
    config,
    own.replace(/(^|\n)users:[^]*$/, `$1users:\n- name: ${/user: (\S+)/.exec(own)?.[1] ?? ''}\n  user:\n    token: ${token}\n`),
  );
  const refused = await says(made, { KUBECONFIG: config });
  assert.match(
    refused.said,
    /^error\[cluster-forbidden\]: the API server does not let you work in namespace forbidden \(.*nobody.*\)\n {2}try: kubectl auth can-i --list -n forbidden/m,
  );
  assert.doesNotMatch(refused.said, new RegExp(token.slice(0, 20)));
});

test('a quota that is used up, an API server that is away, no kubeconfig, no cluster', { skip }, async () => {
  const kube = await cluster();
  await using made = await clusterProject(kube, FILES, { namespace: 'full' });
  kube.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace: 'full' },
    spec: { hard: { 'requests.memory': '600Mi' } },
  });
  assert.match(
    (await says(made)).said,
    /^error\[cluster-quota\]: the quota of namespace full is used up \(.*exceeded quota: small, requested: requests\.memory=1Gi.*\)\n {2}try: kubectl describe quota -n full/m,
  );
  kube.cut(true);
  const away = await says(made);
  assert.match(
    away.said,
    /^error\[cluster-unreachable\]: the API server of Kubernetes at https:\/\/127\.0\.0\.1:\d+ does not answer \(.*\)\n {2}try: kubectl cluster-info/m,
  );
  assert.equal(away.code, 2);
  kube.cut(false);
  assert.match((await says(made, { KUBECONFIG: `${made.project.root}/none` })).said, /^error\[no-kubeconfig\]: .*\n {2}try: /m);
  made.says({ context: 'nobody' });
  assert.match((await says(made)).said, /^error\[no-kubeconfig\]: .*no context nobody/m);
  made.says({});
  made.project.write({ 'adapfile.ts': readFileSync(`${made.project.root}/adapfile.ts`, 'utf8').replace(/cluster: \{.*\},/, '') });
  assert.match((await says(made)).said, /^error\[no-cluster\]: the adapfile names no cluster\n {2}try: cluster: /m);
  assert.match((await made.home.adap('cluster what', made.env)).error, /^error\[cluster-verb\]/m);
});

test('pods of another version end at once, and the build says what they said', { skip }, async () => {
  const kube = await cluster();
  await using made = await clusterProject(kube, FILES, {
    namespace: 'wrong',
    cluster: { environment: { ADAP_REDIS: 'redis://127.0.0.1:1' } },
  });
  const { said } = await says(made);
  assert.match(said, /^failed +cook [ab] +no-worker: \[cluster-workers\] workers end as soon as they come up: error\[redis-unreachable\]/m);
});
