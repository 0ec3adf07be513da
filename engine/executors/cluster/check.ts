/** Whether the cluster lets adap work: asked before anything is ordered, by requests that change nothing. */
import type { V1Pod } from '@kubernetes/client-node';
import type { Problem } from '../../model/problem.ts';
import { problemIn } from './kube.ts';
import type { Kube } from './kube.ts';
import { selectorOf } from './names.ts';
import { secretMissing } from './problems.ts';
import { workerJob } from './worker-job.ts';
import type { JobOf } from './worker-job.ts';

const SMALLEST = { memoryGiB: 1, scratchGiB: 0, cpus: 1 };

/** Undefined where all is well. */
export async function clusterProblem(kube: Kube, of: JobOf): Promise<Problem | undefined> {
  const { cluster, namespace, named } = of;
  const job = workerJob(of, SMALLEST, { name: 'adap-asks', count: 1 });
  try {
    await kube.pods(selectorOf(named));
    await kube.create(job, 'dry');
  } catch (error) {
    return problemIn(error, kube);
  }
  for (const name of [...(cluster.secrets ?? []), ...Object.keys(cluster.secretFiles ?? {})]) {
    // Who may not read secrets hears of it from the pods.
    const found = await kube.secret(name).catch(() => ({}));
    if (found === undefined) return secretMissing(name, namespace);
  }
  const { spec, metadata: { labels = {} } = {} } = job.spec?.template ?? {};
  const pod: V1Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'adap-asks', namespace, labels },
    ...(spec === undefined ? {} : { spec }),
  };
  try {
    await kube.create(pod, 'dry');
  } catch (error) {
    const problem = problemIn(error, kube);
    // Only the Jobs' controller needs to make pods.
    return problem.code === 'cluster-forbidden' ? undefined : problem;
  }
  return undefined;
}
