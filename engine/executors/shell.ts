import type { Shell } from '../model/rule.ts';
import type { Command, More, ShellOptions } from './run-command.ts';

/** zx's `$` for a recipe; zx itself is loaded with the first command. */
export function openShell(options: ShellOptions): Shell {
  const run = async (more: More, command: Command) => (await import('./run-command.ts')).runCommand(options, more, command);
  const shell = (more: More): Shell =>
    ((first: TemplateStringsArray | More, ...values: readonly unknown[]) =>
      isPieces(first) ? run(more, { pieces: first, values }) : shell({ ...more, ...first })) as Shell;
  return shell({});
}

/** A template's pieces, and not options. */
const isPieces = (first: TemplateStringsArray | More): first is TemplateStringsArray => Array.isArray(first);
