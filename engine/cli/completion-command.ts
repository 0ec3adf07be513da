import { readFileSync } from 'node:fs';
import { problemText } from '../report/problem-text.ts';
import { EXIT } from './command.ts';
import type { Command } from './command.ts';
import { badOption, missingOption } from './problems.ts';

const SHELLS = ['bash', 'zsh'] as const;

export const completionCommand: Command = {
  name: 'completion',
  usage: `adap completion ${SHELLS.join('|')}`,
  summary: 'a script by which a shell completes commands, options and targets',
  optionHelp: [],
  examples: [
    ['eval "$(adap completion bash)"', 'the line to put into ~/.bashrc'],
    ['eval "$(adap completion zsh)"', 'the line to put into ~/.zshrc, below compinit'],
  ],
  options: {},
  words: SHELLS,
  needs: 'nothing',
  run(context, _, [word]) {
    const shell = SHELLS.find((each) => each === word);
    if (shell !== undefined) {
      context.write(readFileSync(new URL(`completion.${shell}`, import.meta.url), 'utf8'));
      return EXIT.ok;
    }
    const problem =
      word === undefined ? missingOption(SHELLS.join(' or '), 'completion') : badOption(`no completion for ${word}`, 'completion');
    context.complain(problemText(problem));
    return EXIT.wrong;
  },
};
