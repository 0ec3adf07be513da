/** The one place where evidence becomes a cause. Pure: the attempt calls it for itself, the builder for one that died. */
import type { Died } from '../executors/executor.ts';
import type { Failure } from '../model/cause.ts';

/** How a recipe's command ended, or what else it threw. */
export type Thrown = {
  readonly says: string;
  /** Set by `failing`: the recipe knows. */
  readonly failing?: Failure | undefined;
  readonly exit?: number | undefined;
  readonly signal?: string | undefined;
  /** Node's: ENOSPC, EIO. */
  readonly code?: string | undefined;
};

/** What adap itself did to it. */
export type Asked = 'nothing' | 'cancel' | 'terminate' | 'time-limit' | 'memory-limit';

export type Ending = {
  readonly asked: Asked;
  readonly thrown: Thrown | undefined;
  readonly lastLines: readonly string[];
  /** On the disk of its directory, when it ended. */
  readonly freeBytes: number;
  /** Processes that the kernel killed for want of memory while it ran, in its control group or on the machine. */
  readonly oomKills: number;
  readonly limits: { readonly hours: number; readonly memoryBytes: number | undefined };
  readonly peakMemoryBytes: number;
  /** An input that is not what it was when the attempt was ordered. */
  readonly moved: string | undefined;
  readonly notWhole: readonly string[];
};

/** The cause of a failure; undefined where there is none, and the attempt can be sealed. */
export function causeOf(end: Ending): Failure | undefined {
  const { thrown, limits } = end;
  if (end.asked === 'cancel') return { cause: 'cancelled', says: 'it was cancelled' };
  if (end.asked === 'terminate') return { cause: 'preempted', says: 'the attempt was told to end (SIGTERM)' };
  if (end.asked === 'time-limit') return { cause: 'timed-out', says: `it ran for longer than ${limits.hours} h` };
  if (end.asked === 'memory-limit') return outOfMemory(end, 'it was ended');
  if (thrown?.failing !== undefined) return thrown.failing;
  if (thrown !== undefined) {
    const signal = signalOf(thrown);
    if (signal === 'SIGKILL' && end.oomKills > 0) return outOfMemory(end, 'the kernel killed it');
    if (isDiskFull(thrown, end)) return { cause: 'disk-full', says: `${thrown.says}; ${gib(end.freeBytes)} free` };
    if (signal !== undefined && OUTSIDE.has(signal)) return { cause: 'preempted', says: `${thrown.says}: ${signal} from outside` };
    if (isFileSystem(thrown.code)) return { cause: 'store-unavailable', says: thrown.says };
  }
  if (end.moved !== undefined) return { cause: 'input-changed', says: `${end.moved} changed while it ran` };
  if (thrown !== undefined) return { cause: 'exited', says: withLast(thrown.says, end.lastLines) };
  if (end.notWhole.length > 0) return { cause: 'incomplete', says: end.notWhole.join('; ') };
  return undefined;
}

/** Of an attempt that left no manifest. */
export type Death = Died & { readonly limits: Ending['limits'] };

export function causeOfDeath(death: Death): Failure {
  const { limits, said } = death;
  const words = said === '' ? '' : `: ${said}`;
  if (death.asked === 'cancel') return { cause: 'cancelled', says: 'it was cancelled' };
  if (death.asked === 'time-limit') return { cause: 'timed-out', says: `it did not end within ${limits.hours} h, and did not hear` };
  if (death.failure !== undefined) return death.failure;
  if (death.isLost === true) return { cause: 'lease-lost', says: said };
  if (death.isOtherBoot) return { cause: 'node-lost', says: 'the machine that it ran on was started anew' };
  if (death.signal === 'SIGKILL' && death.oomKills > 0)
    return { cause: 'out-of-memory', says: `the kernel killed it for want of memory${limitWords(limits)}` };
  if (death.freeBytes < FULL) return { cause: 'disk-full', says: `its disk is full; ${gib(death.freeBytes)} free` };
  if (death.exit !== undefined && death.exit !== 0) return { cause: 'bug', says: `adap attempt ended with ${death.exit}${words}` };
  if (!death.hadBegun) return { cause: 'never-started', says: `its process did not come up${words}` };
  return { cause: 'preempted', says: `its process was killed from outside (${death.signal ?? 'no one saw by what'})` };
}

/** Sent by people, by clusters, by a machine that goes down; all others are a program's own doing. */
const OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGPWR']);

/** As bash and Python tell of a child that ended by a signal. */
const BY_EXIT: Readonly<Record<number, string>> = { 129: 'SIGHUP', 130: 'SIGINT', 131: 'SIGQUIT', 137: 'SIGKILL', 143: 'SIGTERM' };

const signalOf = ({ signal, exit }: Thrown): string | undefined => signal ?? (exit === undefined ? undefined : BY_EXIT[exit]);

/** Less than this is as good as nothing: what is left for root, or of one block. */
const FULL = 64 * 1024;

/** What the C library says for ENOSPC and EDQUOT, and every program repeats. */
const DISK_FULL = /no space left on device|disk quota exceeded/i;

const isDiskFull = ({ code, says }: Thrown, { lastLines, freeBytes }: Ending): boolean =>
  code === 'ENOSPC' || code === 'EDQUOT' || freeBytes < FULL || [says, ...lastLines].some((line) => DISK_FULL.test(line));

/** The disk or the machine refuses; ENOENT and the like are the recipe's own mistakes. */
const REFUSALS = new Set(['EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ESTALE', 'ENOTCONN', 'ETIMEDOUT', 'EBUSY', 'EAGAIN', 'ENOMEM', 'EXDEV']);

const isFileSystem = (code: string | undefined): boolean => code !== undefined && REFUSALS.has(code);

const outOfMemory = ({ peakMemoryBytes, limits }: Ending, what: string): Failure => ({
  cause: 'out-of-memory',
  says: `${what} for want of memory: it used ${gib(peakMemoryBytes)}${limitWords(limits)}`,
});

const limitWords = ({ memoryBytes }: Ending['limits']): string => (memoryBytes === undefined ? '' : `, its limit is ${gib(memoryBytes)}`);

const withLast = (says: string, lines: readonly string[]): string => {
  const last = lines.at(-1);
  return last === undefined || says.includes(last) ? says : `${says}: ${last}`;
};

const gib = (bytes: number): string => (bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`);
