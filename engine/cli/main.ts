import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { codeOf, nodeDisk } from '../disk/node-disk.ts';
import type { Problem } from '../model/problem.ts';
import { editDistance } from '../lib/edit-distance.ts';
import { foldersOf } from '../records/folders.ts';
import { openCache } from '../records/cache.ts';
import { cacheFile } from '../records/cache-file.ts';
import { problemText } from '../report/problem-text.ts';
import { COMMANDS } from './commands.ts';
import { EXIT } from './command.ts';
import type { Command, Context, Values } from './command.ts';
import { homeAlone, loadProject } from './load-project.ts';
import { realWorld } from './real-world.ts';
import { badOption, fileSystemRefuses, noCommand } from './problems.ts';

/** Words in, words out, and the exit code. `modules` are the files that were loaded so far. */
export async function main(argv: readonly string[], modules: ReadonlySet<string>): Promise<number> {
  const context = contextOf(modules);
  const { folder, rest } = folderOf(argv, context.cwd);
  const [name, ...args] = rest;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const { help } = await import('./help.ts');
    context.print(help(await Promise.all(Object.values(COMMANDS).map((load) => load()))));
    return name === undefined ? EXIT.wrong : EXIT.ok;
  }
  const known = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined;
  return known === undefined ? runRuleCommand({ context, folder }, name, args) : runKnown({ context, folder }, known, args);
}

async function runKnown({ context, folder }: Called, known: Command, args: readonly string[]): Promise<number> {
  // What follows `--` are words, whatever they look like.
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (options.includes('--help') || options.includes('-h')) {
    const { commandHelp } = await import('./help.ts');
    context.print(commandHelp(known));
    return EXIT.ok;
  }
  const parsed = parse(known, args);
  if ('code' in parsed) return complain(context, parsed);
  return run({ context, folder }, known, parsed);
}

type Called = { readonly context: Context; /** Where the adapfile is looked for. */ readonly folder: string };

async function run({ context, folder }: Called, command: Command, { values, words }: Parsed): Promise<number> {
  if (command.needs === 'nothing') return command.run({ ...context, cwd: folder }, values, words);
  const home = values['home'];
  const site = typeof home === 'string' ? await homeAlone(home, context.cwd) : await loadProject(folder, context.cwd);
  if ('kind' in site) return complain(context, site.problem);
  const cache = openCache(() => cacheFile(nodeDisk, foldersOf(site.home)));
  const there = site.bucket === undefined ? context : (await import('./in-bucket.ts')).inBucket(context, site.bucket);
  try {
    return await command.run({ ...there, site, cache }, values, words);
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== undefined) return complain(context, problem);
    // What the file system refuses is the user's world; all else is a bug, with its stack.
    if (!/^E[A-Z]+$/.test(codeOf(error))) throw error;
    return complain(context, fileSystemRefuses(error instanceof Error ? error.message : String(error)));
  } finally {
    cache.close();
    there.world.bucket?.close();
  }
}

async function runRuleCommand({ context, folder }: Called, name: string, args: readonly string[]): Promise<number> {
  const site = await loadProject(folder, context.cwd);
  const commands = 'kind' in site ? [] : (site.project.commands ?? []);
  const found = commands.find((command) => command.name === name);
  const { ruleCommand } = await import('./rule-command.ts');
  if (found !== undefined) return runKnown({ context, folder }, ruleCommand(found), args);
  const names = [...Object.keys(COMMANDS), ...commands.map((command) => command.name)];
  if ('kind' in site && site.problem.code !== 'no-adapfile') return complain(context, site.problem);
  return complain(
    context,
    noCommand(
      name,
      names.find((each) => editDistance(each, name) <= 2),
    ),
  );
}

/** Of an error that brings its problem along: what a store refuses. */
const problemOf = (error: unknown): Problem | undefined =>
  typeof error === 'object' && error !== null && 'problem' in error ? (error.problem as Problem) : undefined;

type Parsed = { readonly values: Values; readonly words: readonly string[] };

function parse(command: Command, args: readonly string[]): Parsed | Problem {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: command.options, allowPositionals: true });
    return { values: values as Values, words: positionals };
  } catch (error) {
    const says = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    return badOption(`${says.charAt(0).toLowerCase()}${says.slice(1)}`, command.name);
  }
}

/** `-C DIR` stands before the command, as in make and git. */
function folderOf(argv: readonly string[], cwd: string): { folder: string; rest: readonly string[] } {
  const [first, folder, ...rest] = argv;
  return first === '-C' && folder !== undefined ? { folder: resolve(cwd, folder), rest } : { folder: cwd, rest: argv };
}

function complain(context: Context, problem: Problem): number {
  context.complain(problemText(problem));
  return EXIT.wrong;
}

function contextOf(modules: ReadonlySet<string>): Context {
  const isTerminal = process.stderr.isTTY === true;
  // Who reads no further (`adap list | head`) stops no build.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (codeOf(error) !== 'EPIPE') throw error;
    });
  }
  return {
    world: realWorld(),
    cwd: process.cwd(),
    modules,
    write: (text) => void process.stdout.write(text),
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    progress: (text) => void (isTerminal && process.stderr.write(text === '' ? '\r\x1b[K' : `\r${text}\x1b[K`)),
  };
}
