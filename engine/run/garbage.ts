/**
 * What in a home neither a record, nor an intent, nor an attempt that lives or may yet be taken reaches. Whatever cannot be
 * told for certain is none.
 */
import { basename } from 'node:path';
import { identity } from '../disk/process-identity.ts';
import type { TargetId } from '../model/target.ts';
import type { Folders } from '../records/folders.ts';
import type { World } from '../world.ts';
import { attemptState } from './attempt-state.ts';
import { kitPutMs } from './kit.ts';

export const GARBAGE_KINDS = ['old', 'retired', 'attempts', 'logs', 'uploads', 'strays'] as const;

export type Garbage = {
  readonly kind: (typeof GARBAGE_KINDS)[number];
  /** Absolute: a file, or a folder with all that is in it. */
  readonly path: string;
};

/** Files that a killed write or lock left are let be for so long: somebody may be about to write them. */
const STRAY_AFTER_MS = 3_600_000;

/** What an attempt has uploaded to a bucket, and nobody has taken; what workers needed of the project. */
const UPLOAD_KEPT_MS = 7 * 86_400_000;

/** `mayTake`: a build may still take a sealed attempt at this target. */
export function findGarbage(
  { world, folders }: { readonly world: World; readonly folders: Folders },
  mayTake: (target: TargetId) => boolean,
): readonly Garbage[] {
  const { disk } = world;
  const names = (folder: string): readonly string[] => disk.names(folder) ?? [];
  /** What an open intent moves, or would move back, bears the first digits of its target's name. */
  const open = new Set(names(folders.intents).map(short));
  const isFree = (name: string): boolean => !open.has(short(name));
  const all = (kind: Garbage['kind'], folder: string, isGarbage: (name: string) => boolean): Garbage[] =>
    names(folder)
      .filter(isGarbage)
      .map((name) => ({ kind, path: `${folder}/${name}` }));
  const isTaken = (name: string): boolean => {
    const { is, order } = attemptState(world, `${folders.attempts}/${name}`);
    return is === 'sealed' ? order !== undefined && mayTake(order.target) : is !== 'ended';
  };
  const named = new Set([
    ...names(folders.records)
      .flatMap((folder) => names(`${folders.records}/${folder}`))
      .map(short),
    ...[...names(folders.failures), ...names(folders.intents), ...names(folders.attempts)].map(short),
  ]);
  const isStray = (folder: string, name: string): boolean => {
    const stamp = name.endsWith('.new') ? disk.stamp(`${folder}/${name}`) : undefined;
    return stamp !== undefined && world.now() - stamp.mtimeMs > STRAY_AFTER_MS;
  };
  const written = [...names(folders.records).map((name) => `${folders.records}/${name}`), folders.failures, folders.intents];
  // Names of attempts begin with the time.
  const isOld = (name: string): boolean => world.now() - Number(name.slice(0, 14)) > UPLOAD_KEPT_MS;
  const lock = basename(folders.lock);
  return [
    ...all('old', folders.old, isFree),
    ...all('retired', folders.retired, () => true),
    ...all('attempts', folders.attempts, (name) => isFree(name) && !isTaken(name)),
    ...all('logs', folders.logs, (name) => !named.has(short(name))),
    ...names(folders.sealed)
      .filter(isFree)
      .flatMap((target) => all('uploads', `${folders.sealed}/${target}`, isOld)),
    ...all('uploads', folders.kits, (name) => world.now() - kitPutMs(name) > UPLOAD_KEPT_MS),
    ...written.flatMap((folder) => all('strays', folder, (name) => isStray(folder, name))),
    ...all('strays', folders.lock.slice(0, -lock.length - 1), (name) => isLockRemains(name, lock)),
  ];
}

/** What all names of one target begin with: of attempts, logs, former results, records. */
const short = (name: string): string => name.slice(0, 12);

/** `lock.PID`, `lock.PID.new`, `lock.PID.dead`: of a process that took or took over the lock, and is gone. */
function isLockRemains(name: string, lock: string): boolean {
  const pid = /^\.(\d+)(\.new|\.dead)?$/.exec(name.startsWith(lock) ? name.slice(lock.length) : '')?.[1];
  return pid !== undefined && identity(Number(pid)).startTicks === '';
}
