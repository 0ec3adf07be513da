import { dirname } from 'node:path';
import { text } from '../lib/text.ts';
import type { Manifest } from '../model/attempt.ts';
import type { OutputRecord, TargetRecord } from '../model/record.ts';
import { sameStamp } from '../model/stamp.ts';
import type { TargetId } from '../model/target.ts';
import { nameOf, sealed, shortName, unsealed } from '../records/record-files.ts';
import type { Folders } from '../records/folders.ts';
import type { Records } from '../records/records.ts';
import { quietly } from '../disk/quietly.ts';
import { controlFolder, readManifest } from '../records/attempt-files.ts';
import type { Bucket } from '../stores/bucket.ts';
import type { World } from '../world.ts';
import { keepLogIn } from './keep-log.ts';
import { sealedPrefix } from './publish-bucket.ts';

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

export const attemptFolder = (folders: Folders, target: TargetId): string => `${folders.attempts}/${shortName(target)}`;

const intentPath = (folders: Folders, target: TargetId): string => `${folders.intents}/${nameOf(target)}.json`;

/** Puts the outputs of a finished attempt into their places; the record is the commit. `pause` is waited for between steps. */
export async function publish(place: Place, record: TargetRecord, pause: () => Promise<void>): Promise<void> {
  const { world, folders } = place;
  const intent: Intent = {
    attempt: attemptFolder(folders, record.target),
    old: `${folders.old}/${shortName(record.target)}-${record.publishedAtMs}`,
    record,
  };
  world.step('sealed');
  world.disk.writeWhole(intentPath(folders, record.target), sealed(intent));
  world.step('intent-written');
  try {
    for (const _ of putInPlace(place, intent)) await pause();
  } catch (error) {
    // What the file system refuses is undone, and said of this target alone.
    if (world.disk.stamp(intentPath(folders, record.target)) !== undefined) rollBack(place, intent);
    throw error;
  }
  await pause();
  // It is published, whatever happens now; an intent that stays open is closed by the next builder.
  quietly(() => tidyUp(place, intent));
}

/** By the next builder, all at once. */
function rollForward(place: Place, intent: Intent): void {
  for (const _ of putInPlace(place, intent)) continue;
  tidyUp(place, intent);
}

function* putInPlace({ world, home, records }: Place, { attempt, old, record }: Intent): Generator<void> {
  const { disk } = world;
  for (const output of record.outputs) {
    const path = output.path.replace(/\/$/, '');
    if (disk.stamp(`${attempt}/${path}`) === undefined) continue;
    yield;
    if (disk.stamp(`${home}/${path}`) !== undefined) {
      disk.makeFolder(dirname(`${old}/${path}`));
      disk.rename(`${home}/${path}`, `${old}/${path}`);
      world.step('old-moved');
    }
    disk.makeFolder(dirname(`${home}/${path}`));
    disk.rename(`${attempt}/${path}`, `${home}/${path}`);
    world.step('new-moved');
  }
  yield;
  records.put(record);
  world.step('record-written');
}

function tidyUp({ world, folders, records }: Place, { attempt, record }: Intent): void {
  records.removeFailure(record.target);
  putAway({ world, folders }, attempt);
  world.step('attempt-removed');
  world.disk.remove(intentPath(folders, record.target));
  world.step('intent-closed');
}

/** The former outputs are put back; the new ones return to their attempt, which can be published later where it was made by commands. */
function rollBack(place: Place, { attempt, old, record }: Intent): void {
  const { world, home, folders } = place;
  const { disk } = world;
  for (const output of record.outputs) {
    const path = output.path.replace(/\/$/, '');
    const isMoved = disk.stamp(`${attempt}/${path}`) === undefined;
    const isReplaced = disk.stamp(`${old}/${path}`) !== undefined;
    if (isMoved && disk.stamp(`${home}/${path}`) !== undefined && isAsSealed(place, home, output)) {
      disk.makeFolder(dirname(`${attempt}/${path}`));
      disk.rename(`${home}/${path}`, `${attempt}/${path}`);
    }
    if (!isReplaced) continue;
    if (disk.stamp(`${home}/${path}`) !== undefined) {
      disk.makeFolder(dirname(`${old}.new/${path}`));
      disk.rename(`${home}/${path}`, `${old}.new/${path}`);
    }
    disk.rename(`${old}/${path}`, `${home}/${path}`);
  }
  disk.remove(intentPath(folders, record.target));
  if (readManifest(disk, controlFolder(attempt)) === undefined) putAway(place, attempt);
}

/** What an attempt leaves: of one by commands, log and manifest are kept. */
function putAway({ world, folders }: Pick<Place, 'world' | 'folders'>, attempt: string): void {
  quietly(() => keepLogIn({ world, folders }, attempt));
  world.disk.removeLater(attempt);
}

/**
 * Ends the publications that an interrupted builder began. A damaged intent is set aside: the stamps tell what it left
 * undone. Gives the attempts that intents which can be neither completed nor undone still need.
 */
export function recover(
  place: Place,
  tell: (target: TargetId, by: 'rolled-forward' | 'rolled-back' | 'stuck') => void,
): ReadonlySet<string> {
  const { world, folders } = place;
  const stuck = new Set<string>();
  for (const name of world.disk.names(folders.intents) ?? []) {
    const path = `${folders.intents}/${name}`;
    const intent = unsealed(text(world.disk.read(path) ?? Buffer.from(''))) as Intent | undefined;
    if (!name.endsWith('.json') || intent === undefined) {
      world.disk.makeFolder(folders.old);
      world.disk.rename(path, `${folders.old}/${name}-${world.now()}.intent`);
    } else {
      const isForward = isStillSealed(place, intent);
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
  return stuck;
}

/** Nothing of a sealed attempt was changed since, and all of it lies there, or in its place already. */
export function isStillSealed(
  { world, home }: Pick<Place, 'world' | 'home'>,
  { attempt, record }: { readonly attempt: string; readonly record: Pick<TargetRecord, 'outputs'> },
): boolean {
  // What was made in a bucket's own terms lies there already; it is looked at when it is copied.
  if (world.bucket !== undefined) return isSealedIn(world.bucket, readManifest(world.disk, controlFolder(attempt)), record);
  return record.outputs.every((output) => {
    const top = world.disk.stamp(`${attempt}/${output.path.replace(/\/$/, '')}`);
    return isAsSealed({ world }, top === undefined ? home : attempt, output);
  });
}

/** Uploaded by its attempt, and still there; or bytes of this process, which go up next. */
function isSealedIn(bucket: Bucket, manifest: Manifest | undefined, record: Pick<TargetRecord, 'outputs'>): boolean {
  if (manifest === undefined) return true;
  const uploaded = manifest.kind === 'sealed' ? (manifest.uploaded ?? {}) : {};
  const files = record.outputs.flatMap(({ members }) => members.filter(({ stamp }) => stamp.kind === 'file'));
  const there = new Map(
    bucket.now.list(bucket.keyOf(sealedPrefix(manifest.order.target, manifest.order.attempt))).map(({ key, etag }) => [key, etag]),
  );
  return files.every(({ path }) => there.get(uploaded[path]?.key ?? '') === uploaded[path]?.etag && uploaded[path] !== undefined);
}

const isAsSealed = ({ world }: Pick<Place, 'world'>, at: string, { members }: OutputRecord): boolean =>
  members.every((member) => sameStamp(world.disk.stamp(`${at}/${member.path.replace(/\/$/, '')}`), member.stamp));
