import { isFailed, survey } from '../plan/survey.ts';
import { problemText } from '../report/problem-text.ts';
import { table } from '../report/table.ts';
import { EXIT, listOf } from './command.ts';
import type { Command } from './command.ts';

export const listCommand: Command = {
  name: 'list',
  usage: 'adap list [TARGET…] [--stage STAGE] [--json]',
  summary: 'targets and the outputs that each makes',
  optionHelp: [
    ['--stage STAGE', 'targets of this stage only'],
    ['--json', 'one object a target'],
  ],
  examples: [
    ['adap list', 'everything'],
    ['adap list HDa06DB --stage setup', 'the .pypeit files of one mask'],
  ],
  options: { stage: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  words: 'targets',
  needs: 'project',
  run(context, values, words) {
    const stages = listOf(values['stage']);
    const surveyed = survey(context, { words, stages });
    if (isFailed(surveyed)) {
      context.complain(problemText(surveyed.problem));
      return EXIT.wrong;
    }
    const targets = surveyed.graph.targets.filter(({ rule }) => stages.length === 0 || stages.includes(rule.name));
    if (values['json'] === true) {
      for (const { id, rule, at, outputs } of targets)
        context.print(JSON.stringify({ kind: 'target', target: id, rule: rule.name, at, outputs: outputs.map(({ path }) => path) }));
    } else {
      const rows = targets.flatMap(({ id, outputs }) => outputs.map(({ path }, index) => [index === 0 ? id : '', path]));
      for (const line of table(rows)) context.print(line);
    }
    return EXIT.ok;
  },
};
