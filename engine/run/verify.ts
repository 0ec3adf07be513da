/**
 * Are the bytes of every published output still those of its record? Plans believe stamps; this reads. A target that was
 * found damaged is noted in its record, so that the next plan knows of it.
 */
import { codeOf } from '../disk/node-disk.ts';
import type { Problem } from '../model/problem.ts';
import type { MemberRecord, TargetRecord } from '../model/record.ts';
import type { HomePath, TargetId } from '../model/target.ts';
import { compareMember, placeOf } from '../plan/observe.ts';
import { nameOf, readRecord } from '../records/record-files.ts';
import type { Folders } from '../records/folders.ts';
import type { World } from '../world.ts';
import { noteDamage } from './note-damage.ts';

export type Finding = {
  /** Undefined: the record itself is damaged, and does not say whose it was. */
  readonly target: TargetId | undefined;
  readonly path: HomePath;
  /** `refused`: the file system does not let it be read. */
  readonly is: 'damaged' | 'missing' | 'edited' | 'refused';
  /** What the file system said. */
  readonly code?: string;
};

export type Verified = {
  readonly targets: number;
  /** That were read. */
  readonly bytes: number;
  readonly findings: readonly Finding[];
  /** Damaged targets whose records could not be put. */
  readonly unnoted: readonly TargetId[];
  /** Why. */
  readonly obstacle: Problem | undefined;
};

type Place = { readonly world: World; readonly home: string; readonly folders: Folders };
type Asked = { readonly targets: readonly TargetId[]; /** Records that are not whole. */ readonly damaged: readonly string[] };
type Tell = { readonly found: (finding: Finding) => void; readonly progress: (doneBytes: number, ofBytes: number) => void };

export function verify(place: Place, { targets, damaged }: Asked, tell: Tell): Verified {
  const findings: Finding[] = [];
  const unnoted: TargetId[] = [];
  const again: TargetId[] = [];
  const ofBytes = targets.reduce((sum, target) => sum + bytesOf(recordOf(place, target)), 0);
  let obstacle: Problem | undefined;
  let verified = 0;
  let bytes = 0;
  const say = (finding: Finding): void => {
    findings.push(finding);
    tell.found(finding);
  };
  for (const path of damaged) say({ target: undefined, path: path.slice(place.home.length + 1), is: 'damaged' });
  const read = (size: number): void => tell.progress((bytes += size), ofBytes);
  const visit = (target: TargetId, look: 'first' | 'second'): void => {
    const first = recordOf(place, target);
    if (first === undefined) return;
    const { found, against } = compareAsOfNow(place, first, look === 'first' ? read : () => undefined);
    if (found.length > 0 && look === 'first' && isBeingPublished(place, target)) return void again.push(target);
    verified += 1;
    for (const finding of found) say(finding);
    if (!found.some(({ is }) => is === 'damaged')) return;
    // At once: a run of many hours may be ended at any time.
    const problem = noteDamage(place, against);
    if (problem !== undefined) unnoted.push(target);
    obstacle ??= problem;
  };
  for (const target of targets) visit(target, 'first');
  for (const target of again) visit(target, 'second');
  return { targets: verified, bytes, findings, unnoted, obstacle };
}

const recordOf = ({ world, folders }: Place, target: TargetId): TargetRecord | undefined => readRecord(world.disk, folders, target);

/** While outputs are moved into place a reader finds old, absent and new ones side by side. */
const isBeingPublished = ({ world, folders }: Place, target: TargetId): boolean =>
  world.disk.stamp(`${folders.intents}/${nameOf(target)}.json`) !== undefined;

/** What a builder publishes meanwhile differs from the record of before: it is compared with the one of now. */
function compareAsOfNow(
  place: Place,
  first: TargetRecord,
  read: (bytes: number) => void,
): { readonly found: readonly Finding[]; readonly against: TargetRecord } {
  let against = first;
  for (let looks = 0; ; looks += 1) {
    const found = compare(place, against, looks === 0 ? read : () => undefined);
    // What a builder elsewhere has put there since is looked at, too.
    if (found.length > 0) place.world.bucket?.listAgain();
    const now = found.length === 0 ? against : recordOf(place, against.target);
    if (now === undefined) return { found: [], against };
    if (looks === 5 || (now.publishedAtMs === against.publishedAtMs && now.stampedAtMs === against.stampedAtMs)) return { found, against };
    against = now;
  }
}

function compare({ world, home }: Place, record: TargetRecord, read: (bytes: number) => void): readonly Finding[] {
  const { disk } = world;
  const member = (
    recorded: MemberRecord,
    all: readonly MemberRecord[],
  ): Pick<Finding, 'code'> & { readonly is: Finding['is'] | 'as-recorded' } => {
    try {
      if (record.lies !== undefined && recorded.stamp.kind === 'folder') return { is: 'as-recorded' };
      const stamp = disk.stamp(`${home}/${placeOf(record, recorded.path)}`);
      if (stamp === undefined) return { is: 'missing' };
      return { is: compareMember({ disk, home, record, all }, recorded, stamp) };
    } catch (error) {
      if (codeOf(error) === '') throw error;
      return { is: 'refused', code: codeOf(error) };
    }
  };
  const found: Finding[] = [];
  for (const { members } of record.outputs) {
    for (const recorded of members) {
      const { is, ...rest } = member(recorded, members);
      if (is !== 'as-recorded') found.push({ target: record.target, path: recorded.path, is, ...rest });
      if (recorded.stamp.kind === 'file') read(recorded.stamp.size);
    }
  }
  // Of a folder that is gone, itself is said, and not all that was in it.
  const gone = found.filter(({ is }) => is === 'missing').map(({ path }) => `${path.replace(/\/$/, '')}/`);
  return found.filter(({ path }) => !gone.some((folder) => path.startsWith(folder) && path !== folder));
}

const bytesOf = (record: TargetRecord | undefined): number =>
  (record?.outputs ?? []).flatMap(({ members }) => members).reduce((sum, { stamp }) => sum + (stamp.kind === 'file' ? stamp.size : 0), 0);
