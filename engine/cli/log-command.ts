import { isFailed, survey } from '../plan/survey.ts';
import { followLog, readLog } from '../records/attempt-log.ts';
import { lastAttempt } from '../records/last-attempt.ts';
import type { LastAttempt } from '../records/last-attempt.ts';
import { logLines } from '../report/log-lines.ts';
import { problemText } from '../report/problem-text.ts';
import { EXIT } from './command.ts';
import type { Command, InProject } from './command.ts';
import { missingOption, noLog } from './problems.ts';

export const logCommand: Command = {
  name: 'log',
  usage: 'adap log TARGET… [--all] [-f]',
  summary: 'what the last attempt at a target printed, and how it ended; the lines that matter first',
  optionHelp: [
    ['--all', 'the whole log, not only its end'],
    ['-f, --follow', 'of one that runs: what it prints from now on, until it has ended'],
  ],
  examples: [
    ['adap log HDa06DB/600ZD_8000_GG455/2006-04-27', 'why it failed'],
    ['adap log HDa06DB/600ZD_8000_GG455/2006-04-27 -f', 'watch it run'],
  ],
  options: { all: { type: 'boolean' }, follow: { type: 'boolean', short: 'f' } },
  words: 'targets',
  needs: 'project',
  async run(context, values, words) {
    if (words.length === 0) {
      context.complain(problemText(missingOption('a TARGET', 'log')));
      return EXIT.wrong;
    }
    const surveyed = survey(context, { words, stages: [] });
    if (isFailed(surveyed)) {
      context.complain(problemText(surveyed.problem));
      return EXIT.wrong;
    }
    const { world, folders, graph, asked } = surveyed;
    const place = { disk: world.disk, folders, host: world.host, now: world.now };
    const found = graph.targets.flatMap((target) => {
      const last = target.rule.kind === 'runs' && asked.has(target.id) ? lastAttempt(place, target.id) : undefined;
      return last === undefined ? [] : [{ target, last }];
    });
    if (found.length === 0) {
      context.complain(problemText(noLog(words.join(' '))));
      return EXIT.wrong;
    }
    for (const { target, last } of found) {
      const log = readLog(world.disk, last.control);
      const detail = values['all'] === true ? 'all' : 'end';
      const matters = target.rule.kind === 'runs' ? target.rule.matters : undefined;
      for (const line of logLines(target.id, last, { log, detail, matters, nowMs: world.now() })) context.print(line);
    }
    const live = found.filter(({ last }) => last.isLive);
    if (values['follow'] === true)
      for (const { target, last } of live)
        await follow(context, last, () => {
          world.bucket?.look('.adap/sealed');
          return lastAttempt(place, target.id);
        });
    return EXIT.ok;
  },
};

const LOOK_MS = 250;

/** Until the attempt is not alive any more, and all that it printed was shown; its files move when it has ended. */
async function follow({ world, write }: InProject, { control, order }: LastAttempt, look: () => LastAttempt | undefined): Promise<void> {
  const log = followLog(world.disk, control);
  // Its end was shown already.
  log.next();
  for (;;) {
    const now = look();
    const isSame = now !== undefined && now.order?.attempt === order?.attempt;
    write(isSame ? log.next(now.control) : log.next());
    if (!isSame || !now.isLive) return;
    await new Promise<void>((done) => void setTimeout(done, world.bucket === undefined ? LOOK_MS : LOOK_MS * 4));
  }
}
