import type { Stamp } from '../model/stamp.ts';
import type { Disk } from './disk.ts';

/** The stamps that one plan has seen: each path is asked for once, so that all of the plan speaks of one instant. */
export type Look = {
  stamp(path: string): Stamp | undefined;
  /** All that was asked for; undefined for what was not there. */
  readonly seen: ReadonlyMap<string, Stamp | undefined>;
  /** After this plan's builder has changed something there. */
  forget(path: string): void;
};

export function createLook(disk: Pick<Disk, 'stamp'>): Look {
  const seen = new Map<string, Stamp | undefined>();
  return {
    seen,
    stamp(path) {
      const known = seen.get(path);
      if (known !== undefined || seen.has(path)) return known;
      const stamp = disk.stamp(path);
      seen.set(path, stamp);
      return stamp;
    },
    forget: (path) => void seen.delete(path),
  };
}
