/** The Job whose pods are workers of one size. Pure: `adap cluster manifest` prints what is created. */
import type { V1Container, V1EnvVar, V1Job, V1PodSpec, V1Volume } from '@kubernetes/client-node';
import type { Cluster } from '../../model/cluster.ts';
import { HEADROOM } from '../../model/wants.ts';
import { labelsOf, PASSWORD, redisName, SEAT_ANNOTATION, WORKERS } from './names.ts';
import type { Seat } from './seats.ts';

export type JobOf = {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** The home, as all machines know it. */
  readonly named: string;
  /** Where the workers find Redis; undefined: that of the cluster. */
  readonly redis: string | undefined;
  /** What is like it on the worker's side: seconds of its lease, for tests. */
  readonly environment?: Readonly<Record<string, string>>;
};

const DEFAULT_IDLE_SECONDS = 60;

/** So many workers at once. */
export const mostPods = ({ maxPods = 10 }: Cluster): number => maxPods;

/** For what is brought, beside the scratch space of an attempt. */
const CACHE_GIB = 10;

/** It hands its lease back within 30 s. */
const GRACE_SECONDS = 40;

export const WORKER = 'worker';
const SCRATCH = '/scratch';

/** One that is wrong on any node ends with it (`EXIT.wrong`): another pod would be no better. */
const WRONG = 2;

export function workerJob(of: JobOf, seat: Seat, { name, count }: { readonly name: string; readonly count: number }): V1Job {
  const { cluster, named, namespace } = of;
  const labels = { ...cluster.labels, ...labelsOf(named, WORKERS) };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels, annotations: { [SEAT_ANNOTATION]: JSON.stringify(seat) } },
    spec: {
      parallelism: count,
      completions: count,
      // Each place has a fate of its own: one that ended badly is not begun again, whoever is beside it goes on.
      completionMode: 'Indexed',
      backoffLimitPerIndex: 0,
      ttlSecondsAfterFinished: 3600,
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onExitCodes: { containerName: WORKER, operator: 'In', values: [WRONG] } },
          // Drained, preempted, evicted, on a node that is lost: the place is taken anew.
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: { metadata: { labels }, spec: podOf(of, seat) },
    },
  };
}

/** What one worker asks for; limits lie 20 % above requests. GiB. */
export const asksFor = ({ memoryGiB, scratchGiB, cpus }: Seat): { readonly requests: Resources; readonly limits: Resources } => {
  const disk = scratchGiB + CACHE_GIB;
  const resources = (factor: number): Resources => ({
    cpu: `${Math.floor(cpus * factor * 1000)}m`,
    memory: `${Math.floor(memoryGiB * factor * 1024)}Mi`,
    'ephemeral-storage': `${Math.floor(disk * factor * 1024)}Mi`,
  });
  return { requests: resources(1), limits: resources(HEADROOM) };
};
type Resources = Record<'cpu' | 'memory' | 'ephemeral-storage', string>;

function podOf(of: JobOf, seat: Seat): V1PodSpec {
  const { cluster } = of;
  const files = Object.entries(cluster.secretFiles ?? {});
  const { requests, limits } = asksFor(seat);
  const volumes: V1Volume[] = [
    { name: 'scratch', emptyDir: { sizeLimit: limits['ephemeral-storage'] } },
    ...files.map(([secret], at) => ({ name: `secret-${at}`, secret: { secretName: secret } })),
  ];
  const container: V1Container = {
    name: WORKER,
    image: cluster.image,
    args: ['worker', ...wordsOf(of, seat)],
    envFrom: (cluster.secrets ?? []).map((name) => ({ secretRef: { name } })),
    env: environmentOf(of),
    resources: { requests, limits },
    volumeMounts: [
      { name: 'scratch', mountPath: SCRATCH },
      ...files.map(([, mountPath], at) => ({ name: `secret-${at}`, mountPath, readOnly: true })),
    ],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: GRACE_SECONDS,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    ...affinityOf(cluster),
    containers: [container],
    volumes,
  };
}

const wordsOf = ({ cluster, named }: JobOf, { memoryGiB, scratchGiB }: Seat): string[] => [
  '--home',
  named,
  '--memory',
  String(memoryGiB),
  '--scratch',
  String(scratchGiB),
  '--idle',
  String(cluster.idleSeconds ?? DEFAULT_IDLE_SECONDS),
];

function environmentOf({ cluster, named, redis, environment }: JobOf): V1EnvVar[] {
  const plain = {
    ...cluster.environment,
    ...environment,
    ADAP_CACHE: `${SCRATCH}/adap`,
    TMPDIR: SCRATCH,
    ADAP_CACHE_GIB: String(CACHE_GIB),
  };
  const password = { name: PASSWORD, valueFrom: { secretKeyRef: { name: redisName(named), key: PASSWORD } } };
  return [
    { name: 'ADAP_WORKER_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...(redis === undefined
      ? [password, { name: 'ADAP_REDIS', value: `redis://:$(${PASSWORD})@${redisName(named)}:6379` }]
      : [{ name: 'ADAP_REDIS', value: redis }]),
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
  ];
}

function affinityOf({ nodes = [] }: Cluster): Pick<V1PodSpec, 'affinity'> {
  if (nodes.length === 0) return {};
  const matchExpressions = nodes.map(({ key, operator, values }) => ({
    key,
    operator,
    ...(values === undefined ? {} : { values: [...values] }),
  }));
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } } };
}
