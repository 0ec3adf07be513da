/**
 * The process of an attempt on this machine: Node, leader of a session of its own, that is told by one line on its standard
 * input which attempt it is. It may come up before there is one: while others run, the next is made ready, and ends by itself
 * should it never be told.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { identity, isAlive } from '../disk/process-identity.ts';
import type { FromStarter, ToStarter } from './starter.ts';

export type AttemptProcess = {
  /** Its number, as soon as it is known; 0 where it did not come up. */
  readonly pid: number | Promise<number>;
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
const STARTER = fileURLToPath(new URL('starter.ts', import.meta.url));

/** V8's own threads are of no use to a process that waits for others, and take their time to come up. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--v8-pool-size=0'];

let count = 0;

/** What the process says besides its log goes to a file of `attempts`, in which attempts lie, until it knows its own. */
function commandOf(root: string, attempts: string): { readonly args: readonly string[]; readonly said: string } {
  mkdirSync(attempts, { recursive: true });
  const said = `${attempts}/.said-${process.pid}-${(count += 1)}`;
  return { args: [...FLAGS, ENTRY, 'attempt', root, said], said };
}

const told = (attempt: string, folder: string): string => `${JSON.stringify({ attempt, folder })}\n`;

/** From this process itself. */
export function startAttemptProcess(root: string, attempts: string, env: NodeJS.ProcessEnv): AttemptProcess {
  const { args, said } = commandOf(root, attempts);
  const out = openSync(said, 'w');
  try {
    return ownChild(spawn(process.execPath, [...args], { cwd: '/', detached: true, stdio: ['pipe', out, out], env }));
  } finally {
    closeSync(out);
  }
}

function ownChild(child: ChildProcess): AttemptProcess {
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
    tell: (attempt, folder) => void child.stdin?.end(told(attempt, folder)),
    dismiss: () => void child.stdin?.end(),
    release: () => child.unref(),
  };
}

/** By a process that does nothing else. */
export type Starter = {
  start(root: string, attempts: string): AttemptProcess;
  isAlive(): boolean;
  close(): void;
};

type Started = { readonly pid: (pid: number) => void; readonly end: (exit: Exit) => void; at: number };

export function openStarter(env: NodeJS.ProcessEnv): Starter {
  const starter = spawn(process.execPath, [...FLAGS, STARTER], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env,
  });
  const all = new Map<number, Started>();
  let isUp = starter.pid !== undefined;
  const send = (message: ToStarter): void => void (isUp && starter.connected && starter.send(message, () => undefined));
  starter.on('message', (message: FromStarter) => {
    const one = all.get(message.id);
    if (one === undefined) return;
    if (message.kind === 'started') {
      one.at = message.pid;
      return one.pid(message.pid);
    }
    all.delete(message.id);
    one.pid(0);
    one.end(message.kind === 'ended' ? { ...message, said: '' } : { exit: undefined, signal: undefined, said: message.says });
  });
  const gone = (): void => {
    if (!isUp) return;
    isUp = false;
    for (const one of all.values()) outlived(one);
    all.clear();
  };
  starter.on('error', gone);
  starter.on('exit', gone);
  // By itself it keeps nobody; who waits for an attempt is kept by that.
  starter.unref();
  starter.channel?.unref();
  let kept = 0;
  const keep = (change: 1 | -1): void => {
    kept += change;
    if (kept > 0) starter.channel?.ref();
    else starter.channel?.unref();
  };
  return {
    isAlive: () => isUp,
    close() {
      // At once: what it was not told to let go ends when its pipes do.
      starter.kill('SIGKILL');
    },
    start(root, attempts) {
      const { args, said } = commandOf(root, attempts);
      const id = count;
      let isOver = false;
      let isReleased = false;
      const pid = Promise.withResolvers<number>();
      const end = Promise.withResolvers<Exit>();
      const release = (): void => {
        if (!isReleased) keep(-1);
        isReleased = true;
      };
      all.set(id, {
        at: 0,
        pid: pid.resolve,
        end(exit) {
          isOver = true;
          release();
          end.resolve(exit);
        },
      });
      keep(1);
      send({ kind: 'start', id, args, said });
      return {
        pid: pid.promise,
        exit: end.promise,
        isAlive: () => !isOver && isUp,
        tell: (attempt, folder) => send({ kind: 'tell', id, line: told(attempt, folder) }),
        dismiss: () => send({ kind: 'dismiss', id }),
        release,
      };
    },
  };
}

const LOOK_MS = 200;

/** Who started it is gone: it is looked at now and then. */
function outlived({ at, pid, end }: Started): void {
  pid(at);
  const who = at === 0 ? undefined : identity(at);
  const look = (): void => {
    if (who !== undefined && isAlive(who)) return void setTimeout(look, LOOK_MS);
    end({ exit: undefined, signal: undefined, said: who === undefined ? 'the process that was to start it was killed' : '' });
  };
  look();
}
