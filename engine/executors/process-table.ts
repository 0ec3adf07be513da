/** Which processes does this machine run? As /proc has it; none where there is no /proc. */
import { statFields } from '../disk/process-identity.ts';
import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';

export type Process = {
  readonly pid: number;
  /** Clock ticks since boot when it began: with the pid, it tells a process from all others of this boot. */
  readonly startTicks: string;
  /** The program's, at most 15 bytes: another one after an exec. */
  readonly name: string;
  /** R S D T Z, … */
  readonly state: string;
  readonly parent: number;
  /** The pid that the founder of its group had, who called setsid. */
  readonly sid: number;
  readonly threads: number;
  readonly rssBytes: number;
  /** Its own, and of the children that it has waited for. */
  readonly cpuSeconds: number;
};

/** USER_HZ, which is 100 on every Linux that Node runs on. */
export const TICKS = 100;

/** All of them by pid, zombies too. */
export function readProcesses(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const entry of entries()) {
    const pid = Number(entry);
    const each = Number.isInteger(pid) ? readProcess(pid) : undefined;
    if (each !== undefined) found.set(pid, each);
  }
  return found;
}

export function readProcess(pid: number): Process | undefined {
  try {
    const handle = openSync(`/proc/${pid}/stat`, 'r');
    try {
      return parsed(line.toString('latin1', 0, readSync(handle, line)));
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

/** One whose first thread has ended is shown as a zombie, too, while others of its threads work on. */
export const isLiving = ({ state, threads }: Process): boolean => !['Z', 'X'].includes(state) || threads > 1;

/** Signals this very process: none that has got its number meanwhile. */
export function signalTo({ pid, startTicks }: Pick<Process, 'pid' | 'startTicks'>, name: NodeJS.Signals): boolean {
  try {
    return readProcess(pid)?.startTicks === startTicks && process.kill(pid, name);
  } catch {
    return false;
  }
}

/** How old a process is; smaller than 0 where the machine shows another clock than its processes have. */
export function ageSeconds({ startTicks }: Process): number {
  try {
    return Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) - Number(startTicks) / TICKS;
  } catch {
    return -1;
  }
}

const entries = (): readonly string[] => {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
};

/** Fields as in proc(5), which counts from 1; behind the name, which may hold blanks and brackets. */
export function parsed(stat: string): Process {
  const end = stat.lastIndexOf(')');
  const rest = statFields(stat);
  const field = (number: number): number => Number(rest[number - 3]);
  return {
    pid: Number.parseInt(stat, 10),
    startTicks: rest[22 - 3] ?? '',
    name: stat.slice(stat.indexOf('(') + 1, end),
    state: rest[0] ?? '',
    parent: field(4),
    sid: field(6),
    threads: field(20),
    rssBytes: field(24) * pageBytes(),
    cpuSeconds: (field(14) + field(15) + field(16) + field(17)) / TICKS,
  };
}

/** Long enough for 52 numbers; processes are read one at a time. */
const line = Buffer.alloc(4096);

let page: number | undefined;

/** AT_PAGESZ, among the pairs of words that the kernel hands to each program: 4 KiB, or up to 64 on arm64. */
function pageBytes(): number {
  if (page !== undefined) return page;
  page = 4096;
  try {
    const auxv = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= auxv.length; at += 16) if (auxv.readBigUInt64LE(at) === 6n) page = Number(auxv.readBigUInt64LE(at + 8));
  } catch {
    // Not on Linux: there are no processes to measure, either.
  }
  return page;
}
