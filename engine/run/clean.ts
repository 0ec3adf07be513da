/**
 * Takes out of the way what nothing reaches, in two phases: moved to the trash under the builder's lock, once looked at a
 * second time there; deleted a day later. Each move is one rename, so that whoever ends it at any moment ends it between two.
 */
import { codeOf } from '../disk/node-disk.ts';
import { treeSize } from '../disk/tree-size.ts';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import type { TargetId } from '../model/target.ts';
import type { Folders } from '../records/folders.ts';
import type { World } from '../world.ts';
import { findGarbage } from './garbage.ts';
import type { Garbage } from './garbage.ts';
import { keepLogIn } from './keep-log.ts';
import { takeLock } from './lock.ts';
import { homeUnwritable } from './problems.ts';

export type Place = { readonly world: World; readonly home: string; readonly folders: Folders };

export type Sized = Garbage & { readonly bytes: number };

/** What lies in the trash; `due`: a clean would delete it now. */
export type Trash = { readonly path: string; readonly bytes: number; readonly isDue: boolean };

export const KEPT_HOURS = 24;

export const sized = ({ world }: Place, garbage: readonly Garbage[]): readonly Sized[] =>
  garbage.map((each) => ({ ...each, bytes: treeSize(world.disk, each.path).bytes }));

export function trashOf({ world, folders }: Place, extent: 'all' | 'due'): readonly Trash[] {
  return (world.disk.names(folders.trash) ?? []).map((name) => {
    const path = `${folders.trash}/${name}`;
    return { path, bytes: treeSize(world.disk, path).bytes, isDue: extent === 'all' || isDue(name, world.now()) };
  });
}

const isDue = (name: string, nowMs: number): boolean => {
  const movedAtMs = /^(\d+)-/.exec(name)?.[1];
  return movedAtMs !== undefined && nowMs - Number(movedAtMs) > KEPT_HOURS * 3_600_000;
};

/** Moves what is garbage on a second look, too. `mayTake` is asked under the lock. */
export function moveToTrash(
  place: Place,
  found: readonly Sized[],
  mayTakeNow: () => (target: TargetId) => boolean,
): { readonly kind: 'moved'; readonly moved: readonly Sized[] } | Failed {
  const { world, home, folders } = place;
  if (found.length === 0) return { kind: 'moved', moved: [] };
  try {
    world.disk.makeFolder(folders.trash);
    const lock = takeLock(world, folders.lock, '(clean)');
    if (lock.kind === 'problem') return lock;
    try {
      const still = new Set(findGarbage(place, mayTakeNow()).map(({ path }) => path));
      const moved = found.filter(({ path }) => still.has(path));
      const atMs = world.now();
      for (const each of moved) {
        // What it said is worth more than what it made: `adap log` still shows it.
        if (each.kind === 'attempts') keepLogIn(place, each.path);
        world.disk.rename(each.path, freePath(place, `${folders.trash}/${atMs}-${nameInTrash(place, each)}`));
      }
      return { kind: 'moved', moved };
    } finally {
      lock.release();
    }
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return failed(homeUnwritable(home, codeOf(error)));
  }
}

/** Without the lock: nothing but a clean looks there, and a build need not wait for it. */
export function emptyTrash({ world }: Place, trash: readonly Trash[]): readonly Trash[] {
  const due = trash.filter((each) => each.isDue);
  for (const { path } of due) world.disk.remove(path);
  return due;
}

/** `old-0123456789ab-1700000000000`, `strays-records-ab-NAME.json.new`; shorter than the longest name that a folder can hold. */
const nameInTrash = ({ folders }: Place, { kind, path }: Garbage): string => {
  const below = path.slice(folders.trash.lastIndexOf('/') + 1);
  return (below.startsWith(`${kind}/`) ? below : `${kind}/${below}`).replaceAll('/', '-').slice(0, 70);
};

function freePath({ world }: Place, path: string): string {
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? path : `${path}.${count}`;
    if (world.disk.stamp(free) === undefined) return free;
  }
}
