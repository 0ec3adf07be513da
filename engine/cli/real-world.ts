import { hostname } from 'node:os';
import { nodeDisk } from '../disk/node-disk.ts';
import type { World } from '../world.ts';

/** For the tests of what then is left: at step `ADAP_KILL_AT` the process kills itself, at `ADAP_STOP_AT` it stands still until it is told to go on. */
export function realWorld(): World {
  const killAt = Number(process.env['ADAP_KILL_AT'] ?? 0);
  const stopAt = Number(process.env['ADAP_STOP_AT'] ?? 0);
  let steps = 0;
  return {
    disk: nodeDisk,
    now: Date.now,
    host: hostname(),
    pid: process.pid,
    step: () => {
      steps += 1;
      if (steps === killAt) process.kill(process.pid, 'SIGKILL');
      if (steps === stopAt) process.kill(process.pid, 'SIGSTOP');
    },
  };
}
