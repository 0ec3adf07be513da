/**
 * What does the kernel itself say of an attempt's memory, and may it set the limit? Where a control group can be made below
 * the one that this process is in: memory of version 1, or version 2. Nothing here throws: a machine without it is usual.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

export type Cgroup = {
  /** Moves a process into it; what that starts from then on is in it, too. */
  enter(pid: number): boolean;
  /** For a POSIX shell: moves the shell itself, or does nothing. */
  readonly enterLine: string;
  /** With the page cache, which the kernel gives back when others need it. */
  peakBytes(): number | undefined;
  /** How many of its processes the kernel killed for want of memory. */
  oomKills(): number;
  pids(): readonly number[];
  /** Whether it is gone; not so while processes are in it. */
  remove(): boolean;
};

type Roots = { readonly groups: string; readonly self: string };
const ROOTS: Roots = { groups: '/sys/fs/cgroup', self: '/proc/self/cgroup' };

type Version = {
  /** Of version 2, a group hands out memory to groups below it only if it says so, and says so only if no process is in it itself, or if it is the root. */
  readonly handsOut: (folder: string) => boolean;
  readonly limit: string;
  /** Set with the limit, where they are there. */
  readonly also: (limitBytes: number) => Readonly<Record<string, number>>;
  readonly peak: string;
  /** Has a line `oom_kill N`. */
  readonly events: string;
};

const V1: Version = {
  handsOut: () => true,
  limit: 'memory.limit_in_bytes',
  also: (limitBytes) => ({ 'memory.memsw.limit_in_bytes': limitBytes }),
  peak: 'memory.max_usage_in_bytes',
  events: 'memory.oom_control',
};

const V2: Version = {
  handsOut: (folder) => (read(`${folder}/cgroup.subtree_control`) ?? '').trim().split(' ').includes('memory'),
  limit: 'memory.max',
  // Killed as one: a pool of workers that loses one of them often waits for it for ever.
  also: () => ({ 'memory.swap.max': 0, 'memory.oom.group': 1 }),
  peak: 'memory.peak',
  events: 'memory.events',
};

/** Without a limit, it only measures. */
export function openCgroup(name: string, limitBytes: number | undefined, roots: Roots = ROOTS): Cgroup | undefined {
  const own = ownGroup(roots);
  if (own === undefined || !/^\w[\w.+-]*$/.test(name) || !own.version.handsOut(own.folder)) return undefined;
  const { version } = own;
  const folder = `${own.folder}/${name}`;
  // What an attempt of this name left: its counts are not of this one.
  removed(folder);
  if (!made(folder)) return undefined;
  if (limitBytes !== undefined) {
    if (!written(`${folder}/${version.limit}`, Math.floor(limitBytes))) {
      removed(folder);
      return undefined;
    }
    for (const [file, value] of Object.entries(version.also(Math.floor(limitBytes)))) written(`${folder}/${file}`, value);
  }
  return {
    enter: (pid) => written(`${folder}/cgroup.procs`, pid),
    enterLine: `{ echo $$ >'${`${folder}/cgroup.procs`.replaceAll("'", `'\\''`)}'; } 2>/dev/null || :; `,
    peakBytes: () => countIn(read(`${folder}/${version.peak}`), /^(\d+)$/m),
    oomKills: () => oomKillsIn(read(`${folder}/${version.events}`)),
    pids: () => (read(`${folder}/cgroup.procs`) ?? '').split('\n').filter(Boolean).map(Number),
    remove: () => removed(folder),
  };
}

/** Where memory is of version 1, version 2 has no say in it, though it may be there. */
function ownGroup({ groups, self }: Roots): { readonly version: Version; readonly folder: string } | undefined {
  const lines = (read(self) ?? '').split('\n').map((line) => /^(\d+):([^:]*):(\/.*)$/.exec(line));
  const first = lines.find((line) => line?.[2]?.split(',').includes('memory'));
  const second = lines.find((line) => line?.[1] === '0' && line[2] === '');
  const [version, root, path] = first ? [V1, `${groups}/memory`, first[3] ?? ''] : [V2, groups, second?.[3]];
  // Above what this process may see of the groups, it makes none.
  if (path === undefined || path.split('/').includes('..')) return undefined;
  // In a container, the path may be the host's, of which this group is the root.
  const folder = [`${root}${path === '/' ? '' : path}`, root].find(isGroup);
  return folder === undefined ? undefined : { version, folder };
}

const oomKillsIn = (text: string | undefined): number => countIn(text, /^oom_kill (\d+)$/m) ?? 0;

function countIn(text: string | undefined, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const tried = <Result>(act: () => Result): Result | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

const did = (act: () => unknown): boolean => tried(() => [act()]) !== undefined;
const read = (path: string): string | undefined => tried(() => readFileSync(path, 'latin1'));
const isGroup = (folder: string): boolean => existsSync(`${folder}/cgroup.procs`);
const written = (path: string, value: number): boolean => did(() => writeFileSync(path, String(value)));
const made = (folder: string): boolean => did(() => mkdirSync(folder));
const removed = (folder: string): boolean => did(() => rmdirSync(folder)) || !existsSync(folder);
