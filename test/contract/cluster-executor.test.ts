/** The same by pods of a real API server; they are plain processes of this machine, so that the contract can look at them. */
import assert from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import { after } from 'node:test';
import type { V1Job } from '@kubernetes/client-node';
import { versionOf } from '../../engine/cli/queue-address.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { createCrew } from '../../engine/executors/cluster/crew.ts';
import { openKube } from '../../engine/executors/cluster/kube.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import { createQueueExecutor } from '../../engine/executors/queue.ts';
import { digest } from '../../engine/lib/digest.ts';
import { noKube, startKube } from '../rig/kube.ts';
import { noRedis, startRedis } from '../rig/redis.ts';
import { executorContract } from './executor.ts';
import { openLocal } from './open-local.ts';
import type { Place } from './ordered-attempt.ts';

const ADDRESS = 'ADAP_CONTRACT_KUBE_REDIS';
const lacking = noKube === false ? noRedis : noKube;

if (lacking === false && process.env[ADDRESS] === undefined) {
  const [kube, redis] = await Promise.all([startKube({ isolation: 'none' }), startRedis()]);
  process.env[ADDRESS] = redis.address;
  process.env['KUBECONFIG'] = kube.kubeconfig;
  after(async () => {
    await kube[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });
}

/** Whoever looks for processes of the project does not find its workers, which know its home by another name. */
function aliasOf({ root }: Place): string {
  const alias = `/tmp/adap-home-${digest(root).slice(0, 12)}`;
  if (!existsSync(alias)) symlinkSync(`${root}/home`, alias);
  return alias;
}

/** Where pods are plain processes, they have no volumes. */
function withoutVolumes(job: V1Job): V1Job {
  const pod = job.spec?.template.spec;
  assert.ok(pod !== undefined && pod.containers[0] !== undefined);
  pod.volumes = [];
  pod.containers[0].volumeMounts = [];
  return job;
}

if (lacking === false) {
  const kube = await openKube({});
  assert.ok(!('problem' in kube));
  const redis = process.env[ADDRESS] ?? '';
  const open = (place: Place): Executor => {
    const named = aliasOf(place);
    const cluster = { image: 'adap:test', maxPods: 2, idleSeconds: 2 };
    const crew = createCrew({
      kube,
      cluster,
      namespace: 'default',
      named,
      redis,
      tell: () => undefined,
      adjust: withoutVolumes,
    });
    return createQueueExecutor({
      address: redis,
      named,
      disk: nodeDisk,
      bucket: undefined,
      version: versionOf(),
      crew,
      local: openLocal(place),
      now: Date.now,
    });
  };
  executorContract('executor by pods', open);
} else console.log(`skipped: ${lacking}`);
