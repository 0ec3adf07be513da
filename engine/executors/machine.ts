/** What an attempt asks of the machine that it runs on, as one type: the tests have another one. */
import { readFileSync, readdirSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { nodeDisk } from '../disk/node-disk.ts';
import { treeSize } from '../disk/tree-size.ts';
import type { Cgroup } from './cgroup.ts';
import { statFields } from '../disk/process-identity.ts';
import { TICKS } from './process-table.ts';
import { endAll, openProcessTree } from './process-tree.ts';
import type { ProcessTree } from './process-tree.ts';

export type Machine = {
  readonly openTree: (attempt: string, leader: number) => ProcessTree;
  readonly endAll: typeof endAll;
  readonly openCgroup: (name: string, limitBytes: number) => Promise<Cgroup | undefined>;
  /** Processes of the whole machine that the kernel killed for want of memory since it began. */
  readonly oomKills: () => number;
  /** Of its memory, to processes of this one's place. */
  readonly memoryBytes: () => number;
  /** Whether this process ever had a child. */
  readonly hadChildren: () => boolean;
  readonly freeBytes: (path: string) => number;
  /** Bytes of all that is in a folder. */
  readonly used: (folder: string) => number;
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
  // Loaded by those that have a limit.
  openCgroup: async (name, limitBytes) => (await import('./cgroup.ts')).openCgroup(name, limitBytes),
  oomKills: oomKillsOfMachine,
  memoryBytes,
  hadChildren,
  freeBytes,
  used: (folder) => treeSize(nodeDisk, folder).bytes,
  cpuSeconds: cpuSecondsWaitedFor,
  wait: (ms) => new Promise((done) => void setTimeout(done, ms)),
  env: process.env,
  onTerminate(then) {
    const ignore = (): void => undefined;
    process.on('SIGTERM', then).on('SIGINT', then).on('SIGHUP', ignore);
    return () => void process.off('SIGTERM', then).off('SIGINT', then).off('SIGHUP', ignore);
  },
};

/** What a container may have, or all there is. */
export function memoryBytes(): number {
  const constrained = process.constrainedMemory();
  return Math.min(totalmem(), constrained > 0 ? constrained : Infinity);
}

/** The kernel kills what holds most: what held less than this share was not what it looked for. */
const LARGE = 1 / 8;

/** Kills since `before` that may have been of a tree that held so much; the machine's count tells of neighbours, too. */
export const ownOomKills = (machine: Machine, before: number, peakMemoryBytes: number): number =>
  peakMemoryBytes > machine.memoryBytes() * LARGE ? machine.oomKills() - before : 0;

export function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}

/** 0 where the kernel does not say. */
export function oomKillsOfMachine(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** One that was waited for has left its page faults in field 11 of stat; one that was not is listed with the thread that made it. */
function hadChildren(): boolean {
  try {
    const threads = readdirSync('/proc/self/task');
    return Number(ownStat()[8]) > 0 || threads.some((thread) => readFileSync(`/proc/self/task/${thread}/children`).length > 0);
  } catch {
    return true;
  }
}

/** Fields 16 and 17 of stat: the times of children that were waited for, with all that those waited for. */
function cpuSecondsWaitedFor(): number {
  try {
    const fields = ownStat();
    return (Number(fields[13]) + Number(fields[14])) / TICKS;
  } catch {
    return 0;
  }
}

const ownStat = (): readonly string[] => statFields(readFileSync('/proc/self/stat', 'latin1'));
