import { isFailed } from '../plan/survey.ts';
import { foldersOf } from '../records/folders.ts';
import { cleanJson, cleanTable, cleanedLines, sum, waiting } from '../report/clean-lines.ts';
import { problemText } from '../report/problem-text.ts';
import { emptyTrash, moveToTrash, sized, trashOf } from '../run/clean.ts';
import type { Place } from '../run/clean.ts';
import { findGarbage } from '../run/garbage.ts';
import { mayTakeOf } from '../run/may-take.ts';
import { EXIT, withProgress } from './command.ts';
import type { Command } from './command.ts';

export const cleanCommand: Command = {
  name: 'clean',
  usage: 'adap clean [--do] [--now] [--json]',
  summary: 'what no record reaches any more, and how much room it takes; with --do it is taken away',
  optionHelp: [
    ['--do', 'move it to .adap/trash, and delete what lies there for a day'],
    ['--now', 'delete all of the trash, and do not wait for a day'],
    ['--json', 'one object a line'],
  ],
  examples: [
    ['adap clean', 'only look'],
    ['adap clean --do', 'out of the way; for a day it can be moved back'],
    ['adap clean --do --now', 'free the room at once'],
  ],
  options: { do: { type: 'boolean' }, now: { type: 'boolean' }, json: { type: 'boolean' } },
  needs: 'project',
  run(context, values) {
    const { world, site } = context;
    const workplace = withProgress(context);
    const place: Place = { world, home: site.home, folders: foldersOf(site.home) };
    const extent = values['now'] === true ? 'all' : 'due';
    const isJson = values['json'] === true;
    const say = (lines: readonly string[]): void => lines.forEach((line) => context.print(line));
    const garbage = sized(place, findGarbage(place, mayTakeOf(workplace)));
    context.progress('');
    if (values['do'] !== true) {
      const trash = trashOf(place, extent);
      if (isJson)
        say([
          ...cleanJson(garbage, trash),
          JSON.stringify({ kind: 'summary', garbage: garbage.length, bytes: sum(garbage), trash: trash.length, trashBytes: sum(trash) }),
        ]);
      else say(cleanTable(garbage, trash));
      return EXIT.ok;
    }
    const done = moveToTrash(place, garbage, () => mayTakeOf(workplace));
    context.progress('');
    if (isFailed(done)) {
      context.complain(problemText(done.problem));
      return EXIT.wrong;
    }
    const trash = trashOf(place, extent);
    const deleted = emptyTrash(place, trash);
    if (isJson)
      say([
        ...cleanJson(done.moved, deleted),
        JSON.stringify({
          kind: 'summary',
          moved: done.moved.length,
          movedBytes: sum(done.moved),
          deleted: deleted.length,
          deletedBytes: sum(deleted),
        }),
      ]);
    else say([...cleanedLines(done.moved, deleted), ...waiting(trash)]);
    return EXIT.ok;
  },
};
