/** Published outputs brought to a folder, by their paths in the home: each target one whole generation, each file compared with its record. */
import { nodeDisk } from '../disk/node-disk.ts';
import type { MemberRecord, TargetRecord } from '../model/record.ts';
import type { HomePath, TargetId } from '../model/target.ts';
import { isByEtag, placeOf } from '../plan/observe.ts';
import type { Folders } from '../records/folders.ts';
import { readRecord } from '../records/record-files.ts';
import type { World } from '../world.ts';

export type Got = {
  /** Files that were fetched. */
  readonly files: number;
  /** Of these. */
  readonly bytes: number;
  /** Files that were there already, as they should be. */
  readonly there: number;
  /** Targets of which nothing is published. */
  readonly unpublished: readonly TargetId[];
  /** Targets that cannot be had as their records say: damaged, or replaced each time. */
  readonly unlike: readonly TargetId[];
};

type Place = { readonly world: World; readonly home: string; readonly folders: Folders };
type Asked = {
  readonly targets: readonly TargetId[];
  /** Names of outputs of a target's rule; undefined: all. */
  readonly outputs: (record: TargetRecord) => readonly string[] | undefined;
  /** Absolute. */
  readonly to: string;
};
type Tell = { readonly progress: (doneBytes: number, ofBytes: number) => void };

/** A target that was published anew meanwhile is begun anew; this often. */
const GENERATIONS = 5;

export async function get(place: Place, { targets, outputs, to }: Asked, tell: Tell): Promise<Got> {
  const { world, folders } = place;
  const sum = { files: 0, bytes: 0, there: 0 };
  const unpublished: TargetId[] = [];
  const unlike: TargetId[] = [];
  const membersOf = (record: TargetRecord): readonly MemberRecord[] => {
    const names = outputs(record);
    const wanted = record.outputs.filter(({ name }) => names === undefined || names.includes(name));
    return wanted.flatMap(({ members }) => members.filter(({ stamp }) => stamp.kind !== 'folder'));
  };
  const recordOf = (target: TargetId): TargetRecord | undefined => readRecord(world.disk, folders, target);
  let ofBytes = 0;
  let doneBytes = 0;
  for (const target of targets) ofBytes += sizeOf(membersOf(recordOf(target) ?? NONE));
  const on = (bytes: number): void => tell.progress((doneBytes += bytes), ofBytes);

  const one = async (record: TargetRecord): Promise<boolean> => {
    const done = await Promise.all(
      membersOf(record).map(async (member) => {
        const path = `${to}/${member.path}`;
        if (isThere(path, member)) {
          sum.there += 1;
          on(member.stamp.size);
          return true;
        }
        if (!(await fetched(place, { record, member, path }, on))) return false;
        sum.files += 1;
        sum.bytes += member.stamp.size;
        return true;
      }),
    );
    return done.every(Boolean);
  };
  const whole = async (target: TargetId): Promise<void> => {
    for (let tries = 0; tries < GENERATIONS; tries += 1) {
      const record = recordOf(target);
      if (record === undefined) return void unpublished.push(target);
      if (membersOf(record).length === 0) return;
      if ((await one(record)) && recordOf(target)?.publishedAtMs === record.publishedAtMs) return;
      // Another builder has put a newer one there: all of it is wanted.
      world.bucket?.listAgain();
    }
    unlike.push(target);
  };
  for (const target of targets) await whole(target);
  return { ...sum, unpublished, unlike };
}

const NONE = { outputs: [] } as unknown as TargetRecord;
const sizeOf = (members: readonly MemberRecord[]): number => members.reduce((sum, { stamp }) => sum + stamp.size, 0);

function isThere(path: string, { stamp, digest }: MemberRecord): boolean {
  const is = nodeDisk.stamp(path);
  if (is?.kind !== 'file' || is.size !== stamp.size) return false;
  return !isByEtag(digest) && nodeDisk.digestOf(path) === digest;
}

type Wanted = { readonly record: TargetRecord; readonly member: MemberRecord; readonly path: string };

/** False where it is not as recorded. */
async function fetched({ world, home }: Place, { record, member, path }: Wanted, on: (bytes: number) => void): Promise<boolean> {
  const lies: HomePath = placeOf(record, member.path);
  nodeDisk.makeFolder(path.slice(0, path.lastIndexOf('/')));
  const { bucket } = world;
  if (bucket === undefined) return copied(`${home}/${lies}`, { member, path }, on);
  const found = bucket.tree().file(lies);
  if (found === undefined || found.size !== member.stamp.size) return false;
  return bucket.store.fetch(found, path, { ...(isByEtag(member.digest) ? {} : { sha256: member.digest }), onBytes: on });
}

function copied(from: string, { member, path }: Pick<Wanted, 'member' | 'path'>, on: (bytes: number) => void): boolean {
  const real = nodeDisk.realPath(from);
  const bytes = real === undefined ? undefined : nodeDisk.read(real);
  if (bytes === undefined) return false;
  nodeDisk.writeWhole(path, bytes);
  on(bytes.length);
  // Of a link, what is recorded is where it leads.
  return member.stamp.kind === 'link' || nodeDisk.digestOf(path) === member.digest;
}
