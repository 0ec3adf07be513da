/** One command of a recipe, by zx: what it prints goes into the log, and how it ended is kept. Loaded with the first command. */
import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { $ } from 'zx/core';
import type { CommandRecord } from '../model/evidence.ts';
import type { Ran } from '../model/rule.ts';

export type ShellOptions = {
  readonly folder: string;
  /** Paths below it are told without it. */
  readonly attempt: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Run by each command's own shell before the command. */
  readonly first: string;
  readonly write: (bytes: Uint8Array) => void;
  readonly say: (line: string) => void;
  readonly ended: (command: CommandRecord) => void;
  /** One more is at work, or one less. */
  readonly called: (change: 1 | -1) => void;
  /** No further command is begun once it gives true. */
  readonly isOver: () => boolean;
  readonly now: () => number;
};

/** As zx takes them. */
export type More = {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nothrow?: boolean;
  readonly cwd?: string;
};

/** Of what a command prints, the recipe gets so much; the log has the rest. */
const KEPT = 1024 * 1024;

/** A command has ended, but something that it left running holds its pipes: so long is waited for what is still in them. */
const DRAIN_MS = 200;

export type Command = { readonly pieces: TemplateStringsArray; readonly values: readonly unknown[] };

export async function runCommand(options: ShellOptions, more: More, { pieces, values }: Command): Promise<Ran> {
  if (options.isOver()) throw new Error('no further command is begun: the attempt is being ended');
  const start = options.now();
  const ran = $({
    cwd: options.folder,
    quiet: true,
    stdio: [more.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    prefix: `set -euo pipefail; ${options.first}`,
    // zx hands over a program and its arguments, as Node's own spawn takes them.
    spawn: ((file: string, args: readonly string[], how: SpawnOptions) => logged(options, spawn(file, args, how))) as typeof spawn,
    ...more,
    env: { ...options.env, ...more.env },
  })(pieces, ...values);
  options.say(`$ ${ran.cmd}`);
  // Judged here, whatever the recipe makes of it.
  const output = await ran.nothrow();
  const ended = {
    command: ran.cmd,
    exit: output.exitCode ?? undefined,
    signal: output.signal ?? undefined,
    seconds: (options.now() - start) / 1000,
  };
  options.ended(ended);
  if (output.exitCode !== 0 && more.nothrow !== true) {
    const how = ended.signal === undefined ? `exited with ${ended.exit ?? 'an error'}` : `was ended by ${ended.signal}`;
    const says = `${shortened(ran.cmd.replaceAll(`${options.attempt}/`, ''))} ${how}`;
    throw Object.assign(new Error(says), { exit: ended.exit, signal: ended.signal });
  }
  return output;
}

/** The child as zx sees it: its output bounded, and closed soon after its end, though another process may hold the pipes. */
function logged(options: ShellOptions, child: ChildProcess): ChildProcess {
  const seen = Object.assign(new EventEmitter(), {
    pid: child.pid,
    stdin: child.stdin,
    stdout: bounded(child.stdout, options.write),
    stderr: bounded(child.stderr, options.write),
    kill: (signal?: NodeJS.Signals) => child.kill(signal),
  });
  let isClosed = false;
  const close = (code: number | null, signal: NodeJS.Signals | null): void => {
    if (isClosed) return;
    isClosed = true;
    seen.stdout?.end();
    seen.stderr?.end();
    // Behind the last data of the streams, which are handed on in later turns.
    setImmediate(() => seen.emit('close', code, signal));
  };
  child.on('error', (error) => seen.emit('error', error));
  child.on('exit', (code, signal) => {
    seen.emit('exit', code, signal);
    setTimeout(close, DRAIN_MS, code, signal);
  });
  child.on('close', close);
  return seen as unknown as ChildProcess;
}

function bounded(from: Readable | null, write: ShellOptions['write']): PassThrough | undefined {
  if (from === null) return undefined;
  const kept = new PassThrough({ highWaterMark: KEPT });
  let room = KEPT;
  from.on('data', (bytes: Buffer) => {
    write(bytes);
    if (room > 0 && !kept.writableEnded) kept.write(bytes.subarray(0, room));
    room -= bytes.length;
  });
  return kept;
}

const shortened = (command: string): string => (command.length > 120 ? `${command.slice(0, 119)}…` : command);
