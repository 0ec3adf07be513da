/**
 * A small process that starts the processes of attempts, for a builder: to fork a large process holds it up, and makes it slow for a
 * while after. It knows nothing but what it is told by messages; when its builder is gone it ends, and what it started goes on.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export type ToStarter =
  /** `said` is the file that it prints into. */
  | { readonly kind: 'start'; readonly id: number; readonly args: readonly string[]; readonly said: string }
  | { readonly kind: 'tell'; readonly id: number; readonly line: string }
  | { readonly kind: 'dismiss'; readonly id: number };

export type FromStarter =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'refused'; readonly id: number; readonly says: string }
  | { readonly kind: 'ended'; readonly id: number; readonly exit: number | undefined; readonly signal: string | undefined };

const children = new Map<number, ChildProcess>();
const say = (message: FromStarter): void => void process.send?.(message);

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToStarter) => {
  const { id } = message;
  switch (message.kind) {
    case 'start':
      return start(message);
    case 'tell':
      return void children.get(id)?.stdin?.end(message.line);
    case 'dismiss':
      return void children.get(id)?.stdin?.end();
  }
});

function start({ id, args, said }: ToStarter & { kind: 'start' }): void {
  const refused = (error: unknown): void => say({ kind: 'refused', id, says: error instanceof Error ? error.message : String(error) });
  try {
    const out = openSync(said, 'w');
    try {
      const child = spawn(process.execPath, [...args], { cwd: '/', detached: true, stdio: ['pipe', out, out] });
      children.set(id, child);
      child.stdin?.on('error', () => undefined);
      child.on('error', refused);
      child.on('exit', (code, signal) => {
        children.delete(id);
        say({ kind: 'ended', id, exit: code ?? undefined, signal: signal ?? undefined });
      });
      if (child.pid !== undefined) say({ kind: 'started', id, pid: child.pid });
    } finally {
      closeSync(out);
    }
  } catch (error) {
    refused(error);
  }
}
