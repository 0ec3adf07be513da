import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Event } from '../../engine/model/event.ts';
import { CHECKOUT } from './project.ts';

/** `adap build` as a process that goes on while the test looks at it. */
export type Builder = {
  readonly gone: Promise<void>;
  isGone(): boolean;
  /** Whether there was anyone to hear it. */
  signal(name: NodeJS.Signals): boolean;
  events(): Event[];
  said(): string;
};

type How = { readonly words?: readonly string[]; readonly env?: Readonly<Record<string, string>> };

export function startBuilder(root: string, { words = ['-j', '3'], env = {} }: How = {}): Builder {
  const child: ChildProcess = spawn(`${CHECKOUT}/bin/adap`, ['build', ...words, '--json'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const error: Buffer[] = [];
  child.stdout?.on('data', (data: Buffer) => void out.push(data));
  child.stderr?.on('data', (data: Buffer) => void error.push(data));
  let isGone = false;
  const gone = new Promise<void>((done) => {
    child.on('close', () => {
      isGone = true;
      done();
    });
  });
  return {
    gone,
    isGone: () => isGone,
    signal: (name) => child.exitCode === null && child.signalCode === null && child.kill(name),
    // Of one that was killed, the last line may be cut off.
    events: () =>
      (
        Buffer.concat(out)
          .toString()
          .match(/^\{.*\}$/gm) ?? []
      ).map((line) => JSON.parse(line) as Event),
    said: () =>
      Buffer.concat([...out, ...error])
        .toString()
        .slice(-2000),
  };
}
