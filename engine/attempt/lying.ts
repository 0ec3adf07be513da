/** What lies in an attempt when its recipe has ended: declared outputs, what is in them, and what nobody declared. */
import { dirname, resolve } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import type { Order } from '../model/attempt.ts';
import type { MemberRecord, OutputRecord } from '../model/record.ts';
import type { Rule } from '../model/rule.ts';
import type { Stamp } from '../model/stamp.ts';
import { contentDigest, treeDigest } from '../plan/observe.ts';
import type { Lying } from './seal.ts';

/** A path below the attempt's folder, as in the home; a folder ends in `/`. */
type Member = { readonly path: string; readonly stamp: Stamp | undefined };

export const outputsIn = (disk: Disk, folder: string, { order, rule }: { order: Pick<Order, 'outputs'>; rule: Rule }): Lying[] =>
  order.outputs.map((output) => {
    const members = membersOf(disk, folder, output.path.replace(/\/$/, ''));
    return {
      output,
      is: members[0]?.stamp?.kind ?? 'missing',
      bytes: members.reduce((sum, { stamp }) => sum + (stamp?.size ?? 0), 0),
      flaws: members.flatMap((member) => flawOf(disk, folder, member) ?? []),
      mayBeEmpty: rule.makes[output.name]?.mayBeEmpty ?? false,
    };
  });

/** With digests, in turn: between two files others may run. */
export async function outputRecords(
  disk: Disk,
  folder: string,
  { order, rule }: { order: Pick<Order, 'outputs'>; rule: Rule },
): Promise<OutputRecord[]> {
  const records: OutputRecord[] = [];
  for (const { name, path } of order.outputs) {
    const members: MemberRecord[] = [];
    for (const { path: member, stamp } of membersOf(disk, folder, path.replace(/\/$/, ''))) {
      if (stamp === undefined) throw new Error(`${member} vanished while it was read`);
      const sum = stamp.kind === 'folder' ? '' : contentDigest(disk, `${folder}/${member}`, stamp.kind);
      members.push({ path: member, stamp, digest: sum ?? '' });
      await new Promise<void>((turn) => void setImmediate(turn));
    }
    const own = members[0];
    const meaningOf = rule.makes[name]?.meaning;
    const meaning = meaningOf?.(disk.read(`${folder}/${path}`) ?? Buffer.from(''));
    const isFile = members.length === 1 && own?.stamp.kind !== 'folder';
    const sum = isFile ? (own?.digest ?? '') : treeDigest(members);
    records.push({ name, path, digest: sum, ...(meaning === undefined ? {} : { meaning }), members });
  }
  return records;
}

/** Why a member cannot be published: what it is, what it is called, or where it leads. */
function flawOf(disk: Disk, folder: string, { path, stamp }: Member): string | undefined {
  if (stamp === undefined) return `${path}: its name is not UTF-8`;
  if (stamp.kind === 'other') return `${path} is neither file nor folder nor link`;
  if (stamp.kind !== 'link') return undefined;
  const leads = resolve(dirname(`${folder}/${path}`), disk.linkText(`${folder}/${path}`) ?? '');
  const isAbsolute = disk.linkText(`${folder}/${path}`)?.startsWith('/') === true;
  return isAbsolute && `${leads}/`.startsWith(`${folder}/`)
    ? `${path} leads into the attempt, and would lead nowhere: link by a relative path`
    : undefined;
}

/** At most 100 of the files that are no part of an output. */
export function undeclaredIn(disk: Disk, folder: string, { outputs }: Pick<Order, 'outputs'>): string[] {
  const declared = new Set(outputs.map(({ path }) => path.replace(/\/$/, '')));
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const name of disk.names(`${folder}/${path}`) ?? []) {
      const below = path === '' ? name : `${path}/${name}`;
      if (found.length >= 100 || below === '.adap' || declared.has(below)) continue;
      if (disk.stamp(`${folder}/${below}`)?.kind === 'folder') walk(below);
      else found.push(below);
    }
  };
  walk('');
  return found;
}

/** The path itself and all below it, folders before what is in them, sorted by name. */
function membersOf(disk: Disk, folder: string, path: string): Member[] {
  const stamp = disk.stamp(`${folder}/${path}`);
  if (stamp === undefined) return [];
  if (stamp.kind !== 'folder') return [{ path, stamp }];
  const below = (disk.names(`${folder}/${path}`) ?? []).flatMap((name) => {
    const members = membersOf(disk, folder, `${path}/${name}`);
    // Listed, and not there by that name: it holds bytes that are no text.
    return members.length > 0 ? members : [{ path: `${path}/${name}`, stamp: undefined }];
  });
  return [{ path: `${path}/`, stamp }, ...below];
}
