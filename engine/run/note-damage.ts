import { codeOf } from '../disk/node-disk.ts';
import type { Problem } from '../model/problem.ts';
import type { TargetRecord } from '../model/record.ts';
import { NOT_BELIEVED } from '../plan/observe.ts';
import { readRecord, recordPath, sealed } from '../records/record-files.ts';
import type { Folders } from '../records/folders.ts';
import type { World } from '../world.ts';
import { takeLock } from './lock.ts';
import { homeUnwritable } from './problems.ts';

/**
 * Takes from a record the belief in its stamps, so that plans read the bytes from now on. Put anew even where it is so
 * already: that the file moves is what voids the memory of a plan that found the bytes mended. Gives what stood in the way.
 */
export function noteDamage(
  { world, home, folders }: { readonly world: World; readonly home: string; readonly folders: Folders },
  found: TargetRecord,
): Problem | undefined {
  try {
    const lock = takeLock(world, folders.lock, '(verify)');
    if (lock.kind === 'problem') return lock.problem;
    try {
      const record = readRecord(world.disk, folders, found.target);
      // Published again since its bytes were read: what was damaged is replaced.
      if (record?.publishedAtMs !== found.publishedAtMs) return undefined;
      world.disk.writeWhole(recordPath(folders, record.target), sealed({ ...record, stampedAtMs: NOT_BELIEVED } satisfies TargetRecord));
      return undefined;
    } finally {
      lock.release();
    }
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return homeUnwritable(home, codeOf(error));
  }
}
