import { codeOf } from '../disk/node-disk.ts';
import type { Disk } from '../disk/disk.ts';
import type { Look } from '../disk/look.ts';
import { digest } from '../lib/digest.ts';
import type { MemberRecord, TargetRecord } from '../model/record.ts';
import { believable, sameStamp } from '../model/stamp.ts';
import type { Stamp } from '../model/stamp.ts';
import type { Observed } from '../model/state.ts';
import type { HomePath, TargetOutput } from '../model/target.ts';

export type Observation = {
  readonly observed: readonly Observed[];
  /** Every stamp is the recorded one, and old enough to be believed: nothing had to be read. */
  readonly by: 'stamps' | 'bytes';
};

/** `stampedAtMs` of a record whose stamps are not to be believed any more: its bytes were found damaged under them. */
export const NOT_BELIEVED = 0;

/** The outputs of a record as they lie in the home now. Bytes are read only where a stamp moved or is too young. */
export function observe(
  { disk, look, home }: { disk: Disk; look: Look; home: string },
  outputs: readonly TargetOutput[],
  record: TargetRecord,
): Observation {
  let by: Observation['by'] = 'stamps';
  const member = (recorded: MemberRecord, all: readonly MemberRecord[]): Observed['is'] => {
    // While a bucket is laid out anew, its folders are of two generations.
    if (record.lies !== undefined && recorded.stamp.kind === 'folder') return 'as-recorded';
    const stamp = look.stamp(`${home}/${placeOf(record, recorded.path)}`);
    if (stamp === undefined) return 'missing';
    if (sameStamp(stamp, recorded.stamp) && believable(stamp, record.stampedAtMs)) return 'as-recorded';
    by = 'bytes';
    return compareMember({ disk, home, record, all }, recorded, stamp);
  };
  const observed: Observed[] = [];
  for (const output of record.outputs) {
    for (const recorded of output.members) {
      const is = member(recorded, output.members);
      if (is !== 'as-recorded') observed.push({ path: recorded.path, is });
    }
  }
  for (const { path } of outputs) if (!record.outputs.some((output) => output.path === path)) observed.push({ path, is: 'missing' });
  return { observed, by };
}

/** Where a member lies, below the home. */
export const placeOf = ({ lies }: Pick<TargetRecord, 'lies'>, path: HomePath): HomePath => lies?.[path] ?? path;

/** One member that is there, by its bytes, names or text. */
export function compareMember(
  from: { readonly disk: Disk; readonly home: string; readonly record: TargetRecord; readonly all: readonly MemberRecord[] },
  recorded: MemberRecord,
  stamp: Stamp,
): Observed['is'] {
  const { disk, home, record, all } = from;
  const { stampedAtMs } = record;
  const path = `${home}/${placeOf(record, recorded.path)}`;
  if (stamp.kind !== recorded.stamp.kind) return 'edited';
  // A stamp of the time at which it was taken may hide a second change: then it was edited, as far as anyone knows.
  const isUnmoved = sameStamp(stamp, recorded.stamp) && (stampedAtMs === NOT_BELIEVED || believable(stamp, stampedAtMs));
  const otherwise = isUnmoved ? 'damaged' : 'edited';
  // What never was on any machine of adap is known by what the store says of it.
  if (isByEtag(recorded.digest))
    return stamp.inode === recorded.stamp.inode && stamp.size === recorded.stamp.size ? 'as-recorded' : 'edited';
  if (stamp.kind === 'folder') return sameNames(disk.names(path) ?? [], recorded, all) ? 'as-recorded' : otherwise;
  try {
    const now = contentDigest(disk, path, stamp.kind);
    return now === recorded.digest ? 'as-recorded' : now === undefined ? 'missing' : otherwise;
  } catch (error) {
    // The disk itself cannot read it any more.
    if (codeOf(error) === 'EIO') return 'damaged';
    throw error;
  }
}

/** Of a tree, by its members. */
export const treeDigest = (members: readonly Pick<MemberRecord, 'path' | 'digest'>[]): string =>
  digest(JSON.stringify(members.map((member) => [member.path, member.digest])));

const BY_ETAG = 'etag:';

/** As the digest of a member of a bucket whose bytes never were on a machine of adap. */
export const byEtag = (etag: string): string => `${BY_ETAG}${etag}`;
export const isByEtag = (sum: string): boolean => sum.startsWith(BY_ETAG);

/** Of the bytes of a file, or of the text of a link. */
export function contentDigest(disk: Disk, path: string, kind: 'file' | 'link' | 'other'): string | undefined {
  if (kind !== 'link') return disk.digestOf(path);
  const content = disk.linkText(path);
  return content === undefined ? undefined : digest(content);
}

function sameNames(names: readonly string[], folder: MemberRecord, all: readonly MemberRecord[]): boolean {
  const recorded = childrenOf(all).get(folder.path.replace(/\/$/, '')) ?? new Set();
  return recorded.size === names.length && names.every((name) => recorded.has(name));
}

const children = new WeakMap<readonly MemberRecord[], ReadonlyMap<string, ReadonlySet<string>>>();

/** Names by folder, made once for each output: a tree may have 100,000 members. */
function childrenOf(all: readonly MemberRecord[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = children.get(all);
  if (known !== undefined) return known;
  const made = new Map<string, Set<string>>();
  for (const { path } of all) {
    const clean = path.replace(/\/$/, '');
    const cut = clean.lastIndexOf('/');
    const folder = clean.slice(0, Math.max(0, cut));
    const names = made.get(folder);
    if (names === undefined) made.set(folder, new Set([clean.slice(cut + 1)]));
    else names.add(clean.slice(cut + 1));
  }
  children.set(all, made);
  return made;
}
