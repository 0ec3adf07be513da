import { readFileSync } from 'node:fs';
import { isAlive } from '../../engine/disk/process-identity.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { findMarked } from '../../engine/executors/process-tree.ts';
import type { TargetId } from '../../engine/model/target.ts';
import { controlFolder, readClaim, readManifest, readOrder } from '../../engine/records/attempt-files.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import type { Random } from './random.ts';

type Aim = { readonly which: 'attempt' | 'child'; readonly mayHit: (target: TargetId) => boolean };

/** Kills the process of an attempt that runs in this home, or one of its recipe's; gives whose it was, if there was any. */
export function killAttempt(home: string, random: Random, { which, mayHit }: Aim): TargetId | undefined {
  const { attempts } = foldersOf(home);
  const living = (nodeDisk.names(attempts) ?? []).flatMap((name) => {
    const control = controlFolder(`${attempts}/${name}`);
    const [order, claim, manifest] = [readOrder(nodeDisk, control), readClaim(nodeDisk, control), readManifest(nodeDisk, control)];
    if (order === undefined || claim === undefined || manifest !== undefined || !isAlive(claim) || !mayHit(order.target)) return [];
    const pids = which === 'attempt' ? [claim.pid] : findMarked(order.attempt).map(({ pid }) => pid);
    return pids.map((pid) => ({ pid, target: order.target }));
  });
  const found = living.length === 0 ? undefined : random.pick(living);
  return found !== undefined && kill(found.pid, home) ? found.target : undefined;
}

/** Its number may have been given to a stranger since. */
function kill(pid: number, home: string): boolean {
  const root = home.slice(0, home.lastIndexOf('/'));
  try {
    const isOurs = ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(root));
    return isOurs && process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
