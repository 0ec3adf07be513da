/** The process of one attempt. Not for people: a builder, or a worker, starts it. */
import { runAttempt } from '../attempt/run-attempt.ts';
import { thisMachine } from '../executors/machine.ts';
import type { Order } from '../model/attempt.ts';
import type { Failure } from '../model/cause.ts';
import type { RunsRule } from '../model/rule.ts';
import type { Site } from '../plan/survey.ts';
import { EXIT } from './command.ts';
import type { Command } from './command.ts';

export const attemptCommand: Command = {
  name: 'attempt',
  usage: 'adap attempt DIR',
  summary: 'run the attempt whose order lies in DIR',
  optionHelp: [],
  examples: [],
  options: {},
  isPlumbing: true,
  needs: 'project',
  async run({ world, site }, _, [folder = '']) {
    const end = await runAttempt({ world, machine: thisMachine, folder }, async (order) => ruleOf(site, order));
    // Timers of what was measured may still be open.
    process.exit(end.kind === 'other' ? EXIT.wrong : EXIT.ok);
  },
};

/** The rule that the order names, as the adapfile has it now. */
function ruleOf({ project }: Site, order: Order): RunsRule | Failure {
  const rule = project.rules.find(({ name }) => name === order.rule);
  if (rule?.kind !== 'runs') return { cause: 'input-changed', says: `the adapfile has no rule ${order.rule} any more that runs commands` };
  if (rule.revision !== order.revision)
    return { cause: 'input-changed', says: `rule ${order.rule} is of revision ${rule.revision}, and ${order.revision} was ordered` };
  return rule;
}
