import type { Ran, Shell } from '../model/rule.ts';
import type { Command, More, ShellOptions } from './run-command.ts';

/** zx's `$` for a recipe; zx itself is loaded with the first command. */
export function openShell(options: ShellOptions): Shell {
  const load = async (more: More, command: Command) => (await import('./run-command.ts')).runCommand(options, more, command);
  const run = (more: More, command: Command): Promise<Ran> => {
    options.called(1);
    const ran = load(more, command).finally(() => options.called(-1));
    // One that nobody awaits is told as such, and must not end the process besides.
    ran.catch(() => undefined);
    return ran;
  };
  const shell = (more: More): Shell =>
    ((first: TemplateStringsArray | More, ...values: readonly unknown[]) =>
      isPieces(first) ? run(more, { pieces: first, values }) : shell({ ...more, ...first })) as Shell;
  return shell({});
}

/** A template's pieces, and not options. */
const isPieces = (first: TemplateStringsArray | More): first is TemplateStringsArray => Array.isArray(first);
