import type { V1Pod } from '@kubernetes/client-node';
import { nameOf } from '../executors/cluster/job-seats.ts';
import { problemIn } from '../executors/cluster/kube.ts';
import { selectorOf, WORKERS } from '../executors/cluster/names.ts';
import { isSitting, whyGone, whyNotUp } from '../executors/cluster/pod-causes.ts';
import { noCluster } from '../executors/cluster/problems.ts';
import { redisObjects } from '../executors/cluster/redis-objects.ts';
import { failed } from '../model/problem.ts';
import type { Failed, Problem } from '../model/problem.ts';
import { problemText } from '../report/problem-text.ts';
import { table } from '../report/table.ts';
import { clusterManifest } from './cluster-manifest.ts';
import { EXIT } from './command.ts';
import type { Command, InProject, Values } from './command.ts';
import { makeReady, openCluster } from './open-cluster.ts';
import type { OpenedCluster } from './open-cluster.ts';
import { noClusterVerb } from './problems.ts';

export const clusterCommand: Command = {
  name: 'cluster',
  usage: 'adap cluster manifest | up | down | status [--json] | logs [POD…] [--lines N]',
  summary: 'Kubernetes, as `adap build --executor kubernetes` uses it',
  optionHelp: [
    ['--lines N', 'of logs: so many of each pod, the last (default: 20)'],
    ['--json', 'of status: one object a line'],
  ],
  examples: [
    ['adap cluster manifest', 'all that is ever made there, as YAML to read, or for kubectl apply'],
    ['adap cluster up', 'is everything there? Redis is made and waited for; a build does that by itself'],
    ['adap cluster status', 'pods, where they run, and what keeps them from it'],
    ['adap cluster down', 'Redis and all workers of this home are removed; what is published stays'],
  ],
  options: { lines: { type: 'string' }, json: { type: 'boolean' } },
  words: ['manifest', 'up', 'down', 'status', 'logs'],
  needs: 'project',
  async run(context, values, [verb = 'status', ...pods]) {
    const act = { manifest, up, down, status, logs }[verb];
    const problem = act === undefined ? failed(noClusterVerb(verb)) : await act(context, { values, pods });
    if (problem === undefined) return EXIT.ok;
    context.complain(problemText(problem.problem));
    return EXIT.wrong;
  },
};

type Asked = { readonly values: Values; readonly pods: readonly string[] };
type Verb = (context: InProject, asked: Asked) => Promise<Failed | undefined>;

const manifest: Verb = async (context) => {
  if (context.site.project.cluster === undefined) return failed(noCluster());
  const yaml = await clusterManifest(context);
  if ('problem' in yaml) return yaml;
  context.write(yaml.text);
  return undefined;
};

/** What the API server does not do is the user's to know. */
const asking =
  (ask: (context: InProject, opened: OpenedCluster, asked: Asked) => Promise<Problem | undefined>): Verb =>
  async (context, asked) => {
    const opened = await openCluster(context);
    if ('problem' in opened) return opened;
    try {
      const problem = await ask(context, opened, asked);
      return problem === undefined ? undefined : failed(problem);
    } catch (error) {
      return failed(problemIn(error, opened.kube));
    }
  };

const up = asking(async ({ print, complain }, opened) => {
  const problem = await makeReady(opened, complain);
  if (problem !== undefined) return problem;
  const { kube, of } = opened;
  print(
    `ready: namespace ${kube.namespace}, ${of.redis === undefined ? 'Redis runs there' : 'Redis is elsewhere'}, image ${of.cluster.image}`,
  );
  return undefined;
});

const down = asking(async ({ print, site }, { kube, of }) => {
  const jobs = await kube.jobs(selectorOf(site.named, WORKERS));
  for (const job of jobs) await kube.removeJob(nameOf(job));
  const objects = redisObjects(of);
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: objects[0]?.metadata ?? {} };
  for (const object of [...objects, secret]) await kube.remove(object);
  print(`removed: ${jobs.length} Jobs of workers, Redis with its volume; what is published stays`);
  return undefined;
});

const status = asking(async ({ print, site }, { kube }, { values }) => {
  const rows = (await kube.pods(selectorOf(site.named))).map(rowOf);
  if (values['json'] === true) for (const row of rows) print(JSON.stringify(row));
  else if (rows.length === 0) print(`no pods of this home in namespace ${kube.namespace}`);
  else for (const line of table([['pod', 'is', 'node', 'memory', 'says'], ...rows.map((row) => Object.values(row))])) print(line);
  return undefined;
});

function rowOf(pod: V1Pod): Record<'pod' | 'is' | 'node' | 'memory' | 'says', string> {
  const obstacle = isSitting(pod) ? whyNotUp(pod) : undefined;
  const gone = isSitting(pod) || pod.status?.phase === 'Succeeded' ? undefined : whyGone(pod);
  return {
    pod: nameOf(pod),
    is: pod.metadata?.deletionTimestamp === undefined ? (pod.status?.phase ?? '') : 'Terminating',
    node: pod.spec?.nodeName ?? '',
    memory: pod.spec?.containers[0]?.resources?.requests?.['memory'] ?? '',
    says: obstacle?.is === 'stops' ? obstacle.problem.says : (obstacle?.says ?? (gone === undefined ? '' : `${gone.cause}: ${gone.says}`)),
  };
}

const DEFAULT_LINES = 20;

const logs = asking(async ({ print, site }, { kube }, { values, pods: asked }) => {
  const pods = (await kube.pods(selectorOf(site.named))).map(nameOf);
  const lines = Number(values['lines'] ?? DEFAULT_LINES);
  for (const pod of pods.filter((each) => asked.length === 0 || asked.includes(each))) {
    print(`${pod}:`);
    const said = await kube.log(pod, Number.isInteger(lines) && lines > 0 ? lines : DEFAULT_LINES).catch(() => '(it says nothing yet)');
    for (const line of said.trimEnd().split('\n')) print(`  ${line}`);
  }
  return undefined;
});
