import { readFileSync } from 'node:fs';
import { codeOf } from './node-disk.ts';

/** Tells a process from a later one with its number. */
export type Identity = {
  readonly pid: number;
  /** Clock ticks since boot when it began, from /proc; empty where there is no /proc. */
  readonly startTicks: string;
  readonly bootId: string;
};

export function identity(pid: number): Identity {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Fields 3 and 22.
    const fields = statFields(stat);
    // A zombie is dead, and only waits to be taken note of.
    const startTicks = 'ZX'.includes(fields[0] ?? '') ? '' : (fields[19] ?? '');
    return { pid, startTicks, bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() };
  } catch {
    return { pid, startTicks: '', bootId: '' };
  }
}

/** Of a text of /proc/PID/stat, the fields from the third on: behind the name, which may hold blanks and brackets. */
export const statFields = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

/** Whether the process of this machine that had this identity is still there. */
export function isAlive(was: Identity): boolean {
  const is = identity(was.pid);
  if (is.startTicks !== '') return is.startTicks === was.startTicks && is.bootId === was.bootId;
  if (was.startTicks !== '') return false;
  try {
    process.kill(was.pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
