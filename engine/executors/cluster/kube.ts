/** The Kubernetes API as far as adap needs it, in one namespace. The package is loaded when it is used. */
import type { CoreV1Event, KubeConfig, KubernetesObject, V1Job, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../../model/cluster.ts';
import { failed } from '../../model/problem.ts';
import type { Failed, Problem } from '../../model/problem.ts';
import { clusterForbidden, clusterRefuses, clusterUnreachable, namespaceMissing, noKubeconfig, quotaUsedUp } from './problems.ts';

/** Each call throws what `problemIn` explains. */
export type Kube = {
  readonly namespace: string;
  readonly server: string;
  jobs(selector: string): Promise<readonly V1Job[]>;
  pods(selector: string): Promise<readonly V1Pod[]>;
  /** Undefined where there is none. */
  pod(name: string): Promise<V1Pod | undefined>;
  /** What the cluster tells of an object, the latest last. */
  events(kind: string, name: string): Promise<readonly CoreV1Event[]>;
  /** The last lines that it printed. */
  log(pod: string, lines: number): Promise<string>;
  /** By key, of a secret; undefined where there is none. */
  secret(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  create(object: KubernetesObject, how?: 'dry'): Promise<void>;
  /** Makes it, or changes what is there to it. */
  apply(object: KubernetesObject): Promise<void>;
  /** With all that belongs to it; nothing where it is gone. */
  remove(object: KubernetesObject): Promise<void>;
  removeJob(name: string): Promise<void>;
  readonly config: KubeConfig;
};

/** Requests that get no answer within this are given up: the next look asks again. */
const PATIENCE_MS = 15_000;

export async function openKube({ context, namespace }: Pick<Cluster, 'context' | 'namespace'>): Promise<Kube | Failed> {
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  try {
    config.loadFromDefault();
    if (context !== undefined && config.getContextObject(context) === null) return failed(noKubeconfig(`it has no context ${context}`));
    if (context !== undefined) config.setCurrentContext(context);
  } catch (error) {
    return failed(noKubeconfig(error instanceof Error ? error.message : String(error)));
  }
  const cluster = config.getCurrentCluster();
  // What the package makes up where it finds nothing.
  if (cluster === null || cluster.server === 'http://localhost:8080') return failed(noKubeconfig('none was found'));
  const space = namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
  const core = config.makeApiClient(client.CoreV1Api);
  const batch = config.makeApiClient(client.BatchV1Api);
  const objects = client.KubernetesObjectApi.makeApiClient(config);
  const remove = async (object: KubernetesObject): Promise<void> => {
    await unlessMissing(inTime(objects.delete(object, undefined, undefined, undefined, undefined, 'Background')));
  };
  return {
    namespace: space,
    server: cluster.server,
    config,
    jobs: async (labelSelector) => (await inTime(batch.listNamespacedJob({ namespace: space, labelSelector }))).items,
    pods: async (labelSelector) => (await inTime(core.listNamespacedPod({ namespace: space, labelSelector }))).items,
    pod: (name) => unlessMissing(inTime(core.readNamespacedPod({ namespace: space, name }))),
    async events(kind, name) {
      const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`;
      const { items } = await inTime(core.listNamespacedEvent({ namespace: space, fieldSelector }));
      return items.toSorted((a, b) => Number(a.lastTimestamp ?? 0) - Number(b.lastTimestamp ?? 0));
    },
    log: (name, tailLines) => inTime(core.readNamespacedPodLog({ namespace: space, name, tailLines })),
    async secret(name) {
      const found = await unlessMissing(inTime(core.readNamespacedSecret({ namespace: space, name })));
      if (found === undefined) return undefined;
      return Object.fromEntries(Object.entries(found.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
    },
    create: async (object, how) => void (await inTime(objects.create(object, undefined, how === 'dry' ? 'All' : undefined))),
    apply: async (object) =>
      void (await inTime(objects.patch(object, undefined, undefined, 'adap', true, client.PatchStrategy.ServerSideApply))),
    remove,
    removeJob: (name) => remove({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: space } }),
  };
}

const codeIn = (error: unknown): number => Number((error as { readonly code?: unknown } | undefined)?.code ?? 0);

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (codeIn(error) === 404) return undefined;
    throw error;
  }
}

async function inTime<T>(asked: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the API server, or the way to it, said. */
function wordsIn(error: unknown): string {
  const { body, message } = error as { readonly body?: unknown; readonly message?: unknown };
  const status = typeof body === 'string' ? parsed(body) : body;
  const told = typeof status === 'object' && status !== null && 'message' in status ? status.message : undefined;
  const cause = (error as { readonly cause?: { readonly message?: unknown } }).cause?.message;
  return String(told ?? cause ?? message ?? error).split('\n')[0] ?? '';
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** What it means for the user. */
export function problemIn(error: unknown, { namespace, server }: Pick<Kube, 'namespace' | 'server'>): Problem {
  const [code, words] = [codeIn(error), wordsIn(error)];
  if (/exceeded quota/i.test(words)) return quotaUsedUp(namespace, words);
  if (code === 404 && /namespaces?.*not found/i.test(words)) return namespaceMissing(namespace);
  if (code === 401 || code === 403) return clusterForbidden(namespace, words);
  return code >= 400 && code < 500 ? clusterRefuses(namespace, words) : clusterUnreachable(server, words);
}
