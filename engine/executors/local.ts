/** Attempts as processes of this machine, each leader of a session of its own: a killed builder does not take them along. */
import { availableParallelism } from 'node:os';
import type { Disk } from '../disk/disk.ts';
import { codeOf } from '../disk/node-disk.ts';
import { identity, isAlive } from '../disk/process-identity.ts';
import type { Identity } from '../disk/process-identity.ts';
import { text } from '../lib/text.ts';
import type { Order } from '../model/attempt.ts';
import { askToCancel, controlFolder, readClaim, readManifest, readUsage, saidPath, writeClaim } from '../records/attempt-files.ts';
import type { Claim } from '../records/attempt-files.ts';
import { openStarter, startAttemptProcess } from './attempt-process.ts';
import type { AttemptProcess, Exit, Starter } from './attempt-process.ts';
import type { Capacity, Died, Ended, Executor, Running } from './executor.ts';
import { freeBytes, memoryBytes, ownOomKills } from './machine.ts';
import type { Machine } from './machine.ts';

type Options = {
  readonly disk: Disk;
  readonly machine: Machine;
  readonly now: () => number;
  readonly host: string;
  /** What the adapfile allows, of what the machine has. */
  readonly allowed: Partial<Capacity>;
  /** The folder in which attempts lie. */
  readonly attempts: string;
  /** On the disk whose room is given to them. */
  readonly scratch: string;
  /** An attempt ends itself at its limit; one that does not hear is ended from here so much later. 30 where it is not given. */
  readonly deafSeconds?: number;
};

/** A process comes up in the time that a short recipe takes, so that two are made ready ahead. */
const SPARES = 2;

/** Looked at so often whether an adopted attempt lives. */
const LOOK_MS = 200;
const DEAF_SHARE = 1.02;
const DEAF_SECONDS = 30;

export function createLocalExecutor(options: Options): Executor {
  const { disk, machine, attempts } = options;
  const one = (folder: string, order: Order): OneAttempt => ({ ...options, folder, order });
  const killAt = machine.env['ADAP_ATTEMPT_KILL_AT'] ?? '';
  const spares: Spare[] = [];
  let starter: Starter | undefined;
  let isClosed = false;
  const processFor = ({ root, tries }: Order): AttemptProcess => {
    for (let ready = spares.shift(); ready !== undefined; ready = spares.shift()) {
      if (ready.root === root && ready.process.isAlive()) return ready.process;
      ready.process.dismiss();
    }
    if (starter?.isAlive() === true) return starter.start(root, attempts);
    // For tests of what a kill leaves behind: an attempt is killed at a step of its first try.
    return startAttemptProcess(root, attempts, { ...machine.env, ADAP_KILL_AT: tries === 1 ? killAt : '' });
  };
  return {
    capacity: capacityOf(options),
    start(folder, order) {
      const startedAtMs = options.now();
      try {
        const process = processFor(order);
        process.tell(order.attempt, folder);
        return watch(one(folder, order), { pid: process.pid, startedAtMs, exit: process.exit, release: process.release });
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        const exit = Promise.resolve({ exit: undefined, signal: undefined, said });
        return watch(one(folder, order), { pid: 0, startedAtMs, exit, release: () => undefined });
      }
    },
    prepare(root) {
      if (killAt !== '' || spares.length >= SPARES || isClosed) return;
      try {
        if (starter?.isAlive() !== true) starter = openStarter({ ...machine.env, ADAP_KILL_AT: '' });
        spares.push({ root, process: starter.start(root, attempts) });
      } catch {
        // Told when the attempt itself cannot be started.
      }
    },
    close() {
      isClosed = true;
      for (const { process } of spares.splice(0)) {
        process.dismiss();
        process.release();
      }
      starter?.close();
    },
    adopt(folder, order) {
      const claim = readClaim(disk, controlFolder(folder)) ?? barred(options, folder);
      if (claim === undefined || claim.attempt !== order.attempt || claim.host !== options.host || !isAlive(claim)) return undefined;
      return watch(one(folder, order), { pid: claim.pid, startedAtMs: claim.startedAtMs, ...goneOf(claim) });
    },
    sweep: async ({ attempt }, leader = 0) => {
      await machine.endAll(machine.openTree(attempt, leader), { graceSeconds: 0, wait: machine.wait });
    },
  };
}

/** One that has not written down yet who it is never will: its place is taken, and it ends without having done anything. */
function barred({ disk, host, now }: Options, folder: string): Claim | undefined {
  try {
    writeClaim(disk, controlFolder(folder), { ...identity(process.pid), host, attempt: '', startedAtMs: now() });
    return undefined;
  } catch {
    // It was faster.
    return readClaim(disk, controlFolder(folder));
  }
}

