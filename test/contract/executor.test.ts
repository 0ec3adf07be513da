import { hostname } from 'node:os';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { createLocalExecutor } from '../../engine/executors/local.ts';
import { thisMachine } from '../../engine/executors/machine.ts';
import { executorContract } from './executor.ts';
import type { OpenExecutor } from './executor.ts';

const open: OpenExecutor = ({ root, attempts }) =>
  createLocalExecutor({ disk: nodeDisk, machine: thisMachine, now: Date.now, host: hostname(), allowed: {}, attempts, scratch: root });

executorContract('executor of this machine', open);
