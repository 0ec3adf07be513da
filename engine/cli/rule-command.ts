import { problemText } from '../report/problem-text.ts';
import type { RuleCommand } from '../model/project.ts';
import { isFailed, survey } from '../plan/survey.ts';
import { EXIT, withProgress } from './command.ts';
import type { Command, InProject, Values } from './command.ts';
import { commandHelp } from './help.ts';

/** A command that a set of rules brings, as one of adap's own. */
export function ruleCommand(from: RuleCommand): Command {
  const command: Command = {
    name: from.name,
    usage: `adap ${from.name} [WORD…] [--json]`,
    summary: from.summary,
    optionHelp: [['--json', 'one object a line']],
    examples: from.examples.map((line) => [line, '']),
    options: {},
    words: 'dataset',
    needs: 'project',
    run: (context: InProject, values: Values, words) => {
      if (values['help'] === true) {
        context.print(commandHelp(command));
        return EXIT.ok;
      }
      const surveyed = survey(withProgress(context), { words: [], stages: [] });
      context.progress('');
      if (isFailed(surveyed)) {
        context.complain(problemText(surveyed.problem));
        return EXIT.wrong;
      }
      const report = from.run(surveyed.facts, words);
      for (const line of values['json'] === true ? report.rows.map((row) => JSON.stringify(row)) : report.lines) context.print(line);
      for (const problem of report.problems) context.complain(problemText(problem));
      return report.problems.length > 0 ? EXIT.wrong : EXIT.ok;
    },
  };
  return command;
}