type Spare = { readonly root: string; readonly process: AttemptProcess };
type OneAttempt = Options & { readonly folder: string; readonly order: Order };
type Process = { readonly pid: number | Promise<number>; readonly startedAtMs: number; readonly exit: Promise<Exit>; release(): void };

function watch(one: OneAttempt, { pid: told, startedAtMs, ...gone }: Process): Running {
  const { disk, machine, folder, order, deafSeconds = DEAF_SECONDS } = one;
  const oomKills = machine.oomKills();
  let pid = typeof told === 'number' ? told : 0;
  let tree = machine.openTree(order.attempt, pid);
  if (typeof told !== 'number')
    void told.then((known) => {
      if (isGone) return;
      pid = known;
      tree = machine.openTree(order.attempt, known);
    });
  const timers: NodeJS.Timeout[] = [];
  const hardKill = (): void => void machine.endAll(tree, { graceSeconds: 0, wait: machine.wait });
  const deafMs = (order.wants.hours * 3600 * DEAF_SHARE + order.graceSeconds + deafSeconds) * 1000;
  let ranMs = 0;
  let isGone = false;
  let asked: Died['asked'] = 'nothing';
  // Counted in ticks: time in which this machine slept, or this process was stopped, is not held against it.
  timers.push(
    setInterval(() => {
      ranMs += 1000;
      if (ranMs <= deafMs) return;
      asked = 'time-limit';
      hardKill();
    }, 1000).unref(),
  );
  const end = async (): Promise<Ended> => {
    const { exit, signal, said } = await gone.exit;
    isGone = true;
    for (const timer of timers) clearTimeout(timer);
    // Of one that ended by itself nothing is left: it saw to that. Of one that was killed, orphans may be.
    const manifest = readManifest(disk, controlFolder(folder));
    if (manifest !== undefined && manifest.order.attempt === order.attempt) return { kind: 'manifest', manifest };
    const claim = readClaim(disk, controlFolder(folder));
    // Where another process was first, this one has begun nothing: what bears the mark belongs to that one.
    if (claim === undefined || claim.pid === pid) await machine.endAll(tree, { graceSeconds: 0, wait: machine.wait });
    const died: Died = {
      asked,
      hadBegun: claim !== undefined,
      isOtherBoot: claim !== undefined && claim.bootId !== identity(process.pid).bootId,
      exit,
      signal,
      oomKills: ownOomKills(machine, oomKills, readUsage(disk, controlFolder(folder))?.peakMemoryBytes ?? 0),
      freeBytes: machine.freeBytes(folder),
      said: [said, lastOf(text(disk.read(saidPath(controlFolder(folder))) ?? Buffer.from('')))].filter((each) => each !== '').join('; '),
    };
    return { kind: 'died', died };
  };
  return {
    startedAtMs,
    ended: end(),
    cancel() {
      // Its folder and its number may be another's by now.
      if (isGone) return;
      asked = 'cancel';
      try {
        askToCancel(disk, controlFolder(folder));
      } catch {
        // It then calls itself preempted; it is ended all the same.
      }
      void Promise.resolve(told).then((known) => isGone || signalTo(known, 'SIGTERM'));
      timers.push(setTimeout(hardKill, (order.graceSeconds + 5) * 1000));
    },
    release() {
      for (const timer of timers) clearTimeout(timer);
      gone.release();
    },
  };
}

/** No child of ours: it is looked at now and then. */
function goneOf(who: Identity): Pick<Process, 'exit' | 'release'> {
  let timer: NodeJS.Timeout | undefined;
  const exit = new Promise<Exit>((done) => {
    timer = setInterval(() => {
      if (isAlive(who)) return;
      clearInterval(timer);
      done({ exit: undefined, signal: undefined, said: '' });
    }, LOOK_MS);
  });
  return { exit, release: () => clearInterval(timer) };
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/** A tenth of the memory is left to the system and to adap. */
function capacityOf({ allowed, scratch }: Options): Capacity {
  const memory = (memoryBytes() * 0.9) / 2 ** 30;
  const least = (has: number, may: number | undefined): number => Math.min(has, may ?? Infinity);
  return {
    cpus: least(availableParallelism(), allowed.cpus),
    memoryGiB: least(memory, allowed.memoryGiB),
    scratchGiB: least(freeBytes(scratch) / 2 ** 30, allowed.scratchGiB),
  };
}

/** Of a stack only where and what: the calls, and Node's version at its end, tell nobody anything. */
const lastOf = (said: string): string =>
  said
    .split('\n')
    .filter((line) => !/^\s*(at .*|\^*|Node\.js v.*)$/.test(line))
    .slice(-3)
    .map((line) => line.trim())
    .join(' | ')
    .slice(0, 500);
