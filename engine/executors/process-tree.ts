/**
 * Which processes belong to an attempt, what do they hold in memory, and how are they ended? From within the attempt, or
 * from elsewhere after it was killed.
 *
 * A process belongs to it that descends from its leader, is in a group (setsid) that a process of it founded, carries its
 * mark in the environment, or was seen as one of these before. What leaves its group, clears its environment and loses its
 * parent between two looks is not found here: only a control group knows of it.
 */
import { readFileSync } from 'node:fs';
import { ageSeconds, isLiving, readProcess, readProcesses, signalTo } from './process-table.ts';
import type { Process } from './process-table.ts';

export type { Process } from './process-table.ts';

/** The variable of the environment that names the attempt: each process inherits it. */
export const MARK = 'ADAP_ATTEMPT';

export type ProcessTree = {
  /** Living processes (no zombies) that belong to the attempt, besides those apart. */
  members(): readonly Process[];
  /** Of all members together: pages that they share count once. */
  memoryBytes(members?: readonly Process[]): number;
  /** Sends a signal to each member; gives how many there were. */
  signal(name: NodeJS.Signals): number;
};

type Of = {
  readonly attempt: string;
  /** Its pid, if it has one. */
  readonly leader: number;
  /** Where the caller knows it; otherwise whoever has the leader's number now is taken for it. */
  readonly leaderStartTicks?: string;
  /** Never counted nor signalled: the attempt's own process, when it calls. */
  readonly apart: readonly number[];
};

type Table = ReadonlyMap<number, Process>;

export function openProcessTree(of: Of): ProcessTree {
  const leaderTicks = of.leaderStartTicks ?? readProcess(of.leader)?.startTicks;
  const isLeader = ({ pid, startTicks }: Process): boolean => pid === of.leader && startTicks === leaderTicks;
  const isMarked = createMarkReader(of.attempt, leaderTicks);
  const memory = createMeter();
  /** By pid: start ticks. */
  let remembered: ReadonlyMap<number, string> = new Map();
  /** Groups that a process of the attempt founded. None is 0: there the kernel's own threads are. */
  const founded = new Set(of.leader > 0 ? [of.leader] : []);

  const look = (): readonly Process[] => {
    const table = readProcesses();
    const ours = new Set<number>();
    /** Groups in which a process of the attempt was found. */
    const met = new Set<number>();
    const add = ({ pid, sid }: Process): void => {
      ours.add(pid);
      met.add(sid);
      if (pid === sid) founded.add(pid);
    };
    // A group's number is not given to another process while anyone is in the group. So it can have become a stranger's
    // only when nobody of ours was left in it: once its founder is gone, it counts only beside one of ours.
    const isInOurGroup = ({ sid }: Process): boolean => founded.has(sid) && (ours.has(sid) || met.has(sid));
    for (const each of table.values()) if (isLeader(each) || remembered.get(each.pid) === each.startTicks || isMarked(each)) add(each);
    let size: number;
    do {
      size = ours.size;
      for (const each of table.values()) if (!ours.has(each.pid) && (isChildOf(ours, each, table) || isInOurGroup(each))) add(each);
    } while (ours.size > size);
    isMarked.forgetAllBut(table);
    const members = [...table.values()].filter(({ pid }) => ours.has(pid));
    remembered = new Map(members.map(({ pid, startTicks }) => [pid, startTicks]));
    return members.filter((each) => isLiving(each) && !of.apart.includes(each.pid));
  };
  return {
    members: look,
    memoryBytes: (members = look()) => memory(members),
    signal: (name) => look().filter((each) => signalTo(each, name)).length,
  };
}

/** A parent is never younger than its child: one that is has got the number of the true one while the table was read. */
function isChildOf(ours: ReadonlySet<number>, child: Process, table: Table): boolean {
  const parent = ours.has(child.parent) ? table.get(child.parent) : undefined;
  return parent !== undefined && Number(parent.startTicks) <= Number(child.startTicks);
}

/** Living processes that carry the mark of an attempt, the oldest first. */
export function findMarked(attempt: string): readonly Process[] {
  const isMarked = createMarkReader(attempt, undefined);
  const marked = [...readProcesses().values()].filter((each) => isLiving(each) && isMarked(each));
  return marked.toSorted((a, b) => Number(a.startTicks) - Number(b.startTicks) || a.pid - b.pid);
}

