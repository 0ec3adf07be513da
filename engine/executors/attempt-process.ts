/**
 * The process of an attempt on this machine: Node, leader of a session of its own, that is told by one line on its standard
 * input which attempt it is. It may come up before there is one: while others run, the next is made ready, and ends by itself
 * should it never be told.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type AttemptProcess = {
  readonly pid: number;
  readonly exit: Promise<Exit>;
  readonly isAlive: () => boolean;
  /** Which attempt it is. */
  tell(attempt: string, folder: string): void;
  /** It is not needed: it ends. */
  dismiss(): void;
  /** It goes on, and does not keep this process. */
  release(): void;
};

export type Exit = {
  readonly exit: number | undefined;
  readonly signal: string | undefined;
  /** What kept it from coming up. */
  readonly said: string;
};

const ENTRY = fileURLToPath(new URL('../../bin/adap.mjs', import.meta.url));

/** V8's own threads are of no use to a process that waits for others, and take their time to come up. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--v8-pool-size=0'];

let count = 0;

/** `attempts`: the folder in which attempts lie; what the process says besides its log goes there until it knows its own. */
export function startAttemptProcess(root: string, attempts: string, env: NodeJS.ProcessEnv): AttemptProcess {
  mkdirSync(attempts, { recursive: true });
  const said = `${attempts}/.said-${process.pid}-${(count += 1)}`;
  const out = openSync(said, 'w');
  try {
    const child = spawn(process.execPath, [...FLAGS, ENTRY, 'attempt', root, said], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', out, out],
      env,
    });
    return processOf(child);
  } finally {
    closeSync(out);
  }
}

function processOf(child: ChildProcess): AttemptProcess {
  // It may be gone when it is told: then its end says so.
  child.stdin?.on('error', () => undefined);
  const exit = new Promise<Exit>((done) => {
    child.on('error', (error) => done({ exit: undefined, signal: undefined, said: error.message }));
    child.on('exit', (code, signal) => done({ exit: code ?? undefined, signal: signal ?? undefined, said: '' }));
  });
  return {
    pid: child.pid ?? 0,
    exit,
    isAlive: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    tell: (attempt, folder) => void child.stdin?.end(`${JSON.stringify({ attempt, folder })}\n`),
    dismiss: () => void child.stdin?.end(),
    release: () => child.unref(),
  };
}
