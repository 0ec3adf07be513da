import type { Disk } from '../disk/disk.ts';
import { codeOf } from '../disk/node-disk.ts';
import { identity, isAlive } from '../disk/process-identity.ts';
import type { Identity } from '../disk/process-identity.ts';
import { text } from '../lib/text.ts';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import type { World } from '../world.ts';
import type { Lock } from './held-lock.ts';
import { takeLease } from './lease.ts';
import { homeLocked, homeLockedElsewhere } from './problems.ts';

type Holder = Identity & {
  readonly host: string;
  readonly since: string;
  readonly builds: string;
};

/** One builder at a time. The lock of a process that is gone is taken over unasked; that of another machine never is. */
export function takeLock(world: World, path: string, builds: string): Lock | Failed {
  if (world.bucket !== undefined) return takeLease(world, world.bucket, builds);
  const mine: Holder = { ...identity(world.pid), host: world.host, since: new Date(world.now()).toISOString(), builds };
  const content = JSON.stringify(mine);
  const own = `${path}.${world.pid}`;
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      // Whole from its first instant: written beside it, then linked, which fails where a lock is.
      world.disk.writeWhole(own, content);
      try {
        world.disk.hardLink(own, path);
      } finally {
        world.disk.remove(own);
      }
      return { kind: 'lock', release: () => release(world.disk, path, content), isHeld: () => true, fence: 0 };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const found = world.disk.read(path);
    const holder = found === undefined ? undefined : readHolder(found);
    if (holder !== undefined && holder.host !== world.host) return failed(homeLockedElsewhere(holder, path));
    if (holder !== undefined && isAlive(holder)) return failed(homeLocked(holder));
    moveAway(world, path, found);
  }
  throw new Error(`bug: the lock ${path} can neither be taken nor read`);
}

function release(disk: Disk, path: string, content: string): void {
  const bytes = disk.read(path);
  if (bytes !== undefined && text(bytes) === content) disk.remove(path);
}

/**
 * Moved, not removed: of two that find it dead, one rename fails. Another may have moved it before and taken the lock since:
 * then that one's lock is put back.
 */
function moveAway({ disk, pid }: World, path: string, dead: Uint8Array | undefined): void {
  const aside = `${path}.${pid}.dead`;
  try {
    disk.rename(path, aside);
    const moved = disk.read(aside);
    if (dead === undefined || moved === undefined || text(moved) !== text(dead)) disk.hardLink(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error))) throw error;
  }
  disk.remove(aside);
}

/** A lock cut off while it was written is nobody's. */
function readHolder(bytes: Uint8Array): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(text(bytes));
    return typeof holder === 'object' && holder !== null && 'pid' in holder && 'host' in holder ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}
