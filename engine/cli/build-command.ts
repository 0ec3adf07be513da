import type { Wishes } from '../plan/plan.ts';
import type { Ask } from '../plan/survey.ts';
import { foldersOf } from '../records/folders.ts';
import { isUnmoved } from '../plan/unmoved.ts';
import type { Memory, Unmoved } from '../plan/unmoved.ts';
import { countsLine } from '../report/counts-line.ts';
import { ALL_FRESH, planSum, planSummary } from '../report/plan-counts.ts';
import { EXIT, listOf } from './command.ts';
import type { Command, InProject, Values } from './command.ts';

export const buildCommand: Command = {
  name: 'build',
  usage: 'adap build [TARGET…] [-n] [--stage STAGE] [--force] [--retry] [--stop] [-j N] [--executor NAME] [--json]',
  summary: 'bring targets up to date',
  optionHelp: [
    ['-n, --dry-run', 'only say what is stale, and why'],
    ['--stage STAGE', 'targets of this stage, with what they need; may be given again'],
    ['--force', 'build what was asked for, fresh or not'],
    ['--retry', 'try again what failed before'],
    ['--stop', 'begin nothing more after a failure'],
    ['-j, --jobs N', 'at most N at a time (default: processors)'],
    ['--executor NAME', 'where attempts run: local (default), queue: workers, or kubernetes: pods'],
    ['--json', 'one object a line'],
  ],
  examples: [
    ['adap build', 'everything'],
    ['adap build -n', 'what is stale, and why'],
    ['adap build HDa06DB/600ZD_8000_GG455/2006-04-27', 'one dataset'],
    ["adap build 'HDa06*' --stage setup", 'the setup of some masks'],
  ],
  options: {
    'dry-run': { type: 'boolean', short: 'n' },
    stage: { type: 'string', multiple: true },
    force: { type: 'boolean' },
    retry: { type: 'boolean' },
    stop: { type: 'boolean' },
    jobs: { type: 'string', short: 'j' },
    executor: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: 'targets',
  needs: 'project',
  async run(context, values, words) {
    const ask = askOf(values, words);
    const memory = memoryOf(context, ask);
    const unmoved = ask.force === 'no' ? isUnmoved(context.world, memory) : undefined;
    if (unmoved !== undefined) return saysUnmoved(context, values, unmoved);
    // What follows is loaded only where there may be something to do.
    const run = { ask, memory, values };
    if (values['dry-run'] === true) return (await import('./build-dry.ts')).dryRun(context, run);
    return (await import('./build-run.ts')).realRun(context, run);
  },
};

const askOf = (values: Values, words: readonly string[]) =>
  ({
    words,
    stages: listOf(values['stage']),
    force: values['force'] === true ? 'yes' : 'no',
    retry: values['retry'] === true ? 'yes' : 'no',
  }) as const;

export const memoryOf = ({ world, site, modules }: InProject, ask: Ask & Wishes): Memory => ({
  // A look at one part does not make the next look at everything slow.
  file: `${foldersOf(site.home).cache}/${ask.words.length + ask.stages.length === 0 ? 'unmoved' : 'unmoved-part'}`,
  request: JSON.stringify([
    ask,
    site.cwd,
    site.home,
    site.config,
    // Where they lead: a link above them may have been set anew.
    [site.home, site.config, ...site.project.source.roots].map((path) => world.disk.realPath(path)),
    site.project.source.roots,
    site.project.settings,
    site.project.rules.map((rule) => [rule.name, rule.revision]),
  ]),
  modules,
  loadedAtMs: performance.timeOrigin,
});

/** Everything is as fresh as it was when it was last looked at: nothing of it has moved. */
async function saysUnmoved(context: InProject, values: Values, { fresh, warnings }: Unmoved): Promise<number> {
  const isJson = values['json'] === true;
  const built = { built: 0, fresh, failed: 0, left: 0, held: 0, blocked: 0, retired: 0 };
  const planned = { ...ALL_FRESH, fresh };
  if (warnings.length > 0) {
    const { warningLines } = await import('../report/warning-lines.ts');
    for (const line of warningLines(warnings)) context.complain(line);
  }
  if (values['dry-run'] === true) context.print(isJson ? planSummary(planned) : planSum(planned));
  else context.print(isJson ? JSON.stringify({ kind: 'summary', ...built }) : countsLine(built));
  return EXIT.ok;
}
