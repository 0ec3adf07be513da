/** All that adap ever makes on a cluster, as YAML for people: Redis, and a Job for each size of worker that the targets want. */
import { Document, isScalar, visit } from 'yaml';
import type { KubernetesObject } from '@kubernetes/client-node';
import { jobName } from '../executors/cluster/names.ts';
import { passwordSecret, redisObjects } from '../executors/cluster/redis-objects.ts';
import { lackingSeats } from '../executors/cluster/seats.ts';
import { mostPods, workerJob } from '../executors/cluster/worker-job.ts';
import type { Failed } from '../model/problem.ts';
import { wantsOf } from '../plan/expect.ts';
import { isFailed, survey } from '../plan/survey.ts';
import type { InProject } from './command.ts';
import { jobOf } from './open-cluster.ts';

/** kubectl reads YAML 1.1, where `yes` is no word. */
const YAML = { version: '1.1', lineWidth: 140, aliasDuplicateObjects: false } as const;

const WORDS: Readonly<Record<string, string>> = {
  Secret: 'The password of Redis. adap cluster up makes one by chance; choose your own if you apply this by hand.',
  PersistentVolumeClaim: 'Jobs that wait survive a restart of Redis. If the volume is lost, builds order anew what it held.',
  Service: 'Workers find Redis by this name.',
  Deployment: 'Redis: holds leases of workers, and nothing else. It evicts nothing: jobs would vanish.',
};

/** Before a key, wherever it stands. */
const AT_KEY: Readonly<Record<string, string>> = {
  completionMode: 'Each place has a fate of its own: whoever is beside one that ended badly goes on.',
  podFailurePolicy:
    'A worker that is wrong on any node (exit code 2) ends its Job; who was drained, preempted, evicted or lost with a node is replaced.',
  nodeAffinity: 'cluster.nodes',
  envFrom: 'cluster.secrets: by name, never copied',
  emptyDir: 'Inputs that are brought, and what an attempt makes until it is uploaded.',
  securityContext: 'As nobody, and without rights that it does not need.',
  terminationGracePeriodSeconds: 'Within this a worker has handed its lease back.',
};

function yamlOf(object: KubernetesObject): string {
  const document = new Document(object, YAML);
  visit(document, {
    Pair(_, { key }) {
      const words = isScalar(key) ? AT_KEY[String(key.value)] : undefined;
      if (words !== undefined && isScalar(key)) key.commentBefore = ` ${words}`;
    },
  });
  return document.toString(YAML);
}

export async function clusterManifest(context: InProject): Promise<{ readonly text: string } | Failed> {
  const { site } = context;
  const { cluster } = site.project;
  const of = jobOf(context, cluster?.namespace ?? 'default');
  const surveyed = survey(context, { words: [], stages: [] });
  if (isFailed(surveyed)) return surveyed;
  const wants = surveyed.graph.targets.flatMap((target) => (target.rule.kind === 'runs' ? [wantsOf(target, surveyed.facts)] : []));
  const sizes = lackingSeats(wants, [], Infinity);
  const redis: readonly KubernetesObject[] = of.redis === undefined ? [passwordSecret(of, 'CHOOSE ONE'), ...redisObjects(of)] : [];
  const jobs = sizes.map(({ count, ...seat }) => ({
    words: [
      `Workers for the ${count} targets that want up to ${seat.memoryGiB} GiB of memory and ${seat.scratchGiB} GiB of disk. Limits lie 20 % above requests.`,
      'A build makes such Jobs by itself, of as many pods as there is work for (cluster.maxPods at most); a worker ends when nothing waits any more.',
    ],
    object: workerJob(of, seat, { name: jobName(site.named, seat), count: Math.min(count, mostPods(of.cluster)) }),
  }));
  const documents = [...redis.map((object) => ({ words: [WORDS[object.kind ?? ''] ?? ''], object })), ...jobs];
  const text = documents.map(({ words, object }) => `${words.map((line) => `# ${line}\n`).join('')}${yamlOf(object)}`).join('---\n');
  return { text: `# ${site.named}: what adap makes on Kubernetes, in namespace ${of.namespace}\n${text}` };
}
