import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Site } from '../plan/survey.ts';
import { listOf } from './command.ts';
import type { Command, Context, Values } from './command.ts';
import { completeTargets } from './complete-targets.ts';
import { loadProject } from './load-project.ts';
import { ruleCommand } from './rule-command.ts';

/** What a word may become; or who knows better: the shell, of directories or of any files. */
export type Candidate = { readonly word: string; readonly help?: string } | { readonly leaveTo: 'directories' | 'files' };

export type Table = Readonly<Record<string, () => Promise<Command>>>;

/** What the last of these words may become; `adap` itself is not among them. */
export async function candidates(context: Context, table: Table, words: readonly string[]): Promise<readonly Candidate[]> {
  if (words[0] === '-C' && words.length === 2) return [{ leaveTo: 'directories' }];
  const [folder, args] = words[0] === '-C' ? [words[1] ?? '', words.slice(2)] : ['', words];
  const site = await loadProject(resolve(context.cwd, folder), context.cwd);
  const project = 'kind' in site ? undefined : site;
  const ofRules = (project?.project.commands ?? []).map(ruleCommand);
  const typed = args.at(-1) ?? '';
  const [name = ''] = args;
  if (args.length <= 1) {
    const own = await Promise.all(Object.values(table).map((load) => load()));
    const commands = [...own.filter(({ isPlumbing }) => isPlumbing !== true), ...ofRules];
    const rows = commands.map((command) => ({ word: command.name, help: command.summary }));
    const options = [...(args === words ? [{ word: '-C', help: 'where the adapfile is' }] : []), { word: '--help' }];
    return (typed.startsWith('-') ? options : rows).filter(({ word }) => word.startsWith(typed));
  }
  const command = (Object.hasOwn(table, name) ? await table[name]?.() : undefined) ?? ofRules.find((each) => each.name === name);
  return command === undefined ? [] : ofCommand({ context, command, project }, args.slice(1, -1), typed);
}

type Called = { readonly context: Context; readonly command: Command; readonly project: Site | undefined };

function ofCommand({ context, command, project }: Called, before: readonly string[], typed: string): readonly Candidate[] {
  const parsed = parseArgs({ args: [...before], options: command.options, strict: false, tokens: true, allowPositionals: true });
  const last = parsed.tokens.at(-1);
  const isOver = parsed.tokens.some(({ kind }) => kind === 'option-terminator');
  if (last?.kind === 'option' && last.value === undefined && command.options[last.name]?.type === 'string')
    return valuesOf({ command, project, flag: last.rawName }, '', typed);
  if (typed.startsWith('-') && !isOver) {
    const sign = typed.indexOf('=') + 1;
    if (sign > 0) return valuesOf({ command, project, flag: typed.slice(0, sign - 1) }, typed.slice(0, sign), typed.slice(sign));
    return optionsOf(command, new Set(parsed.tokens.flatMap((token) => (token.kind === 'option' ? token.name : [])))).filter(({ word }) =>
      word.startsWith(typed),
    );
  }
  return wordsOf({ context, command, project }, parsed.values as Values, typed).filter(
    (each) => isOver || !('word' in each) || !each.word.startsWith('-'),
  );
}

const flagsOf = (flags: string): readonly string[] => flags.split(', ').map((each) => each.split(' ')[0] ?? each);

/** Both spellings of each, but for those that were given and count once. */
function optionsOf(
  { optionHelp, options }: Command,
  given: ReadonlySet<string>,
): readonly { readonly word: string; readonly help: string }[] {
  const isOpen = (flags: readonly string[]): boolean =>
    flags.every((flag) => !given.has(flag.replace(/^-+/, '')) || options[flag.replace(/^-+/, '')]?.multiple === true);
  return [
    ...optionHelp.flatMap(([flags, help]) => (isOpen(flagsOf(flags)) ? flagsOf(flags).map((word) => ({ word, help })) : [])),
    { word: '--help', help: 'options and examples' },
  ];
}

type Option = { readonly command: Command; readonly project: Site | undefined; readonly flag: string };

/** By what `--help` calls the value: a STAGE, a DIR. */
function valuesOf({ command, project, flag }: Option, lead: string, typed: string): readonly Candidate[] {
  const [flags = ''] = command.optionHelp.find(([each]) => flagsOf(each).includes(flag)) ?? [];
  switch (flags.split(' ').at(-1)) {
    case 'STAGE':
      return (project?.project.rules ?? []).flatMap(({ name }) => (name.startsWith(typed) ? [{ word: lead + name }] : []));
    case 'DIR':
      return [{ leaveTo: 'directories' }];
    case 'FILE':
      return [{ leaveTo: 'files' }];
    default:
      return [];
  }
}

function wordsOf({ context, command, project }: Called, values: Values, typed: string): readonly Candidate[] {
  const { words = 'none' } = command;
  switch (words) {
    case 'none':
      return [];
    case 'shell':
      return [{ leaveTo: 'files' }];
    case 'targets':
    case 'dataset': {
      if (project === undefined) return [];
      const of = words === 'targets' ? 'targets' : 'subjects';
      return completeTargets({ world: context.world, site: project }, { typed, of, stages: listOf(values['stage']) }).map((word) => ({
        word,
      }));
    }
    default:
      return words.flatMap((word) => (word.startsWith(typed) ? [{ word }] : []));
  }
}
