import { runAttempt } from '../../engine/attempt/run-attempt.ts';
import type { Executor, Running } from '../../engine/executors/executor.ts';
import type { Machine } from '../../engine/executors/machine.ts';
import type { Order } from '../../engine/model/attempt.ts';
import type { RunsRule } from '../../engine/model/rule.ts';
import type { World } from '../../engine/world.ts';

/** A machine without processes: what recipes do in this process is all there is. */
export const quietMachine = (order: Order): Machine => ({
  openTree: () => ({ members: () => [], memoryBytes: () => 0, signal: () => 0 }),
  endAll: async () => ({ ended: 0, stubborn: 0 }),
  openCgroup: async () => undefined,
  hadChildren: () => false,
  oomKills: () => 0,
  memoryBytes: () => Infinity,
  freeBytes: () => Infinity,
  used: () => 0,
  cpuSeconds: () => 0,
  wait: () => new Promise(() => undefined),
  env: { ADAP_ATTEMPT: order.attempt },
  onTerminate: () => () => undefined,
});

/** A stand-in for attempts as processes: the same attempt, in this process, on the test's own disk; for thousands of builds in a second. */
export function createInlineExecutor(world: World, ruleOf: (name: string) => RunsRule): Executor {
  return {
    capacity: { cpus: 3, memoryGiB: 8, scratchGiB: Infinity },
    start(folder, order): Running {
      const run = async () => {
        const end = await runAttempt({ world, machine: quietMachine(order), folder }, async () => ruleOf(order.rule));
        if (end.kind === 'other') throw new Error(`${order.target}: its folder is another's`);
        return { kind: 'manifest', manifest: end.manifest } as const;
      };
      return { startedAtMs: world.now(), ended: run(), cancel: () => undefined, release: () => undefined };
    },
    prepare: () => undefined,
    close: () => undefined,
    adopt: () => undefined,
    sweep: async () => undefined,
  };
}
