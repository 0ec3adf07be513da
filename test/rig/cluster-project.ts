/** Recipes whose home is in a bucket, and whose attempts run on a cluster. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Cluster } from '../../engine/model/cluster.ts';
import { inBucket, rgw } from './bucket-home.ts';
import type { BucketProject } from './bucket-home.ts';
import type { Kube } from './kube.ts';
import { createProject } from './project.ts';
import type { TestProject } from './project.ts';
import { recipes } from './recipes.ts';

export type ClusterProject = AsyncDisposable & {
  readonly project: TestProject;
  readonly home: BucketProject;
  readonly env: Readonly<Record<string, string>>;
  /** What the adapfile says of its cluster, from now on. */
  says(cluster: Partial<Cluster>): void;
};

export const CLUSTER: Cluster = { image: 'adap:test', redisImage: 'redis:7', secrets: ['s3'], maxPods: 8, idleSeconds: 20 };

/** Each in a namespace of its own, with the secret that its workers need. */
export async function clusterProject(
  kube: Kube,
  files: Readonly<Record<string, string>>,
  { cluster = {}, namespace, lacks }: { readonly cluster?: Partial<Cluster>; readonly namespace: string; readonly lacks?: 'secret' },
): Promise<ClusterProject> {
  const said = (more: Partial<Cluster>): string => `cluster: ${JSON.stringify({ ...CLUSTER, namespace, ...cluster, ...more })},`;
  const adapfile = recipes.replace("config: 'config',", `config: 'config', ${said({})}`);
  const project = await createProject({ 'adapfile.ts': adapfile, 'config/none': '', ...files });
  const home = await inBucket(project);
  if (!kube.kubectl('get', 'namespaces', '-o', 'name').includes(`namespace/${namespace}\n`)) kube.kubectl('create', 'namespace', namespace);
  if (lacks === undefined)
    kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's3', namespace }, stringData: (await rgw()).env });
  return {
    project,
    home,
    env: { ...home.env, ...kube.env },
    says(more) {
      const file = `${project.root}/adapfile.ts`;
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace(/cluster: \{.*\},/, () => said(more)),
      );
    },
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}
