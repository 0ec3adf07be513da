import { createExpectation } from '../plan/expect.ts';
import { forecast } from '../plan/forecast.ts';
import { retiring } from '../plan/orphans.ts';
import { plan, wishOf } from '../plan/plan.ts';
import { isFailed, survey } from '../plan/survey.ts';
import { rememberUnmoved } from '../plan/unmoved.ts';
import { planJson } from '../report/plan-json.ts';
import { planTable } from '../report/plan-table.ts';
import { problemText } from '../report/problem-text.ts';
import { warningLines } from '../report/warning-lines.ts';
import { EXIT, withProgress } from './command.ts';
import type { BuildRun, InProject } from './command.ts';

/** What would be done, and why. */
export function dryRun(context: InProject, { ask, memory, values }: BuildRun): number {
  const { world, print } = context;
  const isJson = values['json'] === true;
  const lookedAtMs = world.now();
  const surveyed = survey(withProgress(context), ask);
  context.progress('');
  if (isFailed(surveyed)) {
    context.complain(problemText(surveyed.problem));
    return EXIT.wrong;
  }
  const planned = plan(surveyed, wishOf(surveyed, ask));
  const { price } = forecast(planned, createExpectation(surveyed.graph, surveyed.records));
  for (const line of (isJson ? planJson : planTable)(planned, surveyed.orphans, price)) print(line);
  for (const line of warningLines(surveyed.warnings)) context.complain(line);
  const isStale = planned.some(({ state }) => ['run', 'wait'].includes(state.next.kind)) || retiring(surveyed.orphans, planned).length > 0;
  const isBad = planned.some(({ state }) => ['problem', 'held', 'blocked', 'failed-before'].includes(state.next.kind));
  if (surveyed.isSure && !isStale && !isBad && surveyed.orphans.length === 0) {
    rememberUnmoved(world, memory, { lookedAtMs, seen: surveyed.look.seen, fresh: planned.length, warnings: surveyed.warnings });
  }
  return isStale ? EXIT.stale : isBad ? EXIT.failed : EXIT.ok;
}
