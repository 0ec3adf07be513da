/** For a home in a bucket: what an attempt made goes up, under a prefix of its own, before the attempt says that it has ended well. */
import type { Disk } from '../disk/disk.ts';
import type { Manifest, Order, Uploaded } from '../model/attempt.ts';
import { failing } from '../model/failing.ts';
import type { Found } from '../model/object.ts';
import type { MemberRecord, OutputRecord } from '../model/record.ts';
import { treeDigest } from '../plan/observe.ts';
import { sealed } from '../records/record-files.ts';
import { openS3 } from '../stores/s3.ts';
import { isStoreRefusal } from '../stores/refusal.ts';

type How = {
  readonly disk: Disk;
  readonly folder: string;
  readonly wait: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
};

/** Hours of work wait for a store that is away for minutes. */
const PATIENCE_S = Number(process.env['ADAP_UPLOAD_PATIENCE_SECONDS'] ?? 1800);

export async function uploadOutputs(
  upload: NonNullable<Order['upload']>,
  outputs: readonly OutputRecord[],
  { disk, folder, wait, say }: How,
): Promise<{ readonly outputs: readonly OutputRecord[]; readonly uploaded: Uploaded }> {
  const store = openS3(upload.address);
  const uploaded: Record<string, Found> = {};
  const put = async (path: string): Promise<void> => {
    const file = disk.realPath(`${folder}/${path}`) ?? `${folder}/${path}`;
    for (let waited = 0, next = 1; ; waited += next, next = Math.min(60, next * 2)) {
      try {
        uploaded[path] = await store.upload(`${upload.prefix}${path}`, file);
        return;
      } catch (error) {
        if (!isStoreRefusal(error) || error.failing !== 'store-unavailable' || waited >= PATIENCE_S) throw error;
        say(`adap: ${error.problem.says}: what was made waits for it`);
        await wait(next * 1000);
      }
    }
  };
  try {
    const all = outputs.map((output) => withoutLinks(output, { disk, folder }));
    await Promise.all(all.flatMap(({ members }) => members.filter(({ stamp }) => stamp.kind === 'file').map(({ path }) => put(path))));
    return { outputs: all, uploaded };
  } finally {
    store.close();
  }
}

/** Written last: what the next builder takes over, wherever it runs. */
export async function uploadManifest(order: Order, manifest: Manifest): Promise<void> {
  if (order.upload === undefined) return;
  const store = openS3(order.upload.address);
  try {
    await store.write(`${order.upload.prefix}.adap/order.json`, Buffer.from(sealed(order)));
    await store.write(`${order.upload.prefix}.adap/manifest.json`, Buffer.from(sealed(manifest)));
  } finally {
    store.close();
  }
}

/** A bucket holds no links: what they lead to takes their place. */
function withoutLinks(output: OutputRecord, { disk, folder }: Pick<How, 'disk' | 'folder'>): OutputRecord {
  if (output.members.every(({ stamp }) => stamp.kind !== 'link')) return output;
  const members = output.members.map((member): MemberRecord => {
    if (member.stamp.kind !== 'link') return member;
    const leads = disk.realPath(`${folder}/${member.path}`);
    const stamp = leads === undefined ? undefined : disk.stamp(leads);
    const sum = leads === undefined || stamp?.kind !== 'file' ? undefined : disk.digestOf(leads);
    if (stamp === undefined || sum === undefined)
      throw failing('incomplete', `${member.path} is a link to no file, and a bucket holds no links`);
    return { path: member.path, stamp, digest: sum };
  });
  const isFile = members.length === 1;
  const sum = isFile ? (members[0]?.digest ?? '') : treeDigest(members);
  return { ...output, digest: sum, members };
}
