/**
 * Publication in a bucket. The record first names where the sealed objects lie: that is the commit. Then they are copied into the layout by
 * the store, each looked at; the record moves there; the sealed prefix goes. Whoever is killed, or suspended, in between, leaves an intent
 * that the next builder completes, and every object that it needs.
 */
import { quietly } from '../disk/quietly.ts';
import { text } from '../lib/text.ts';
import type { Uploaded } from '../model/attempt.ts';
import type { Found } from '../model/object.ts';
import type { MemberRecord, TargetRecord } from '../model/record.ts';
import type { HomePath } from '../model/target.ts';
import { NOT_BELIEVED } from '../plan/observe.ts';
import { controlFolder, readManifest } from '../records/attempt-files.ts';
import type { Folders } from '../records/folders.ts';
import { nameOf, sealed, shortName, unsealed } from '../records/record-files.ts';
import type { Records } from '../records/records.ts';
import type { Bucket } from '../stores/bucket.ts';
import type { World } from '../world.ts';
import { keepLogIn } from './keep-log.ts';
import type { Source } from './link-sources.ts';

type Intent = {
  readonly fence: number;
  readonly record: TargetRecord;
  /** By member, the object that is to be copied there. */
  readonly from: Uploaded;
  /** Members of the record before that are none of this one. */
  readonly gone: readonly HomePath[];
};

export type Place = {
  readonly world: World;
  readonly bucket: Bucket;
  readonly folders: Folders;
  readonly records: Records;
};

/** So many copies between two looks at the lock. */
const BATCH = 32;

export const sealedPrefix = (target: string, attempt: string): HomePath => `.adap/sealed/${shortName(target)}/${attempt}/`;

/** Of an attempt in this process, nothing has gone up yet. */
export async function publishInBucket(
  place: Place,
  {
    record,
    attempt,
    sources,
  }: { readonly record: TargetRecord; readonly attempt: string; readonly sources: ReadonlyMap<string, Source> | undefined },
  fence: number,
): Promise<TargetRecord> {
  const { world, records } = place;
  const manifest = readManifest(world.disk, controlFolder(attempt));
  const made = manifest?.kind === 'sealed' ? manifest.uploaded : undefined;
  // What went up before a break lies where it is looked for again.
  const own = sources === undefined ? String(record.publishedAtMs).padStart(14, '0') : 'links';
  const name = manifest === undefined ? own : manifest.order.attempt;
  const prefix = sealedPrefix(record.target, name);
  const before = records.get(record.target);
  const from = made ?? (await uploadAll(place, { record, attempt, sources, prefix, before }));
  world.step('sealed');
  const members = new Set(record.outputs.flatMap((output) => output.members.map(({ path }) => path)));
  // What a rule links to may be the only copy of it: nothing of it is ever removed.
  const old =
    sources === undefined ? (before?.outputs ?? []).flatMap((output) => output.members.filter(({ stamp }) => stamp.kind === 'file')) : [];
  const gone = old.map(({ path }) => path).filter((path) => !members.has(path));
  const intent: Intent = { fence, record: { ...record, fence }, from, gone };
  world.disk.writeWhole(intentPath(place, record.target), sealed(intent));
  world.step('intent-written');
  placeRecord(place, intent);
  await layOut(place, intent);
  const published = settle(place, intent);
  tidyUp(place, intent);
  // It is published, whatever happens now.
  quietly(() => keepLogIn(place, attempt));
  quietly(() => world.disk.removeLater(attempt));
  return published;
}

const intentPath = ({ folders }: Pick<Place, 'folders'>, target: string): string => `${folders.intents}/${nameOf(target)}.json`;

type Making = {
  readonly record: TargetRecord;
  readonly attempt: string;
  readonly sources: ReadonlyMap<string, Source> | undefined;
  readonly prefix: HomePath;
  readonly before: TargetRecord | undefined;
};

async function uploadAll({ bucket }: Place, { record, attempt, sources, prefix, before }: Making): Promise<Uploaded> {
  const tree = bucket.tree();
  const known = new Map(before?.outputs.flatMap(({ members }) => members.map((member) => [member.path, member] as const)));
  const all: Record<HomePath, Found> = {};
  const one = async ({ path, digest, stamp }: MemberRecord): Promise<void> => {
    if (stamp.kind !== 'file') return;
    const source = sources?.get(path) ?? { kind: 'file', path: `${attempt}/${path}` };
    const there = tree.file(path);
    if (source.kind === 'object') {
      if (there?.etag !== source.found.etag || there.size !== source.found.size) all[path] = source.found;
      return;
    }
    // The same bytes lie there already.
    const is = tree.stamp(path);
    const was = known.get(path);
    if (was?.digest === digest && is !== undefined && was.stamp.inode === is.inode && was.stamp.size === is.size) return;
    bucket.checkGuard();
    all[path] = await bucket.store.upload(bucket.keyOf(`${prefix}${path}`), source.path);
  };
  await Promise.all(record.outputs.flatMap(({ members }) => members.map(one)));
  return all;
}

