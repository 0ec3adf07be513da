/** Of a home in a bucket, which holds no links: where the bytes come from that a rule would link to. */
import type { Found } from '../model/object.ts';
import type { MemberRecord, OutputRecord, TargetRecord } from '../model/record.ts';
import type { Link } from '../model/rule.ts';
import { sameStamp } from '../model/stamp.ts';
import type { TargetOutput } from '../model/target.ts';
import { byEtag, treeDigest } from '../plan/observe.ts';
import type { Bucket } from '../stores/bucket.ts';
import type { World } from '../world.ts';

/** A file of this machine, or an object that is there already. */
export type Source = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'object'; readonly found: Found };

export function linkSources(
  { world, bucket, record }: { readonly world: World; readonly bucket: Bucket; readonly record: TargetRecord | undefined },
  output: TargetOutput,
  links: readonly Link[],
): { readonly output: OutputRecord; readonly sources: ReadonlyMap<string, Source> } {
  const tree = bucket.tree();
  const before = new Map(record?.outputs.flatMap(({ members }) => members.map((member) => [member.path, member] as const)));
  const sources = new Map<string, Source>();
  const members = links.map(({ name, to, digest: known }): MemberRecord => {
    const path = `${output.path}${name}`;
    const below = bucket.below(to);
    const found = below === undefined ? undefined : tree.file(below);
    const stamp = below === undefined ? world.disk.stamp(world.disk.realPath(to) ?? to) : tree.stamp(below);
    if (stamp?.kind !== 'file') throw new Error(`${to} is no file any more`);
    sources.set(path, found === undefined ? { kind: 'file', path: to } : { kind: 'object', found });
    if (found === undefined) return { path, stamp, digest: known ?? world.disk.digestOf(to) ?? '' };
    // What its digest is was found out when it was put there.
    const same = before.get(path);
    const isSame = same !== undefined && sameStamp(same.stamp, stamp);
    return { path, stamp, digest: known ?? (isSame ? same.digest : byEtag(found.etag)) };
  });
  const sum = treeDigest(members);
  return { output: { name: output.name, path: output.path, digest: sum, members }, sources };
}
