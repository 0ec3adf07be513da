import { table } from '../report/table.ts';
import type { Command } from './command.ts';

export function help(commands: readonly Command[]): string {
  return [
    'adap: bulk reductions, brought up to date',
    '',
    'usage: adap [-C DIR] COMMAND [WORD…]',
    '',
    ...table(commands.filter(({ isPlumbing }) => isPlumbing !== true).map((command) => [`  ${command.name}`, command.summary])),
    '',
    '  The rules of an adapfile may bring commands of their own.',
    '  A TARGET is a path of an output, a prefix of one, a glob, or RULE TITLE as printed.',
    '',
    'exit codes: 0 all wanted targets are fresh; 1 something failed; 2 the request was wrong;',
    '  3 (build -n) something is stale; 130 interrupted',
    '',
    'adap COMMAND --help shows options and examples of one command.',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  return [
    command.summary,
    '',
    `usage: ${command.usage}`,
    '',
    ...table(command.optionHelp.map(([flags, does]) => [`  ${flags}`, does])),
    '',
    'examples:',
    ...table(command.examples.map(([line, does]) => [`  ${line}`, does])),
  ].join('\n');
}
