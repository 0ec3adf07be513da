import { hostname } from 'node:os';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import type { Capacity, Executor } from '../../engine/executors/executor.ts';
import { createLocalExecutor } from '../../engine/executors/local.ts';
import { thisMachine } from '../../engine/executors/machine.ts';
import type { Place } from './ordered-attempt.ts';

type More = { readonly allowed?: Partial<Capacity>; readonly deafSeconds?: number };

/** Whom the kernel kills for want of memory elsewhere on this machine, is no matter of these tests. */
const machine = { ...thisMachine, oomKills: () => 0 };

/** The executor of this machine, as a build opens it. */
export const openLocal = ({ root, attempts }: Place, { allowed = {}, ...more }: More = {}): Executor =>
  createLocalExecutor({ disk: nodeDisk, machine, now: Date.now, host: hostname(), allowed, attempts, scratch: root, ...more });
