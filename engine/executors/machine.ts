/** What an attempt asks of the machine that it runs on, as one type: the tests have another one. */
import { readFileSync, statfsSync } from 'node:fs';
import { duBytes } from './disk-use.ts';
import { oomKillsAround, oomKillsOfMachine, openCgroup } from './cgroup.ts';
import type { Cgroup } from './cgroup.ts';
import { endAll, openProcessTree } from './process-tree.ts';
import type { ProcessTree } from './process-tree.ts';

export type Machine = {
  readonly openTree: (attempt: string, leader: number) => ProcessTree;
  readonly endAll: typeof endAll;
  readonly openCgroup: (name: string, limitBytes: number) => Cgroup | undefined;
  readonly oomKills: () => number;
  readonly freeBytes: (path: string) => number;
  /** Bytes that a folder takes on its disk, with all that is in it. */
  readonly used: (folder: string) => Promise<number>;
  /** Of this process and of all that it has waited for. */
  readonly cpuSeconds: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back when the process is told to end; gives the way to stop listening. */
  readonly onTerminate: (then: () => void) => () => void;
};

export const thisMachine: Machine = {
  openTree: (attempt, leader) => openProcessTree({ attempt, leader, apart: [process.pid] }),
  endAll,
  openCgroup,
  oomKills: () => Math.max(oomKillsAround(), oomKillsOfMachine()),
  freeBytes,
  used: duBytes,
  cpuSeconds: cpuSecondsWaitedFor,
  wait: (ms) => new Promise((done) => void setTimeout(done, ms)),
  env: process.env,
  onTerminate(then) {
    const ignore = (): void => undefined;
    process.on('SIGTERM', then).on('SIGINT', then).on('SIGHUP', ignore);
    return () => void process.off('SIGTERM', then).off('SIGINT', then).off('SIGHUP', ignore);
  },
};

export function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}

/** Fields 16 and 17 of stat: the times of children that were waited for, with all that those waited for. */
function cpuSecondsWaitedFor(): number {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) / TICKS;
  } catch {
    return 0;
  }
}

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS = 100;
