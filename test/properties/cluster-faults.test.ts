/** A build on a real Kubernetes API server, to whose pods everything happens that happens to pods. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Event } from '../../engine/model/event.ts';
import { clusterProject } from '../rig/cluster-project.ts';
import { noKube, startKube } from '../rig/kube.ts';
import { until } from '../rig/processes.ts';
import { good } from '../rig/recipes.ts';
import { noRgw } from '../rig/rgw.ts';
import { startBuilder } from '../rig/start-builder.ts';

/** Says on which pod it runs, and waits there at its first try. */
const held = (root: string, name: string): string =>
  `hostname > ${root}/at-${name}; echo x >> ${root}/times-${name}
if [ ! -e ${root}/second-${name} ]; then touch ${root}/second-${name}; while [ ! -e ${root}/go-${name} ]; do sleep 0.1; done; fi
${good(name)}`;

const soon = { waitSeconds: 0.2 };
const COMMON = {
  wants: { cpus: 1, memoryGiB: 1, scratchGiB: 1, hours: 1 },
  policy: { preempted: soon, 'node-lost': soon, 'out-of-memory': soon, 'evicted-for-disk': soon, 'lease-lost': soon },
};
const AWAY_MS = 60_000;

test(
  'out of memory, evicted, its node lost, deleted, the API server away: each is tried again by its cause, and all is published',
  { skip: noKube === false ? noRgw : noKube },
  async () => {
    const nodes = ['a', 'b', 'c', 'd'].map((name) => ({ name: `node-${name}`, cpu: '8', memory: '32Gi' }));
    await using kube = await startKube({ nodes });
    await using made = await clusterProject(kube, { 'config/common.json': JSON.stringify(COMMON) }, { namespace: 'faults' });
    const { project, home, env } = made;
    const { root } = project;
    const NAMES = ['a', 'b', 'c', 'd', 'e'];
    project.write(Object.fromEntries(NAMES.map((name) => [`in/${name}.sh`, held(root, name)])));
    // By a limit that is real: 1.4 GiB do not fit into 1.2, and do into twice as much.
    project.write({
      'in/hog.sh': `echo x >> ${root}/times-hog; python3 -c "import time; x = bytearray(1_500_000_000); time.sleep(3)"\n${good('hog')}`,
    });
    assert.match((await home.adap('cluster up', env)).out, /^ready: namespace faults, Redis runs there, image adap:test$/m);
    const of = (what: string, path: string): string => kube.kubectl('get', ...what.split(' '), '-n', 'faults', '-o', `jsonpath=${path}`);
    // A node is to be lost, and Redis is not to be lost with it.
    const redisNode = of('pods -l app.kubernetes.io/component=redis', '{.items[0].spec.nodeName}');
    made.says({ nodes: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: [redisNode] }] });
    const builder = startBuilder(root, { words: ['--executor', 'kubernetes'], env: { ...env, ADAP_WORKER_LEASE_SECONDS: '6' } });
    await until(() => NAMES.every((name) => existsSync(`${root}/at-${name}`)), 2);
    const pod = (name: string): string => readFileSync(`${root}/at-${name}`, 'utf8').trim();
    const fault = (kind: string, name: string, does: string): string =>
      kube.kubectl('annotate', kind, name, '-n', 'faults', `kube-one/fault=${does}`);
    const tries = (name: string): number => readFileSync(`${root}/times-${name}`, 'utf8').length / 2;

    const node = Object.fromEntries(NAMES.map((name) => [name, of(`pod ${pod(name)}`, '{.spec.nodeName}')]));
    const lost = NAMES[0] ?? '';
    // Its pod may not be lost beside the other.
    const away = NAMES.findLast((name) => node[name] !== node[lost]) ?? '';
    const [oom = '', evicted = '', deleted = ''] = NAMES.filter((name) => name !== lost && name !== away);
    fault('pod', pod(oom), 'oom');
    fault('pod', pod(evicted), 'evict');
    kube.kubectl('delete', 'pod', pod(deleted), '-n', 'faults', '--wait=false');
    const isBuilt = (name: string): boolean => builder.events().some((event) => event.kind === 'built' && event.target === `cook ${name}`);
    await until(() => [oom, evicted, deleted, 'hog'].every(isBuilt), 3);
    kube.kubectl('annotate', 'node', node[lost] ?? '', 'kube-one/fault=down');
    await until(() => isBuilt(lost), 3);
    kube.cut(true);
    // What ends meanwhile is published afterwards.
    project.write({ [`go-${away}`]: '' });
    await wait(AWAY_MS);
    assert.equal(isBuilt(away), false);
    kube.cut(false);
    await builder.gone;
    const events = builder.events();
    const causes = (name: string): readonly string[] =>
      events.flatMap((event) =>
        event.kind === 'again' && event.target === `cook ${name}` ? [`${event.failure.cause}: ${event.asks}`] : [],
      );
    const befell = Object.entries({ oom, hog: 'hog', evicted, deleted, lost, away }).map(([what, name]) => [what, causes(name)]);
    console.log(`cluster: ${JSON.stringify(befell)}; the API server away for ${AWAY_MS / 1000} s`);
    assert.deepEqual(Object.fromEntries(befell), {
      oom: ['out-of-memory: 1.5 GiB of memory'],
      hog: ['out-of-memory: 1.5 GiB of memory'],
      evicted: ['evicted-for-disk: 1.5 GiB of scratch space'],
      deleted: ['preempted: '],
      lost: ['node-lost: '],
      away: [],
    });
    const last = events.at(-1) as Event & { readonly built?: number };
    assert.deepEqual([last.kind, last.built], ['summary', 7], builder.said());
    const records = await home.records();
    assert.equal(records.length, 7);
    for (const name of [...NAMES, 'hog']) assert.equal(await home.text(`out/${name}/result`), `${name}\nend\n`);
    assert.deepEqual(
      NAMES.map(tries).toSorted((x, y) => x - y),
      [1, 2, 2, 2, 2],
    );
    // Of the class that holds half as much again.
    assert.match(of('jobs', '{.items[*].metadata.name}') + kube.kubectl('get', 'events', '-n', 'faults'), /adap-[0-9a-f]{8}-m2-/);
  },
);
