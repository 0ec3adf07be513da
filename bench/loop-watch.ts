/**
 * Loaded before adap: says at the end for how long the loop was blocked, from the first attempt to the last. Processor time of the
 * main thread between two beats tells its own work from that of others on a busy machine; wall time is told besides.
 */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

let [computing, wall] = [0, 0];
let last: { cpu: number; at: number } | undefined;
const cpu = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
const beat = (): void => {
  const now = { cpu: cpu(), at: performance.now() };
  if (last !== undefined) {
    computing = Math.max(computing, now.cpu - last.cpu);
    wall = Math.max(wall, now.at - last.at);
  }
  last = now;
};
let timer: NodeJS.Timeout | undefined;
const { spawn } = childProcess;
childProcess.spawn = ((...args: Parameters<typeof spawn>) => {
  // What comes before the first attempt is the plan, and no loop.
  timer ??= setInterval(beat, 1).unref();
  return spawn(...args);
}) as typeof spawn;
syncBuiltinESMExports();
process.on('exit', () => process.stderr.write(`loop: ${computing.toFixed(1)} ${wall.toFixed(1)}\n`));
