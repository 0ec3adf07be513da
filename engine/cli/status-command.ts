import { plan, wishOf } from '../plan/plan.ts';
import { createExpectation } from '../plan/expect.ts';
import { isFailed, survey } from '../plan/survey.ts';
import type { Survey } from '../plan/survey.ts';
import { liveAttempts } from '../records/last-attempt.ts';
import { problemText } from '../report/problem-text.ts';
import { warningLines } from '../report/warning-lines.ts';
import { statusLines } from '../report/status-lines.ts';
import type { RunningNow } from '../report/status-lines.ts';
import { EXIT, withProgress } from './command.ts';
import type { Command } from './command.ts';

export const statusCommand: Command = {
  name: 'status',
  usage: 'adap status [TARGET…] [--all] [--json]',
  summary: 'how many targets of each stage are fresh, stale, failed, held; and which, with the cause',
  optionHelp: [
    ['--all', 'every dataset, fresh ones too'],
    ['--json', 'one object a target'],
  ],
  examples: [
    ['adap status', 'counts, and what needs a person'],
    ['adap status HDa06DB', 'every dataset of one mask'],
  ],
  options: { all: { type: 'boolean' }, json: { type: 'boolean' } },
  words: 'targets',
  needs: 'project',
  run(context, values, words) {
    const surveyed = survey(withProgress(context), { words, stages: [] });
    context.progress('');
    if (isFailed(surveyed)) {
      context.complain(problemText(surveyed.problem));
      return EXIT.wrong;
    }
    const planned = plan(surveyed, wishOf(surveyed, { words: [], force: 'no', retry: 'no' }));
    const running = runningNow(surveyed);
    if (values['json'] === true) {
      for (const { target, state } of planned)
        context.print(
          JSON.stringify({
            kind: 'target',
            target: target.id,
            rule: target.rule.name,
            subject: target.subject,
            ...state,
            ...(running.has(target.id) ? { running: running.get(target.id) } : {}),
          }),
        );
    } else {
      const shown = { plan: planned, orphans: surveyed.orphans, running };
      for (const line of statusLines(shown, values['all'] === true || words.length > 0 ? 'all' : 'counts')) context.print(line);
    }
    for (const line of warningLines(surveyed.warnings)) context.complain(line);
    return EXIT.ok;
  },
};

function runningNow({ world, folders, graph, records }: Survey): ReadonlyMap<string, RunningNow> {
  const live = liveAttempts({ disk: world.disk, folders, host: world.host, now: world.now });
  const expected = createExpectation(graph, records);
  return new Map(
    Array.from(live, ([id, { claim }]) => {
      const target = graph.byId.get(id);
      const expectedSeconds = target === undefined ? undefined : expected(target)?.seconds;
      const host = claim?.host === world.host ? undefined : claim?.host;
      return [id, { seconds: (world.now() - (claim?.startedAtMs ?? world.now())) / 1000, expectedSeconds, host }] as const;
    }),
  );
}
