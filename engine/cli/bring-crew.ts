/** Workers on the cluster of a home, for as long as a build wants them. */
import { createCrew } from '../executors/cluster/crew.ts';
import type { ClusterCrew } from '../executors/cluster/crew.ts';
import { problemIn } from '../executors/cluster/kube.ts';
import { homeNotShared } from '../executors/cluster/problems.ts';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import type { InProject } from './command.ts';
import { makeReady, openCluster } from './open-cluster.ts';

/** Redis runs then, unless another one is named. */
export async function bringCrew(context: InProject): Promise<ClusterCrew | Failed> {
  const { site, complain } = context;
  const opened = await openCluster(context);
  if ('problem' in opened) return opened;
  if (site.bucket === undefined) return failed(homeNotShared(site.home));
  const { kube, of } = opened;
  try {
    const problem = await makeReady(opened, complain);
    return problem === undefined ? createCrew({ ...of, kube, tell: complain }) : failed(problem);
  } catch (error) {
    return failed(problemIn(error, kube));
  }
}
