/** The cluster that an adapfile names, ready to be asked. */
import { clusterProblem } from '../executors/cluster/check.ts';
import { openKube } from '../executors/cluster/kube.ts';
import type { Kube } from '../executors/cluster/kube.ts';
import { noCluster } from '../executors/cluster/problems.ts';
import { redisUp } from '../executors/cluster/redis-up.ts';
import type { JobOf } from '../executors/cluster/worker-job.ts';
import { failed } from '../model/problem.ts';
import type { Failed, Problem } from '../model/problem.ts';
import type { InProject } from './command.ts';
import { namedRedis } from './named-redis.ts';

export type OpenedCluster = { readonly kube: Kube; readonly of: JobOf };

export async function openCluster(context: Pick<InProject, 'site'>): Promise<OpenedCluster | Failed> {
  const { cluster } = context.site.project;
  if (cluster === undefined) return failed(noCluster());
  const kube = await openKube(cluster);
  return 'problem' in kube ? kube : { kube, of: jobOf(context, kube.namespace) };
}

/** Workers may come, and Redis runs, unless another one is named; else why not. */
export async function makeReady({ kube, of }: OpenedCluster, tell: (line: string) => void): Promise<Problem | undefined> {
  const problem = await clusterProblem(kube, of);
  return problem ?? (of.redis === undefined ? redisUp(kube, of, tell) : undefined);
}

/** Of the workers of this home, without a cluster being asked. */
export function jobOf(context: Pick<InProject, 'site'>, namespace: string): JobOf {
  const { cluster = { image: '' } } = context.site.project;
  // Builder and workers must believe in the same lease.
  const lease = process.env['ADAP_WORKER_LEASE_SECONDS'];
  return {
    cluster,
    namespace,
    named: context.site.named,
    redis: namedRedis(context.site),
    ...(lease === undefined ? {} : { environment: { ADAP_WORKER_LEASE_SECONDS: lease } }),
  };
}
