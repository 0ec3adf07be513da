import { availableParallelism } from 'node:os';
import { build } from '../build.ts';
import type { Built } from '../build.ts';
import type { Event } from '../model/event.ts';
import { isFailed } from '../plan/survey.ts';
import { rememberUnmoved } from '../plan/unmoved.ts';
import { countsLine } from '../report/counts-line.ts';
import { createEventLines } from '../report/event-lines.ts';
import { problemText } from '../report/problem-text.ts';
import { EXIT, withProgress } from './command.ts';
import type { BuildRun, InProject, Values } from './command.ts';

export async function realRun(context: InProject, { ask, memory, values }: BuildRun): Promise<number> {
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
  try {
    const built = await build(withProgress(context), {
      ...ask,
      jobs: jobsOf(values),
      onFailure: values['stop'] === true ? 'stop' : 'go-on',
      tell,
      isInterrupted: () => interrupts > 0,
      onBegin: () => void process.on('SIGINT', interrupt),
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
