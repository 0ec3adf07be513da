import type { Disk } from '../disk/disk.ts';
import type { Look } from '../disk/look.ts';
import { digest } from '../lib/digest.ts';
import type { MemberRecord, TargetRecord } from '../model/record.ts';
import { believable, sameStamp } from '../model/stamp.ts';
import type { Observed } from '../model/state.ts';
import type { TargetOutput } from '../model/target.ts';

export type Observation = {
  readonly observed: readonly Observed[];
  /** Every stamp is the recorded one, and old enough to be believed: nothing had to be read. */
  readonly by: 'stamps' | 'bytes';
};

/** The outputs of a record as they lie in the home now. Bytes are read only where a stamp moved or is too young. */
export function observe(
  { disk, look, home }: { disk: Disk; look: Look; home: string },
  outputs: readonly TargetOutput[],
  record: TargetRecord,
): Observation {
  let by: Observation['by'] = 'stamps';
  const member = (recorded: MemberRecord, all: readonly MemberRecord[]): Observed['is'] => {
    const path = `${home}/${recorded.path}`;
    const stamp = look.stamp(path);
    if (stamp === undefined) return 'missing';
    if (sameStamp(stamp, recorded.stamp) && believable(stamp, record.stampedAtMs)) return 'as-recorded';
    by = 'bytes';
    if (stamp.kind !== recorded.stamp.kind) return 'edited';
    if (stamp.kind === 'folder') return sameNames(disk.names(path) ?? [], recorded, all) ? 'as-recorded' : 'edited';
    const now = contentDigest(disk, path, stamp.kind);
    return now === recorded.digest ? 'as-recorded' : now === undefined ? 'missing' : 'edited';
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

/** Of the bytes of a file, or of the text of a link. */
export function contentDigest(disk: Disk, path: string, kind: 'file' | 'link' | 'other'): string | undefined {
  const content = kind === 'link' ? disk.linkText(path) : disk.read(path);
  return content === undefined ? undefined : digest(content);
}

function sameNames(names: readonly string[], folder: MemberRecord, all: readonly MemberRecord[]): boolean {
  const below = folder.path.endsWith('/') ? folder.path : `${folder.path}/`;
  const recorded = all
    .map((member) => member.path.replace(/\/$/, ''))
    .filter((path) => path.startsWith(below) && !path.slice(below.length).includes('/') && path.length > below.length);
  return recorded.length === names.length && names.every((name) => recorded.includes(`${below}${name}`));
}
