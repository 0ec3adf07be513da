import { wordOf } from '../model/state-word.ts';
import type { Asked, RuleCommand, StandingTarget } from '../model/project.ts';
import { plan, wishOf } from '../plan/plan.ts';
import { inHome } from '../plan/select.ts';
import { isFailed, survey } from '../plan/survey.ts';
import type { Survey } from '../plan/survey.ts';
import { stateWords } from '../report/plan-table.ts';
import { foldersOf } from '../records/folders.ts';
import { problemText } from '../report/problem-text.ts';
import { createBringing } from '../run/bring.ts';
import { EXIT, withProgress } from './command.ts';
import type { Command, InProject, Values } from './command.ts';

/** A command that a set of rules brings, as one of adap's own. */
export function ruleCommand(from: RuleCommand): Command {
  const options = Object.entries(from.options ?? {});
  const word = from.words ?? 'WORD';
  return {
    name: from.name,
    usage: `adap ${from.name} [${word}…]${options.map(([name, { value }]) => ` [--${name}${value === undefined ? '' : ` ${value}`}]`).join('')} [--json]`,
    summary: from.summary,
    optionHelp: [
      ...options.map(([name, { value, does }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, does] as const),
      ['--json', 'one object a line'],
    ],
    examples: from.examples.map((line) => [line, '']),
    options: {
      json: { type: 'boolean' },
      ...Object.fromEntries(
        options.map(([name, { value }]) => [name, { type: value === undefined ? ('boolean' as const) : ('string' as const) }]),
      ),
    },
    words: 'dataset',
    needs: 'project',
    async run(context: InProject, values: Values, words) {
      const { bucket } = context.world;
      // Builders have what they fetch to themselves.
      const here = bucket === undefined ? context.site.home : `${foldersOf(context.site.home).cache}/read-${context.world.pid}`;
      const surveyed = survey(withProgress({ ...context, site: { ...context.site, here } }), { words: [], stages: [] });
      context.progress('');
      if (isFailed(surveyed)) {
        context.complain(problemText(surveyed.problem));
        return EXIT.wrong;
      }
      const bringing = bucket === undefined ? undefined : createBringing(bucket, here);
      const asked = askedOf(context, surveyed, { values, words });
      const fetch = async (paths: readonly string[]): Promise<void> => {
        const lies = Object.assign({}, ...asked.targets().map(({ record }) => record?.lies ?? {})) as Record<string, string>;
        await bringing?.bring(
          paths.map((path) => `${context.site.home}/${path}`),
          lies,
        );
      };
      const report = await Promise.resolve(from.run({ ...asked, fetch })).finally(
        () => bucket !== undefined && context.world.disk.remove(here),
      );
      for (const line of values['json'] === true ? report.rows.map((row) => JSON.stringify(row)) : report.lines) context.print(line);
      for (const problem of report.problems) context.complain(problemText(problem));
      return report.problems.length > 0 ? EXIT.wrong : EXIT.ok;
    },
  };
}

function askedOf(
  { site }: InProject,
  surveyed: Survey,
  { values, words }: { readonly values: Values; readonly words: readonly string[] },
): Omit<Asked, 'fetch'> {
  let standing: readonly StandingTarget[] | undefined;
  return {
    facts: surveyed.facts,
    words,
    options: Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) =>
        name === 'json' ? [] : typeof value === 'string' ? [[name, value]] : value === true ? [[name, '']] : [],
      ),
    ),
    cwd: site.cwd,
    cache: foldersOf(site.home).cache,
    config: site.config,
    subjects: words.map((word) => inHome(word, { home: site.home, named: site.named, cwd: site.cwd }).replace(/\/+$/, '')),
    targets: () => (standing ??= standingTargets(surveyed)),
  };
}

function standingTargets(surveyed: Survey): readonly StandingTarget[] {
  const { records } = surveyed;
  return plan(surveyed, wishOf(surveyed, { words: [], force: 'no', retry: 'no' })).map((inspected) => {
    const { target, state, record } = inspected;
    const failure = state.verdict === 'fresh' ? undefined : records.failure(target.id);
    return {
      id: target.id,
      rule: target.rule.name,
      at: target.at,
      subject: target.subject,
      state: wordOf(state),
      says: state.verdict === 'fresh' ? '' : stateWords(inspected),
      record,
      failure:
        failure === undefined ? undefined : { cause: failure.cause, says: failure.says, lastLines: failure.evidence?.lastLines ?? [] },
    };
  });
}
