import { availableParallelism } from 'node:os';
import { build } from '../build.ts';
import { openExecutor } from './open-executor.ts';
import { thisMachine } from '../executors/machine.ts';
import type { Built } from '../build.ts';
import type { Event } from '../model/event.ts';
import { isFailed } from '../plan/survey.ts';
import { rememberUnmoved } from '../plan/unmoved.ts';
import { foldersOf } from '../records/folders.ts';
import { countsLine } from '../report/counts-line.ts';
import { createEventLines } from '../report/event-lines.ts';
import { createFooter } from '../report/footer.ts';
import { sizeWords } from '../report/size-words.ts';
import { problemText } from '../report/problem-text.ts';
import { createBuildControl } from './build-control.ts';
import { EXIT, withProgress } from './command.ts';
import type { BuildRun, InProject, Values } from './command.ts';
import { openScreen } from './live-screen.ts';
import { listenToLogs } from './log-progress.ts';

export async function realRun(context: InProject, { ask, memory, values }: BuildRun): Promise<number> {
  const { world, print } = context;
  const isJson = values['json'] === true;
  const isTerminal = process.stdout.isTTY === true && !isJson;
  const screen = openScreen({
    write: (text) => void process.stdout.write(text),
    // Asked of the terminal itself: what Node remembers lags behind a resize.
    columns: () => process.stdout.getWindowSize()[0],
    rows: () => process.stdout.getWindowSize()[1],
    isTerminal,
    every,
  });
  const folders = foldersOf(context.site.home);
  const logs = listenToLogs({ disk: world.disk, folders, rules: context.site.project.rules });
  const footer = createFooter({ now: world.now, says: (target) => logs.words(target) || movedWords(world.bucket?.moved) });
  const eventLines = createEventLines(world.now);
  const complain = isTerminal && process.stderr.isTTY === true ? screen.line : context.complain;
  const tell = (event: Event): void => {
    context.progress('');
    footer.hear(event);
    // A program is told what happened, not that nothing did.
    if (isJson && event.kind !== 'fresh') print(JSON.stringify(event));
    if (!isJson) for (const line of eventLines(event)) (event.kind === 'warnings' ? complain : screen.line)(line);
  };
  const { control, begin, end, exit } = createBuildControl({ complain, running: () => footer.running().length });
  process.on('exit', screen.close);
  const executor = await openExecutor(context, String(values['executor'] ?? 'local'));
  if ('kind' in executor) {
    context.complain(problemText(executor.problem));
    return EXIT.wrong;
  }
  let stopLooking = (): void => undefined;
  try {
    const built = await build(withProgress(context), {
      ...ask,
      jobs: jobsOf(values, executor.opened.isElsewhere === true ? 1000 : availableParallelism()),
      onFailure: values['stop'] === true ? 'stop' : 'go-on',
      tell,
      executor: executor.opened,
      control,
      forecast: isTerminal ? 'yes' : 'no',
      wait: thisMachine.wait,
      onBegin() {
        begin();
        screen.footer(footer.lines);
        if (isTerminal) stopLooking = every(LOOK_MS, () => logs.look(footer.running()));
      },
      remember: (found) => rememberUnmoved(world, memory, found),
    });
    screen.close();
    if (isFailed(built)) {
      context.complain(problemText(built.problem));
      return EXIT.wrong;
    }
    print(isJson ? JSON.stringify({ kind: 'summary', ...built.counts }) : countsLine(built.counts));
    // What goes on without a builder must not keep this process.
    if (control.leave.aborted) process.exit(exit());
    return exit() ?? exitOf(built);
  } finally {
    stopLooking();
    await executor.leave();
    end();
    screen.close();
  }
}

/** `1.2 GB up, 3.4 GB down` since the build began; empty of a home in a directory. */
const movedWords = (moved: { readonly up: number; readonly down: number } | undefined): string =>
  (['up', 'down'] as const).flatMap((way) => ((moved?.[way] ?? 0) > 0 ? [`${sizeWords(moved?.[way] ?? 0)} ${way}`] : [])).join(', ');

/** A log of hours tells nothing new more often. */
const LOOK_MS = 1000;

function every(milliseconds: number, call: () => void): () => void {
  const timer = setInterval(call, milliseconds);
  return () => clearInterval(timer);
}

const exitOf = ({ counts }: Built): number => (counts.failed + counts.held + counts.blocked + counts.left > 0 ? EXIT.failed : EXIT.ok);

function jobsOf(values: Values, otherwise: number): number {
  const jobs = Number(values['jobs'] ?? otherwise);
  return Number.isInteger(jobs) && jobs > 0 ? jobs : otherwise;
}