/** Until its exec, a new process has the environment of who started it. */
const YOUNG_SECONDS = 1;

/**
 * Reads the environment of each process once; of one that lacks the mark again while it is young, and after an exec. Who is
 * older than the leader cannot have it from there.
 */
function createMarkReader(attempt: string, sinceTicks: string | undefined) {
  const mark = Buffer.from(`\0${MARK}=${attempt}\0`);
  const strangers = new Map<number, Process>();
  const isMarked = (each: Process): boolean => {
    if (sinceTicks !== undefined && Number(each.startTicks) < Number(sinceTicks)) return false;
    const known = strangers.get(each.pid);
    if (known !== undefined && known.startTicks === each.startTicks && known.name === each.name) return false;
    if (environment(each.pid).includes(mark)) return true;
    if (ageSeconds(each) > YOUNG_SECONDS) strangers.set(each.pid, each);
    return false;
  };
  const forgetAllBut = (table: Table): void => {
    for (const pid of strangers.keys()) if (!table.has(pid)) strangers.delete(pid);
  };
  return Object.assign(isMarked, { forgetAllBut });
}

/** Each entry between two zeros. That of a process that we may not read is none of ours. */
function environment(pid: number): Buffer {
  try {
    return Buffer.concat([Buffer.of(0), readFileSync(`/proc/${pid}/environ`)]);
  } catch {
    return Buffer.of();
  }
}

/** How far the resident memory may move before the shared part of it is looked up again, as a share of the highest so far. */
const SLACK = 1 / 64;
const CALLS = 10;

/**
 * Resident pages (RSS) come with the table, but those that processes share count for each of them. The kernel's count that
 * shares them out (PSS) makes it walk all pages: some 9 ms per GiB. As PSS is never above RSS, it can be higher than ever
 * only where RSS is; so it is read then, if RSS moved since, and at every tenth call, because pages can cease to be shared
 * with RSS unmoved. In between, the shared part is taken to be what it was: off by at most 1/64 of the highest.
 */
function createMeter(): (members: readonly Process[]) => number {
  let [highest, calls] = [0, CALLS];
  let last = { rss: 0, pss: 0 };
  return (members) => {
    const rss = members.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
    calls += 1;
    if (calls > CALLS || (rss > highest && Math.abs(rss - last.rss) > highest * SLACK)) {
      last = { rss, pss: members.reduce((sum, each) => sum + pssBytes(each), 0) };
      calls = 0;
    }
    const bytes = last.rss === 0 ? rss : rss * (last.pss / last.rss);
    highest = Math.max(highest, bytes);
    return bytes;
  };
}

function pssBytes({ pid, rssBytes }: Process): number {
  try {
    const kilobytes = /^Pss: +(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
    return kilobytes === undefined ? rssBytes : Number(kilobytes) * 1024;
  } catch {
    return rssBytes;
  }
}

type Ending = { readonly graceSeconds: number; readonly wait: (ms: number) => Promise<void> };

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 100;
/** A process that hangs in a call to the kernel (state D) dies when that returns, which may be never. */
const KILL_MS = 10_000;

/** Asks all to end, then makes them; those that are left even so are stubborn. */
export async function endAll(tree: ProcessTree, { graceSeconds, wait }: Ending): Promise<{ ended: number; stubborn: number }> {
  const seen = new Set<string>();
  const look = (): number => {
    const members = tree.members();
    for (const { pid, startTicks } of members) seen.add(`${pid} ${startTicks}`);
    return members.length;
  };
  // One that begins while its parent ends can escape a single look.
  const left = (): number => look() || look();
  /** Counts what it waited: in time during which the machine slept, nobody could end. */
  const untilGone = async (ms: number, again: () => void): Promise<number> => {
    let [count, waited, pause] = [left(), 0, FIRST_PAUSE_MS];
    while (count > 0 && waited < ms) {
      again();
      await wait(Math.min(pause, ms - waited));
      waited += pause;
      pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5);
      count = left();
    }
    return count;
  };
  if (graceSeconds > 0 && left() > 0) {
    tree.signal('SIGTERM');
    // One that is stopped hears nothing before it goes on.
    tree.signal('SIGCONT');
    await untilGone(graceSeconds * 1000, () => undefined);
  }
  const stubborn = await untilGone(KILL_MS, () => void tree.signal('SIGKILL'));
  return { ended: seen.size - stubborn, stubborn };
}
