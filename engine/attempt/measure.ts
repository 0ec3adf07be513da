/** What an attempt uses, looked at while it runs: often at first, then about once a second. It also says when a limit is passed. */
import type { Cgroup } from '../executors/cgroup.ts';
import type { Machine } from '../executors/machine.ts';
import type { ProcessTree } from '../executors/process-tree.ts';
import type { Usage } from '../model/evidence.ts';

export type Limits = { readonly hours: number; readonly memoryBytes: number | undefined };

export type Measuring = {
  usage(): Usage;
  /** After the last look; gives what was used in all. */
  stop(): Usage;
};

type Options = {
  readonly machine: Machine;
  readonly tree: ProcessTree;
  readonly folder: string;
  readonly limits: Limits;
  readonly now: () => number;
  /** Where it has one. */
  readonly cgroup: Cgroup | undefined;
  readonly passed: (limit: 'time-limit' | 'memory-limit') => void;
  /** About once a second, and at the end. */
  readonly eachSecond: (usage: Usage) => void;
};

const FIRST_MS = 20;
const LATER_MS = 1000;
/** The disk is looked at for at most a twentieth of the time. */
const SCRATCH_SHARE = 20;
/** Time in which nothing was looked at: the machine slept, or the process was stopped. It does not count towards the limit. */
const GAP = 5;

export function measure(options: Options): Measuring {
  const { machine, tree, now, limits, cgroup } = options;
  const begun = now();
  let [peakMemoryBytes, peakScratchBytes, processes, liveCpu, ranMs] = [0, 0, 0, 0, 0];
  let [last, told, scratchDue] = [begun, begun, begun + 200];
  let every = FIRST_MS;
  let isStopped = false;

  const usage = (): Usage => {
    const cgroupPeakBytes = cgroup?.peakBytes();
    return {
      seconds: (now() - begun) / 1000,
      cpuSeconds: machine.cpuSeconds() + liveCpu,
      peakMemoryBytes,
      ...(cgroupPeakBytes === undefined ? {} : { cgroupPeakBytes }),
      peakScratchBytes,
      processes,
    };
  };
  const lookAtScratch = (): void => {
    const start = now();
    peakScratchBytes = Math.max(peakScratchBytes, machine.used(options.folder));
    scratchDue = now() + Math.max(1000, (now() - start) * SCRATCH_SHARE);
  };
  const look = (): void => {
    const members = tree.members();
    processes = Math.max(processes, members.length);
    liveCpu = members.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    if (members.length > 0) peakMemoryBytes = Math.max(peakMemoryBytes, tree.memoryBytes(members));
    const at = now();
    ranMs += Math.max(0, Math.min(at - last, every * GAP));
    // A clock that was set back starts what is due anew.
    if (at < last) [told, scratchDue] = [at, at];
    last = at;
    // The kernel may have killed one of many, and the others wait for it.
    const isKilled = cgroup !== undefined && cgroup.oomKills() > 0;
    if (isKilled || (limits.memoryBytes !== undefined && peakMemoryBytes > limits.memoryBytes)) options.passed('memory-limit');
    if (ranMs > limits.hours * 3_600_000) options.passed('time-limit');
    if (at >= scratchDue) lookAtScratch();
    if (at - told >= 1000) {
      told = at;
      options.eachSecond(usage());
    }
  };
  const loop = async (): Promise<void> => {
    for (;;) {
      await machine.wait(every);
      if (isStopped) return;
      look();
      // Short attempts are looked at closely, long ones cheaply.
      every = Math.min(LATER_MS, every * 1.2);
    }
  };
  void loop();
  return {
    usage,
    stop() {
      isStopped = true;
      lookAtScratch();
      return usage();
    },
  };
}
