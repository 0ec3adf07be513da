import { wordOf } from '../model/state-word.ts';
import type { Asked, RuleCommand, StandingTarget } from '../model/project.ts';
import { plan, wishOf } from '../plan/plan.ts';
import { inHome } from '../plan/select.ts';
import { isFailed, survey } from '../plan/survey.ts';
import type { Survey } from '../plan/survey.ts';
import { stateWords } from '../report/plan-table.ts';
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
      const surveyed = survey(withProgress(context), { words: [], stages: [] });
      context.progress('');
      if (isFailed(surveyed)) {
        context.complain(problemText(surveyed.problem));
        return EXIT.wrong;
      }
      const bringing = bucket === undefined ? undefined : createBringing(bucket);
      const releases: (() => void)[] = [];
      const fetch = async (paths: readonly string[]): Promise<void> => {
        const release = await bringing?.bring(paths.map((path) => `${context.site.home}/${path}`));
        if (release !== undefined) releases.push(release);
      };
      const report = await Promise.resolve(from.run({ ...askedOf(context, surveyed, { values, words }), fetch })).finally(() =>
        releases.forEach((release) => release()),
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
