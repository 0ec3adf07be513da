import { plan, wishOf } from '../plan/plan.ts';
import type { Inspected } from '../plan/inspector.ts';
import { isFailed, survey } from '../plan/survey.ts';
import { problemText } from '../report/problem-text.ts';
import { whyLines } from '../report/why-lines.ts';
import { missingOption } from './problems.ts';
import { EXIT } from './command.ts';
import type { Command } from './command.ts';

export const whyCommand: Command = {
  name: 'why',
  usage: 'adap why TARGET… [--all] [--json]',
  summary: 'why a target is stale, down to the value or file; or by which key it is fresh',
  optionHelp: [
    ['--all', 'every value that it depends on, with its class'],
    ['--json', 'one object a target'],
  ],
  examples: [
    ['adap why HDa06DB/600ZD_8000_GG455/2006-04-27', 'every stage of a dataset'],
    ["adap why 'setup HDa06DB/600ZD_8000_GG455/2006-04-27' --all", 'all that its .pypeit file depends on'],
  ],
  options: { all: { type: 'boolean' }, json: { type: 'boolean' } },
  words: 'targets',
  needs: 'project',
  run(context, values, words) {
    if (words.length === 0) {
      context.complain(problemText(missingOption('a TARGET', 'why')));
      return EXIT.wrong;
    }
    const surveyed = survey(context, { words, stages: [] });
    if (isFailed(surveyed)) {
      context.complain(problemText(surveyed.problem));
      return EXIT.wrong;
    }
    const planned = plan(surveyed, wishOf(surveyed, { words: [], force: 'no', retry: 'no' }));
    const needed = new Set(planned.flatMap(({ target }) => target.inputs.map((input) => input.id)));
    const asked = planned.filter(({ target }) => !needed.has(target.id) || isWord(target, words));
    for (const inspected of asked) {
      if (values['json'] === true) context.print(JSON.stringify(whyJson(inspected)));
      else for (const line of whyLines(inspected, planned, values['all'] === true ? 'all' : 'reasons')) context.print(line);
    }
    for (const { target, successors } of surveyed.orphans) {
      const line = `${target} will be retired: replaced by ${successors.join(', ')}`;
      context.print(values['json'] === true ? JSON.stringify({ kind: 'retire', target, by: successors }) : line);
    }
    return EXIT.ok;
  },
};

const isWord = ({ id, subject, outputs }: Inspected['target'], words: readonly string[]): boolean =>
  words.some((word) => id === word || subject.startsWith(word.replace(/\/$/, '')) || outputs.some(({ path }) => path.startsWith(word)));

const whyJson = ({ target, state, key, parts }: Inspected) => ({
  kind: 'why',
  target: target.id,
  state: state.verdict,
  reasons: state.reasons,
  next: state.next,
  key,
  parts,
});