/** The commit: from now on this is what is published. */
function placeRecord({ world, bucket, records }: Place, { record, from }: Intent): void {
  const tree = bucket.tree();
  for (const found of Object.values(from)) tree.set(bucket.pathOf(found.key), found);
  const lies = Object.fromEntries(Object.entries(from).map(([path, { key }]) => [path, bucket.pathOf(key)]));
  records.put({ ...record, outputs: stamped(bucket, record, lies), lies });
  world.step('record-placed');
}

/** Gives whether all that is to lie there lies there. */
async function layOut({ world, bucket }: Place, { from, gone }: Intent): Promise<boolean> {
  const tree = bucket.tree();
  const open = Object.entries(from).filter(([path, { etag, size }]) => tree.file(path)?.etag !== etag || tree.file(path)?.size !== size);
  let isWhole = true;
  for (let at = 0; at < open.length; at += BATCH) {
    bucket.checkGuard();
    const copies = open.slice(at, at + BATCH).map(async ([path, found]) => {
      const copied = await bucket.store.copy(found, bucket.keyOf(path));
      if (copied === undefined) isWhole = false;
      else tree.set(path, copied);
    });
    // All of them are waited for, whatever becomes of one: nothing is copied behind a failure.
    const done = await Promise.allSettled(copies);
    for (const each of done) if (each.status === 'rejected') throw each.reason;
    world.step('new-moved');
  }
  const left = gone.filter((path) => tree.file(path) !== undefined);
  if (left.length > 0) {
    bucket.checkGuard();
    await bucket.store.remove(left.map(bucket.keyOf));
    for (const path of left) tree.set(path, undefined);
  }
  return isWhole;
}

/** The record moves to the layout. */
function settle({ world, bucket, records }: Place, { record }: Intent): TargetRecord {
  const published = { ...record, outputs: stamped(bucket, record, {}) };
  records.put(published);
  world.step('record-written');
  return published;
}

function tidyUp({ world, bucket, folders, records }: Place, { record }: Intent): void {
  records.removeFailure(record.target);
  removeSealed(bucket, record.target);
  world.step('attempt-removed');
  world.disk.remove(intentPath({ folders }, record.target));
  world.step('intent-closed');
}

/** Of all its attempts: what processes elsewhere have uploaded is in no listing of this one. */
function removeSealed(bucket: Bucket, target: string): void {
  bucket.checkGuard();
  const keys = bucket.now.list(bucket.keyOf(sealedPrefix(target, '').slice(0, -1))).map(({ key }) => key);
  bucket.now.remove(keys);
  for (const key of keys) bucket.tree().set(bucket.pathOf(key), undefined);
}

/** With the stamps of what lies there: by content, so that they are the same wherever it lies. A folder with nothing in it is none in a bucket. */
const stamped = (
  bucket: Bucket,
  { outputs }: Pick<TargetRecord, 'outputs'>,
  lies: Readonly<Record<string, string>>,
): TargetRecord['outputs'] =>
  outputs.map((output) => ({
    ...output,
    members: output.members.flatMap((member) => {
      const stamp = bucket.tree().stamp(lies[member.path] ?? member.path);
      if (stamp === undefined) return member.stamp.kind === 'folder' ? [] : [member];
      return [{ ...member, stamp }];
    }),
  }));

export type Recovered = 'rolled-forward' | 'rolled-back';

/** Completes what earlier builders began: forward wherever all objects are there. */
export async function recoverInBucket(place: Place, tell: (target: string, by: Recovered) => void): Promise<void> {
  const { world, folders, bucket, records } = place;
  for (const name of world.disk.names(folders.intents) ?? []) {
    const path = `${folders.intents}/${name}`;
    const intent = unsealed(text(world.disk.read(path) ?? Buffer.from(''))) as Intent | undefined;
    if (intent === undefined) {
      world.disk.remove(path);
      continue;
    }
    const { record, from } = intent;
    const now = records.get(record.target);
    const isPlaced = now?.publishedAtMs === record.publishedAtMs && now.key === record.key && now.fence === record.fence;
    const tree = bucket.tree();
    const isThere = ({ key, etag }: Found): boolean => tree.file(bucket.pathOf(key))?.etag === etag;
    const isOvertaken = (now?.fence ?? 0) > intent.fence;
    if (isOvertaken || (!isPlaced && !Object.values(from).every(isThere))) {
      removeSealed(bucket, record.target);
      world.disk.remove(path);
      tell(record.target, 'rolled-back');
      continue;
    }
    if (!isPlaced) placeRecord(place, intent);
    const isSettled = isPlaced && now.lies === undefined;
    if (!isSettled) {
      const isWhole = await layOut(place, intent);
      settle(place, isWhole ? intent : { ...intent, record: { ...record, stampedAtMs: NOT_BELIEVED } });
    }
    tidyUp(place, intent);
    tell(record.target, 'rolled-forward');
  }
}
