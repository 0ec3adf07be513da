/** What the state of a pod tells: why its worker is gone, or why it does not come. Pure. */
import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import type { Failure } from '../../model/cause.ts';
import type { Problem } from '../../model/problem.ts';
import { cannotPull, notConfigured } from './problems.ts';

/** Why the worker in this pod is gone, or going; undefined where nothing tells. */
export function whyGone(pod: V1Pod): Failure | undefined {
  const name = pod.metadata?.name ?? '';
  const says = (cause: Failure['cause'], what: string): Failure => ({ cause, says: `pod ${name} ${what}` });
  const { status } = pod;
  const message = status?.message ?? '';
  if (status?.reason === 'Evicted') return evicted(says, message);
  const ended = stateOf(pod)?.terminated;
  if (ended?.reason === 'OOMKilled')
    return says('out-of-memory', `was killed for want of memory (OOMKilled; its limit is ${memoryLimit(pod)})`);
  const disrupted = status?.conditions?.find(({ type, status: is }) => type === 'DisruptionTarget' && is === 'True');
  if (disrupted !== undefined) return says(...disruption(disrupted.reason ?? '', disrupted.message ?? ''));
  if (ended?.reason === 'ContainerStatusUnknown' || status?.reason === 'NodeLost')
    return says('node-lost', `was lost with its node ${nodeOf(pod)}`);
  if (pod.metadata?.deletionTimestamp !== undefined) return says('preempted', 'was deleted');
  if (ended === undefined) return isCutOff(pod) ? says('node-lost', `runs on ${nodeOf(pod)}, which is not heard of any more`) : undefined;
  // By its own doing, or by a signal that nobody explains.
  if (ended.exitCode === 0) return says('preempted', 'was told to end');
  if (ended.exitCode > 128) return says('preempted', `was killed by signal ${ended.exitCode - 128}`);
  return says('bug', `ended with ${ended.exitCode}: kubectl logs ${name}`);
}

type Says = (cause: Failure['cause'], what: string) => Failure;

/** By the words of the kubelet. Source: kubernetes, pkg/kubelet/eviction (`low on resource: …`, `ephemeral local storage usage exceeds`). */
function evicted(says: Says, message: string): Failure {
  const what = `was evicted: ${message}`;
  if (/storage|disk|nodefs|imagefs|emptydir|inodes/i.test(message)) return says('evicted-for-disk', what);
  // It took more than it had asked for.
  return /memory/i.test(message) && /was using/i.test(message) ? says('out-of-memory', what) : says('preempted', what);
}

function disruption(reason: string, message: string): [Failure['cause'], string] {
  const words = message === '' ? '' : `: ${message}`;
  if (reason === 'DeletionByTaintManager' || reason === 'DeletionByPodGC')
    return ['node-lost', `was lost with its node (${reason})${words}`];
  const known: Readonly<Record<string, string>> = {
    PreemptionByScheduler: 'had to make room for another of higher priority',
    EvictionByEvictionAPI: 'was evicted, as its node is drained',
    TerminationByKubelet: 'was ended by its node',
  };
  return ['preempted', `${known[reason] ?? 'was disrupted'} (${reason})${words}`];
}

const stateOf = ({ status }: V1Pod): V1ContainerState | undefined => status?.containerStatuses?.[0]?.state;
const nodeOf = ({ spec }: V1Pod): string => spec?.nodeName ?? '';
const memoryLimit = ({ spec }: V1Pod): string => spec?.containers[0]?.resources?.limits?.['memory'] ?? 'unknown';

/** Its container runs, as far as anybody knows, and the node does not say so any more. */
const isCutOff = (pod: V1Pod): boolean =>
  stateOf(pod)?.running !== undefined && pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True') === true;

/** Whether it is, or will be, a worker. */
export const isSitting = (pod: V1Pod): boolean =>
  (pod.status?.phase === 'Pending' || pod.status?.phase === 'Running') && pod.metadata?.deletionTimestamp === undefined;

/** Why it does not come up: what only a person can mend; `no-room` may end by itself. */
export type Obstacle = { readonly is: 'stops'; readonly problem: Problem } | { readonly is: 'no-room'; readonly says: string };

/** What stops a pod is believed after so long: a registry, or the maker of a secret, may be late. */
export const HITCH_MS = 20_000;

export function whyNotUp(pod: V1Pod): Obstacle | undefined {
  const waiting = stateOf(pod)?.waiting;
  const image = pod.spec?.containers[0]?.image ?? '';
  const words = waiting?.message ?? waiting?.reason ?? '';
  if (waiting?.reason !== undefined && /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)$/.test(waiting.reason))
    return { is: 'stops', problem: cannotPull(image, words) };
  if (waiting?.reason === 'CreateContainerConfigError') return { is: 'stops', problem: notConfigured(words) };
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return { is: 'no-room', says: `no node takes pod ${pod.metadata?.name ?? ''}: ${scheduled.message ?? scheduled.reason ?? ''}` };
  return undefined;
}
