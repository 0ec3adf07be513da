/** The process of one attempt, called by an executor alone: `adap.mjs attempt ROOT SAID`, and one line on standard input. */
import { readSync, renameSync, unlinkSync } from 'node:fs';
import { runAttempt } from '../attempt/run-attempt.ts';
import { thisMachine } from '../executors/machine.ts';
import type { Order } from '../model/attempt.ts';
import type { Failure } from '../model/cause.ts';
import type { Project } from '../model/project.ts';
import type { RunsRule } from '../model/rule.ts';
import { quietly } from '../disk/quietly.ts';
import { digest } from '../lib/digest.ts';
import { controlFolder, saidPath } from '../records/attempt-files.ts';
import { realWorld } from './real-world.ts';

export async function attemptMain(
  [root = '', said = '']: readonly string[],
  load: (file: string) => Promise<Record<string, unknown>>,
): Promise<number> {
  // Not for people: whatever else a path leads to is left alone.
  if (!/\/attempts\/\.said-\d+-\d+$/.test(said)) return 2;
  const world = realWorld();
  // Before it is known what is wanted: that is asked for at the last moment.
  const project = await load(`${root}/adapfile.ts`).catch((error: unknown) => error);
  // Loads Node's crypto, which every attempt needs.
  digest('');
  const told = readTold();
  if (told === undefined) {
    quietly(() => unlinkSync(said));
    return 0;
  }
  process.env['ADAP_ATTEMPT'] = told.attempt;
  try {
    renameSync(said, saidPath(controlFolder(told.folder)));
  } catch {
    // The folder is gone: it is not this attempt's any more, and that is found out next.
  }
  const end = await runAttempt({ world, machine: thisMachine, folder: told.folder }, async (order) => ruleOf(project, order));
  return end.kind === 'other' ? 2 : 0;
}

/** Undefined where whoever would have told is gone. */
function readTold(): { readonly attempt: string; readonly folder: string } | undefined {
  const buffer = Buffer.alloc(64 * 1024);
  let filled = 0;
  for (let got = -1; got !== 0 && !buffer.subarray(0, filled).includes(10); filled += got) got = readSync(0, buffer, { offset: filled });
  const line = buffer.toString('utf8', 0, filled);
  return line.endsWith('\n') ? (JSON.parse(line) as { attempt: string; folder: string }) : undefined;
}

/** The rule that the order names, as the adapfile has it now. */
function ruleOf(loaded: unknown, order: Order): RunsRule | Failure {
  if (loaded instanceof Error)
    return { cause: 'never-started', says: `${order.root}/adapfile.ts cannot be loaded: ${loaded.message.split('\n')[0] ?? ''}` };
  // The builder has loaded it as a project before; what changed since is met below.
  const rules = (loaded as { readonly default?: Partial<Project> }).default?.rules ?? [];
  const rule = rules.find(({ name }) => name === order.rule);
  if (rule?.kind !== 'runs') return { cause: 'input-changed', says: `the adapfile has no rule ${order.rule} any more that runs commands` };
  if (rule.revision !== order.revision)
    return { cause: 'input-changed', says: `rule ${order.rule} is of revision ${rule.revision}, and ${order.revision} was ordered` };
  return rule;
}
