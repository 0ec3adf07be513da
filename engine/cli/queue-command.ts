import { allQueues, cancelKey, prefixOf } from '../executors/queue-names.ts';
import type { Job } from 'bullmq';
import type { QueuedAttempt, Worked } from '../executors/queue-names.ts';
import { connect } from '../executors/redis.ts';
import { isFailed } from '../plan/survey.ts';
import { problemText } from '../report/problem-text.ts';
import { table } from '../report/table.ts';
import { buildCommand } from './build-command.ts';
import { EXIT } from './command.ts';
import type { Command, InProject } from './command.ts';
import { noQueueVerb } from './problems.ts';
import { queueAddress } from './queue-address.ts';

/** By the words of the old scripts; a job that a worker has done to its end may have made a result, or not. */
const STATUS = { waiting: 'IN QUEUE', delayed: 'IN QUEUE', active: 'In Progress', completed: 'COMPLETE', failed: 'FAILED' } as const;

type Shown = Pick<Row, 'status' | 'says'>;

function shownOf(job: Job<QueuedAttempt>, kind: keyof typeof STATUS): Shown {
  if (kind === 'failed') return { status: STATUS.failed, says: job.failedReason };
  const ended = kind === 'completed' ? (job.returnvalue as Worked).ended : undefined;
  if (ended === undefined) return { status: STATUS[kind], says: '' };
  if (ended.kind === 'died') return { status: STATUS.failed, says: ended.died.said };
  const { manifest } = ended;
  if (manifest.kind === 'failed') return { status: STATUS.failed, says: `${manifest.failure.cause}: ${manifest.failure.says}` };
  const { caveats } = manifest.evidence;
  return { status: caveats.length > 0 ? 'WARNING' : STATUS.completed, says: caveats.join('; ') };
}

export const queueCommand: Command = {
  name: 'queue',
  usage: 'adap queue show | load STAGE DATASET… | retry [DATASET…] | drain [--json]',
  summary: 'what waits for workers, and what they do',
  optionHelp: [['--json', 'one object a line']],
  examples: [
    ['adap queue show', 'what waits, what runs and where, what has ended within a day; WARNING: made, with caveats'],
    ['adap queue load reduce HDa06DB/600ZD_8000_GG455/2006-04-27', 'as adap build --executor queue --stage reduce …'],
    ['adap queue retry', 'as adap build --executor queue --retry'],
    ['adap queue drain', 'what waits is taken out: the builder that ordered it says so'],
  ],
  options: { json: { type: 'boolean' } },
  words: ['show', 'load', 'retry', 'drain'],
  needs: 'project',
  async run(context, values, [verb = 'show', ...rest]) {
    const byQueue = { ...values, executor: context.site.project.cluster === undefined ? 'queue' : 'kubernetes' };
    if (verb === 'load' && rest.length > 1) return runBuild(context, { ...byQueue, stage: [rest[0] ?? ''] }, rest.slice(1));
    if (verb === 'retry') return runBuild(context, { ...byQueue, retry: true }, rest);
    if (verb !== 'show' && verb !== 'drain') {
      context.complain(problemText(noQueueVerb(verb)));
      return EXIT.wrong;
    }
    const found = await queueAddress(context);
    if (isFailed(found)) {
      context.complain(problemText(found.problem));
      return EXIT.wrong;
    }
    const rows = await jobsOf(found.address, context.site.named, verb === 'drain');
    // Who only looks ends no Redis that others have just found.
    if (!found.isOwn) await found.leave();
    if (values['json'] === true) for (const row of rows) context.print(JSON.stringify(row));
    else if (rows.length === 0) context.print(verb === 'drain' ? 'nothing waited' : 'the queue is empty');
    else
      for (const line of table([
        ['status', 'target', 'worker', 'says'],
        ...rows.map(({ status, target, worker, says }) => [status, target, worker, says]),
      ]))
        context.print(line);
    return EXIT.ok;
  },
};

const runBuild = async (context: InProject, values: Parameters<typeof buildCommand.run>[1], words: readonly string[]): Promise<number> =>
  buildCommand.needs === 'project' ? buildCommand.run(context, values, words) : EXIT.wrong;

type Row = Readonly<Record<'status' | 'target' | 'worker' | 'says' | 'queue', string>>;

async function jobsOf(address: string, named: string, isDrain: boolean): Promise<readonly Row[]> {
  const { Queue } = await import('bullmq');
  const connection = await connect(address, 'asks');
  const rows: Row[] = [];
  for (const name of allQueues()) {
    const queue = new Queue<QueuedAttempt>(name, { connection, prefix: prefixOf(named), skipVersionCheck: true });
    queue.on('error', () => undefined);
    for (const kind of isDrain ? (['waiting', 'delayed'] as const) : (['waiting', 'delayed', 'active', 'failed', 'completed'] as const)) {
      for (const job of await queue.getJobs([kind])) {
        rows.push({
          ...(isDrain ? { status: 'taken out', says: '' } : shownOf(job, kind)),
          target: job.data.order.target,
          worker: job.processedBy ?? '',
          queue: name,
        });
        if (!isDrain) continue;
        // Its builder is to know that nobody lost it.
        await connection.set(cancelKey(named, job.data.order.attempt), '1', 'EX', 86_400);
        await job.remove();
      }
    }
    await queue.close();
  }
  connection.disconnect();
  return rows;
}
