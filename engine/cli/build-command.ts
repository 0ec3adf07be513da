import { availableParallelism } from 'node:os';
import { build } from '../build.ts';
import type { Built } from '../build.ts';
import type { Event } from '../model/event.ts';
import { plan, wishOf } from '../plan/plan.ts';
import { isFailed, survey } from '../plan/survey.ts';
import { countsLine, eventLines } from '../report/event-lines.ts';
import { planJson } from '../report/plan-json.ts';
import { planTable } from '../report/plan-table.ts';
import { warningLines } from '../report/warning-lines.ts';
import { problemText } from '../report/problem-text.ts';
import { foldersOf } from '../records/record-files.ts';
import { isUnmoved, rememberUnmoved } from '../plan/unmoved.ts';
import type { Memory } from '../plan/unmoved.ts';
import { EXIT, listOf, withProgress } from './command.ts';
import type { Command, InProject, Values } from './command.ts';

export const buildCommand: Command = {
  name: 'build',
  usage: 'adap build [TARGET…] [-n] [--stage STAGE] [--force] [--retry] [--stop] [-j N] [--json]',
  summary: 'bring targets up to date',
  optionHelp: [
    ['-n, --dry-run', 'only say what is stale, and why'],
    ['--stage STAGE', 'targets of this stage, with what they need; may be given again'],
    ['--force', 'build what was asked for, fresh or not'],
    ['--retry', 'try again what failed before'],
    ['--stop', 'begin nothing more after a failure'],
    ['-j, --jobs N', 'at most N at a time (default: processors)'],
    ['--json', 'one object a line'],
  ],
  examples: [
    ['adap build', 'everything'],
    ['adap build -n', 'what is stale, and why'],
    ['adap build HDa06DB/600ZD_8000_GG455/2006-04-27', 'one dataset'],
    ["adap build 'HDa06*' --stage setup", 'the setup of some masks'],
  ],
  options: {
    'dry-run': { type: 'boolean', short: 'n' },
    stage: { type: 'string', multiple: true },
    force: { type: 'boolean' },
    retry: { type: 'boolean' },
    stop: { type: 'boolean' },
    jobs: { type: 'string', short: 'j' },
    json: { type: 'boolean' },
  },
  needs: 'project',
  run: (context, values, words) => (values['dry-run'] === true ? dryRun(context, values, words) : realRun(context, values, words)),
};

const askOf = (values: Values, words: readonly string[]) =>
  ({
    words,
    stages: listOf(values['stage']),
    force: values['force'] === true ? 'yes' : 'no',
    retry: values['retry'] === true ? 'yes' : 'no',
  }) as const;

const memoryOf = ({ site, modules }: InProject, ask: ReturnType<typeof askOf>): Memory => ({
  file: `${foldersOf(site.home).cache}/unmoved`,
  request: JSON.stringify([
    ask,
    site.cwd,
    site.home,
    site.config,
    site.project.source.roots,
    site.project.rules.map((rule) => [rule.name, rule.revision]),
  ]),
  modules,
});

function dryRun(context: InProject, values: Values, words: readonly string[]): number {
  const { world, print } = context;
  const ask = askOf(values, words);
  const isJson = values['json'] === true;
  const memory = memoryOf(context, ask);
  const unmoved = ask.force === 'no' ? isUnmoved(world, memory) : undefined;
  if (unmoved !== undefined) {
    for (const line of isJson ? planJson([], [], unmoved.fresh) : planTable([], [], unmoved.fresh)) print(line);
    for (const line of warningLines(unmoved.warnings)) context.complain(line);
    return EXIT.ok;
  }
  const lookedAtMs = world.now();
  const surveyed = survey(withProgress(context), ask);
  context.progress('');
  if (isFailed(surveyed)) {
    context.complain(problemText(surveyed.problem));
    return EXIT.wrong;
  }
  const planned = plan(surveyed, wishOf(ask));
  for (const line of isJson ? planJson(planned, surveyed.orphans) : planTable(planned, surveyed.orphans)) print(line);
  for (const line of warningLines(surveyed.warnings)) context.complain(line);
  const isStale =
    planned.some(({ state }) => ['run', 'wait'].includes(state.next.kind)) ||
    surveyed.orphans.some(({ successors }) => successors.length > 0);
  const isBad = planned.some(({ state }) => ['problem', 'held', 'blocked', 'failed-before'].includes(state.next.kind));
  if (!isStale && !isBad && surveyed.orphans.length === 0) {
    rememberUnmoved(world, memory, { lookedAtMs, seen: surveyed.look.seen, fresh: planned.length, warnings: surveyed.warnings });
  }
  return isStale ? EXIT.stale : isBad ? EXIT.failed : EXIT.ok;
}

async function realRun(context: InProject, values: Values, words: readonly string[]): Promise<number> {
  const { world, print } = context;
  const ask = askOf(values, words);
  const isJson = values['json'] === true;
  const memory = memoryOf(context, ask);
  const tell = (event: Event): void => {
    context.progress('');
    if (isJson) print(JSON.stringify(event));
    else for (const line of eventLines(event)) (event.kind === 'warnings' ? context.complain : print)(line);
  };
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts += 1;
    if (interrupts > 1) process.exit(EXIT.interrupted);
    context.complain('interrupted: what runs is finished, nothing more is begun; again to stop at once');
  };
  process.on('SIGINT', interrupt);
  try {
    const built = await build(withProgress(context), {
      ...ask,
      jobs: jobsOf(values),
      onFailure: values['stop'] === true ? 'stop' : 'go-on',
      tell,
      isInterrupted: () => interrupts > 0,
      unmoved: ask.force === 'no' ? () => isUnmoved(world, memory) : () => undefined,
      remember: (found) => rememberUnmoved(world, memory, found),
    });
    if (isFailed(built)) {
      context.complain(problemText(built.problem));
      return EXIT.wrong;
    }
    print(isJson ? JSON.stringify({ kind: 'summary', ...built.counts }) : countsLine(built.counts));
    return interrupts > 0 ? EXIT.interrupted : exitOf(built);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

const exitOf = ({ counts }: Built): number => (counts.failed + counts.held + counts.blocked > 0 ? EXIT.failed : EXIT.ok);

function jobsOf(values: Values): number {
  const jobs = Number(values['jobs'] ?? availableParallelism());
  return Number.isInteger(jobs) && jobs > 0 ? jobs : availableParallelism();
}
