import { hostname } from 'node:os';
import { nodeDisk } from '../disk/node-disk.ts';
import type { World } from '../world.ts';

/** `ADAP_KILL_AT=7`: the process kills itself at the seventh step, for the tests of what then is left. */
export function realWorld(): World {
  const killAt = Number(process.env['ADAP_KILL_AT'] ?? 0);
  let steps = 0;
  return {
    disk: nodeDisk,
    now: Date.now,
    host: hostname(),
    pid: process.pid,
    step: () => {
      steps += 1;
      if (steps === killAt) process.kill(process.pid, 'SIGKILL');
    },
  };
}
