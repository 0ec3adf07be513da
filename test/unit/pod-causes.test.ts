import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { whyGone, whyNotUp } from '../../engine/executors/cluster/pod-causes.ts';

const limits = { memory: '38Gi' };
const pod = (status: V1PodStatus, metadata: { readonly deletionTimestamp?: Date } = {}): V1Pod => ({
  metadata: { name: 'p', ...metadata },
  spec: { nodeName: 'n1', containers: [{ name: 'worker', image: 'adap:1', resources: { limits } }] },
  status,
});
const container = (state: NonNullable<V1PodStatus['containerStatuses']>[number]['state']): Pick<V1PodStatus, 'containerStatuses'> => ({
  containerStatuses: [
    { name: 'worker', image: 'adap:1', imageID: '', ready: false, restartCount: 0, ...(state === undefined ? {} : { state }) },
  ],
});
const ended = (exitCode: number, reason = 'Error'): Pick<V1PodStatus, 'containerStatuses'> =>
  container({ terminated: { exitCode, reason } });
const disrupted = (reason: string): Pick<V1PodStatus, 'conditions'> => ({
  conditions: [{ type: 'DisruptionTarget', status: 'True', reason }],
});
const LOST = { startedAt: new Date(0) };

/** Of the kubelet and the controllers, by what they write into the status of a pod. */
const GONE: readonly [what: string, pod: V1Pod, is: string | undefined][] = [
  ['runs', pod({ phase: 'Running', ...container({ running: LOST }) }), undefined],
  [
    'OOMKilled',
    pod({ phase: 'Failed', ...ended(137, 'OOMKilled') }),
    'out-of-memory: pod p was killed for want of memory (OOMKilled; its limit is 38Gi)',
  ],
  [
    'over its ephemeral storage',
    pod({ reason: 'Evicted', message: 'Pod ephemeral local storage usage exceeds the total limit of containers 60Gi.', ...ended(137) }),
    'evicted-for-disk: pod p was evicted: Pod ephemeral local storage usage exceeds the total limit of containers 60Gi.',
  ],
  [
    'a full node',
    pod({
      reason: 'Evicted',
      message: 'The node was low on resource: ephemeral-storage.',
      ...ended(137),
      ...disrupted('TerminationByKubelet'),
    }),
    'evicted-for-disk: pod p was evicted: The node was low on resource: ephemeral-storage.',
  ],
  [
    'more memory than it asked for, on a node that has none left',
    pod({ reason: 'Evicted', message: 'The node was low on resource: memory. Container worker was using 40Gi, request is 32Gi' }),
    'out-of-memory: pod p was evicted: The node was low on resource: memory. Container worker was using 40Gi, request is 32Gi',
  ],
  [
    'a node under pressure',
    pod({ reason: 'Evicted', message: 'The node had condition: [PIDPressure].' }),
    'preempted: pod p was evicted: The node had condition: [PIDPressure].',
  ],
  [
    'preemption',
    pod({ ...ended(143), ...disrupted('PreemptionByScheduler') }),
    'preempted: pod p had to make room for another of higher priority (PreemptionByScheduler)',
  ],
  [
    'a drain',
    pod({ ...disrupted('EvictionByEvictionAPI') }),
    'preempted: pod p was evicted, as its node is drained (EvictionByEvictionAPI)',
  ],
  [
    'a tainted node',
    pod({ ...container({ running: LOST }), ...disrupted('DeletionByTaintManager') }),
    'node-lost: pod p was lost with its node (DeletionByTaintManager)',
  ],
  ['a removed node', pod({ ...disrupted('DeletionByPodGC') }), 'node-lost: pod p was lost with its node (DeletionByPodGC)'],
  ['no disruption', pod({ ...container({ running: LOST }), conditions: [{ type: 'DisruptionTarget', status: 'False' }] }), undefined],
  [
    'a node that does not answer',
    pod({ phase: 'Running', ...container({ running: LOST }), conditions: [{ type: 'Ready', status: 'False' }] }),
    'node-lost: pod p runs on n1, which is not heard of any more',
  ],
  ['a power cut', pod({ ...ended(137, 'ContainerStatusUnknown') }), 'node-lost: pod p was lost with its node n1'],
  [
    'deleted',
    pod({ phase: 'Running', ...container({ running: LOST }) }, { deletionTimestamp: new Date(0) }),
    'preempted: pod p was deleted',
  ],
  ['killed', pod({ phase: 'Failed', ...ended(137) }), 'preempted: pod p was killed by signal 9'],
  ['told to end', pod({ phase: 'Succeeded', ...ended(0, 'Completed') }), 'preempted: pod p was told to end'],
  ['a crash', pod({ phase: 'Failed', ...ended(1) }), 'bug: pod p ended with 1: kubectl logs p'],
];

for (const [what, of, is] of GONE)
  test(`why a worker is gone: ${what}`, () => {
    const failure = whyGone(of);
    assert.equal(failure === undefined ? undefined : `${failure.cause}: ${failure.says}`, is);
  });

const waiting = (reason: string): V1Pod => pod({ phase: 'Pending', ...container({ waiting: { reason, message: 'words' } }) });
const NOT_UP: readonly [what: string, pod: V1Pod, is: string | undefined][] = [
  ['comes up', waiting('ContainerCreating'), undefined],
  ...['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'].map(
    (reason) => [reason, waiting(reason), 'cluster-image'] as [string, V1Pod, string],
  ),
  ['a secret is missing', waiting('CreateContainerConfigError'), 'cluster-pod'],
  [
    'no room',
    pod({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/2 nodes are available: 2 Insufficient memory.' }],
    }),
    'no node takes pod p: 0/2 nodes are available: 2 Insufficient memory.',
  ],
  ['scheduled', pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] }), undefined],
];

for (const [what, of, is] of NOT_UP)
  test(`why a worker does not come up: ${what}`, () => {
    const obstacle = whyNotUp(of);
    assert.equal(obstacle?.is === 'stops' ? obstacle.problem.code : obstacle?.says, is);
  });
