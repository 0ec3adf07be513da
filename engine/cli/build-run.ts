import { availableParallelism } from 'node:os';
import { build } from '../build.ts';
import type { Built } from '../build.ts';
import type { Event } from '../model/event.ts';
import { plan, wishOf } from '../plan/plan.ts';
import { isFailed, survey } from '../plan/survey.ts';
import { rememberUnmoved } from '../plan/unmoved.ts';
import type { Memory } from '../plan/unmoved.ts';
import { countsLine } from '../report/counts-line.ts';
import { createEventLines } from '../report/event-lines.ts';
import { planJson } from '../report/plan-json.ts';
import { planTable } from '../report/plan-table.ts';
import { problemText } from '../report/problem-text.ts';
import { warningLines } from '../report/warning-lines.ts';
import type { Wishes } from '../plan/plan.ts';
import type { Ask } from '../plan/survey.ts';
import { EXIT, withProgress } from './command.ts';
import type { InProject, Values } from './command.ts';

type Run = { readonly ask: Ask & Wishes; readonly memory: Memory; readonly values: Values };

export function dryRun(context: InProject, { ask, memory, values }: Run): number {
  const { world, print } = context;
  const isJson = values['json'] === true;
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

export async function realRun(context: InProject, { ask, memory, values }: Run): Promise<number> {
  const { world, print } = context;
  const isJson = values['json'] === true;
  const eventLines = createEventLines();
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
