import { dirname } from 'node:path';
import { text } from '../lib/text.ts';
import type { TargetRecord } from '../model/record.ts';
import { sameStamp } from '../model/stamp.ts';
import type { TargetId } from '../model/target.ts';
import { nameOf, sealed, unsealed } from '../records/record-files.ts';
import type { Folders } from '../records/folders.ts';
import type { Records } from '../records/records.ts';
import type { World } from '../world.ts';

/**
 * What is about to be put in place: written whole before the first rename, gone after the record. The next builder
 * rolls it forward; back, where what was to be published is not there any more.
 */
type Intent = {
  readonly attempt: string;
  /** Where the former outputs go, below `.adap/old`. */
  readonly old: string;
  readonly record: TargetRecord;
};

type Place = { readonly world: World; readonly home: string; readonly folders: Folders; readonly records: Records };

export const attemptFolder = (folders: Folders, target: TargetId): string => `${folders.attempts}/${nameOf(target).slice(0, 12)}`;

const intentPath = (folders: Folders, target: TargetId): string => `${folders.intents}/${nameOf(target)}.json`;

/** Puts the outputs of a finished attempt into their places; the record is the commit. */
export function publish(place: Place, record: TargetRecord): void {
  const { world, folders } = place;
  const intent: Intent = {
    attempt: attemptFolder(folders, record.target),
    old: `${folders.old}/${nameOf(record.target).slice(0, 12)}-${record.publishedAtMs}`,
    record,
  };
  world.step('sealed');
  world.disk.writeWhole(intentPath(folders, record.target), sealed(intent));
  world.step('intent-written');
  try {
    rollForward(place, intent);
  } catch (error) {
    // What the file system refuses is undone, and said of this target alone.
    if (world.disk.stamp(intentPath(folders, record.target)) !== undefined) rollBack(place, intent);
    throw error;
  }
}

function rollForward({ world, home, folders, records }: Place, { attempt, old, record }: Intent): void {
  const { disk } = world;
  for (const output of record.outputs) {
    const path = output.path.replace(/\/$/, '');
    if (disk.stamp(`${attempt}/${path}`) === undefined) continue;
    if (disk.stamp(`${home}/${path}`) !== undefined) {
      disk.makeFolder(dirname(`${old}/${path}`));
      disk.rename(`${home}/${path}`, `${old}/${path}`);
      world.step('old-moved');
    }
    disk.makeFolder(dirname(`${home}/${path}`));
    disk.rename(`${attempt}/${path}`, `${home}/${path}`);
    world.step('new-moved');
  }
  records.put(record);
  world.step('record-written');
  records.removeFailure(record.target);
  disk.remove(attempt);
  world.step('attempt-removed');
  disk.remove(intentPath(folders, record.target));
  world.step('intent-closed');
}

function rollBack({ world, home, folders }: Place, { attempt, old, record }: Intent): void {
  const { disk } = world;
  for (const output of record.outputs) {
    const path = output.path.replace(/\/$/, '');
    if (disk.stamp(`${old}/${path}`) === undefined) continue;
    if (disk.stamp(`${home}/${path}`) !== undefined) {
      disk.makeFolder(dirname(`${old}.new/${path}`));
      disk.rename(`${home}/${path}`, `${old}.new/${path}`);
    }
    disk.rename(`${old}/${path}`, `${home}/${path}`);
  }
  disk.remove(intentPath(folders, record.target));
  disk.remove(attempt);
}

/**
 * Ends what an interrupted builder began: intents first, then what was never sealed is thrown away. A damaged intent is
 * set aside: the stamps tell what it left undone.
 */
export function recover(place: Place, tell: (target: TargetId, by: 'rolled-forward' | 'rolled-back' | 'stuck') => void): void {
  const { world, folders } = place;
  const stuck = new Set<string>();
  for (const name of world.disk.names(folders.intents) ?? []) {
    const path = `${folders.intents}/${name}`;
    const intent = unsealed(text(world.disk.read(path) ?? Buffer.from(''))) as Intent | undefined;
    if (!name.endsWith('.json') || intent === undefined) {
      world.disk.makeFolder(folders.old);
      world.disk.rename(path, `${folders.old}/${name}-${world.now()}.intent`);
    } else {
      const isForward = isWhole(place, intent);
      try {
        (isForward ? rollForward : rollBack)(place, intent);
        tell(intent.record.target, isForward ? 'rolled-forward' : 'rolled-back');
      } catch {
        // It stays open, for a builder to whom the file system gives way; the others go on.
        stuck.add(intent.attempt);
        tell(intent.record.target, 'stuck');
      }
    }
  }
  for (const name of world.disk.names(folders.attempts) ?? []) {
    if (!stuck.has(`${folders.attempts}/${name}`)) world.disk.remove(`${folders.attempts}/${name}`);
  }
}

/** Every output waits in the attempt as it was sealed, or lies in its place already. */
function isWhole({ world, home }: Place, { attempt, record }: Intent): boolean {
  return record.outputs.every((output) => {
    const top = world.disk.stamp(`${attempt}/${output.path.replace(/\/$/, '')}`);
    const at = top === undefined ? home : attempt;
    return output.members.every((member) => sameStamp(world.disk.stamp(`${at}/${member.path.replace(/\/$/, '')}`), member.stamp));
  });
}
