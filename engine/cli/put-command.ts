import { resolve } from 'node:path';
import { problemText } from '../report/problem-text.ts';
import { memoryOf } from './build-command.ts';
import { EXIT } from './command.ts';
import type { Command } from './command.ts';
import { noBucket, whatAndWhere } from './problems.ts';

export const putCommand: Command = {
  name: 'put',
  usage: 'adap put DIR… [-j N] [--json]',
  summary: 'bring raw files up into a home in a bucket, laid out by dataset',
  optionHelp: [
    ['-j, --jobs N', 'at most N datasets at a time (default: processors)'],
    ['--json', 'one object a line'],
  ],
  examples: [['adap put /data/2026-11-20', 'at any depth; given again, it goes on where it was']],
  options: { jobs: { type: 'string', short: 'j' }, json: { type: 'boolean' } },
  words: 'none',
  needs: 'project',
  async run(context, values, words) {
    const { site } = context;
    const { source } = site.project;
    if (words.length === 0 || site.bucket === undefined) {
      context.complain(problemText(words.length === 0 ? whatAndWhere('put') : noBucket(site.home)));
      return EXIT.wrong;
    }
    // What lies in the home, and what comes to it: nothing else is looked at.
    const project = { ...site.project, source: { ...source, roots: words.map((word) => resolve(site.cwd, word)) } };
    const there = { ...context, site: { ...site, project } };
    const ask = { words: [], stages: source.laidOutBy ?? [], force: 'no', retry: 'yes' } as const;
    return (await import('./build-run.ts')).realRun(there, { ask, memory: memoryOf(there, ask), values });
  },
};
