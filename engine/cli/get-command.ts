import { resolve } from 'node:path';
import type { TargetRecord } from '../model/record.ts';
import { isFailed, survey } from '../plan/survey.ts';
import { foldersOf } from '../records/folders.ts';
import { problemText } from '../report/problem-text.ts';
import { sizeWords } from '../report/size-words.ts';
import { get } from '../run/get.ts';
import { EXIT, withProgress } from './command.ts';
import type { Command, InProject } from './command.ts';
import { notPublished, notWhole, whatAndWhere } from './problems.ts';
import { transferred } from './transferred.ts';

export const getCommand: Command = {
  name: 'get',
  usage: 'adap get TARGET… [--logs] [--qa] DIR [--json]',
  summary: 'bring what is published to a folder, each file compared with its record',
  optionHelp: [
    ['--logs', 'only the logs of the programs'],
    ['--qa', 'only the pages of quality assurance'],
    ['--json', 'one object a line'],
  ],
  examples: [
    ['adap get HDa06DB/600ZD_8000_GG455/2006-04-27 ~/results', 'all of a dataset; given again, it goes on where it was'],
    ["adap get 'HDa06*' --qa .", 'the QA of some masks'],
  ],
  options: { logs: { type: 'boolean' }, qa: { type: 'boolean' }, json: { type: 'boolean' } },
  words: 'targets',
  needs: 'project',
  async run(context, values, words) {
    const { world, site, print } = context;
    const to = words.at(-1);
    if (words.length < 2 || to === undefined) {
      context.complain(problemText(whatAndWhere('get')));
      return EXIT.wrong;
    }
    const surveyed = survey(withProgress(context), { words: words.slice(0, -1), stages: [] });
    context.progress('');
    if (isFailed(surveyed)) {
      context.complain(problemText(surveyed.problem));
      return EXIT.wrong;
    }
    const begun = performance.now();
    const kinds = (['logs', 'qa'] as const).filter((each) => values[each] === true);
    const asked = { targets: [...surveyed.asked], outputs: namesOf(context, kinds), to: resolve(site.cwd, to) };
    const got = await get({ world, home: site.home, folders: foldersOf(site.home) }, asked, { progress: transferred(context) });
    context.progress('');
    const seconds = (performance.now() - begun) / 1000;
    if (values['json'] === true) print(JSON.stringify({ kind: 'summary', ...got, seconds }));
    else {
      const rate = got.bytes > 0 ? `, ${sizeWords(Math.round(got.bytes / seconds))}/s` : '';
      print(`${to}: ${got.files} files fetched (${sizeWords(got.bytes)}${rate}), ${got.there} were there`);
    }
    for (const target of got.unpublished) context.complain(problemText(notPublished(target)));
    for (const target of got.unlike) context.complain(problemText(notWhole(target)));
    return got.unlike.length > 0 ? EXIT.failed : got.unpublished.length === asked.targets.length ? EXIT.wrong : EXIT.ok;
  },
};

function namesOf({ site }: InProject, kinds: readonly string[]): (record: TargetRecord) => readonly string[] | undefined {
  if (kinds.length === 0) return () => undefined;
  const byRule = new Map(site.project.rules.map(({ name, makes }) => [name, makes]));
  return ({ rule }) =>
    Object.entries(byRule.get(rule) ?? {}).flatMap(([name, { is }]) =>
      is !== undefined && kinds.includes(is === 'log' ? 'logs' : is) ? [name] : [],
    );
}
