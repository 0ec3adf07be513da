import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import type { TargetId } from '../model/target.ts';
import { isFailed, survey } from '../plan/survey.ts';
import { foldersOf } from '../records/folders.ts';
import { recordedTargets } from '../records/recorded-targets.ts';
import { problemText } from '../report/problem-text.ts';
import { findingLine, verifyProgress, verifySum, verifySummary } from '../report/verify-lines.ts';
import { verify } from '../run/verify.ts';
import { atTimes } from './at-times.ts';
import { damageNotNoted } from './problems.ts';
import { EXIT, withProgress } from './command.ts';
import type { Command, InProject } from './command.ts';

export const verifyCommand: Command = {
  name: 'verify',
  usage: 'adap verify [TARGET…] [--json]',
  summary: 'read every output that was published, and compare it with its record',
  optionHelp: [['--json', 'one object a line']],
  examples: [
    ['adap verify', 'everything that was ever published; every byte is read'],
    ['adap verify HDa06DB', 'every dataset of one mask'],
  ],
  options: { json: { type: 'boolean' } },
  words: 'targets',
  needs: 'project',
  run(context, values, words) {
    const { world, site, print } = context;
    const isJson = values['json'] === true;
    const asked = askedFor(context, words);
    if (isFailed(asked)) {
      context.complain(problemText(asked.problem));
      return EXIT.wrong;
    }
    const verified = verify({ world, home: site.home, folders: foldersOf(site.home) }, asked, {
      found(finding) {
        context.progress('');
        print(isJson ? JSON.stringify({ kind: 'finding', ...finding }) : findingLine(finding));
      },
      progress: atTimes(context, (doneBytes: number, ofBytes: number) => context.progress(verifyProgress(doneBytes, ofBytes))),
    });
    context.progress('');
    print(isJson ? verifySummary(verified) : verifySum(verified));
    if (verified.obstacle !== undefined) context.complain(problemText(damageNotNoted(verified.unnoted, verified.obstacle)));
    return verified.findings.length > 0 ? EXIT.failed : EXIT.ok;
  },
};

/** Of no word, all that has a record: also what nothing asks for any more, and without a look at any fact. */
function askedFor(context: InProject, words: readonly string[]): { targets: readonly TargetId[]; damaged: readonly string[] } | Failed {
  if (words.length === 0) return recordedTargets(context.world.disk, foldersOf(context.site.home));
  const surveyed = survey(withProgress(context), { words, stages: [] });
  context.progress('');
  if (isFailed(surveyed)) return failed(surveyed.problem);
  return { targets: [...surveyed.asked], damaged: [] };
}
