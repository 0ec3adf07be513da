/** Redis on the cluster: a Deployment of one with a volume and a Service; its password is a Secret. Pure. */
import type { KubernetesObject, V1Deployment, V1PersistentVolumeClaim, V1Secret, V1Service } from '@kubernetes/client-node';
import type { Cluster } from '../../model/cluster.ts';
import { labelsOf, PASSWORD, REDIS, redisName } from './names.ts';

export const REDIS_PORT = 6379;
const VOLUME = '1Gi';

export type RedisOf = { readonly cluster: Cluster; readonly namespace: string; readonly named: string };

/** Kept once it is there: who made it anew would lock out those who have it. */
export const passwordSecret = ({ named, namespace }: RedisOf, password: string): V1Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: redisName(named), namespace, labels: labelsOf(named, REDIS) },
  stringData: { [PASSWORD]: password },
});

export function redisObjects({ cluster, named, namespace }: RedisOf): readonly KubernetesObject[] {
  const labels = { ...cluster.labels, ...labelsOf(named, REDIS) };
  const name = redisName(named);
  const metadata = { name, namespace, labels };
  const volume: V1PersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(cluster.storageClass === undefined ? {} : { storageClassName: cluster.storageClass }),
      resources: { requests: { storage: VOLUME } },
    },
  };
  const service: V1Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labelsOf(named, REDIS), ports: [{ port: REDIS_PORT, targetPort: REDIS_PORT, protocol: 'TCP' }] },
  };
  const deployment: V1Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      // Two would write to one volume.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labelsOf(named, REDIS) },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 999,
            runAsGroup: 999,
            fsGroup: 999,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: REDIS,
              image: cluster.redisImage ?? 'docker.io/library/redis:7',
              args: ['--requirepass', `$(${PASSWORD})`, '--appendonly', 'yes', '--maxmemory-policy', 'noeviction', '--dir', '/data'],
              env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name, key: PASSWORD } } }],
              ports: [{ containerPort: REDIS_PORT }],
              resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '300m', memory: '614Mi' } },
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
        },
      },
    },
  };
  return [volume, service, deployment];
}
