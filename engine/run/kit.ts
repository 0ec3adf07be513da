/**
 * What a worker elsewhere needs of a project besides its home: the adapfile's folder as far as it is code, and the config folder. Nothing else
 * is taken along: neither data nor what may be secret. A kit is named by the day and its content; `adap clean` takes it a week later.
 */
import { nodeDisk } from '../disk/node-disk.ts';
import { digest } from '../lib/digest.ts';
import { text } from '../lib/text.ts';
import type { Site } from '../plan/survey.ts';
import type { Bucket } from '../stores/bucket.ts';

type Kit = { readonly files: Readonly<Record<string, string>> };

/** Bytes; what is larger is no code and no parameters. */
const LARGEST = 4 * 2 ** 20;
const DAY_MS = 86_400_000;
const NOT_CODE = /^(node_modules|\..*)$/;

const keyOf = (bucket: Bucket, name: string): string => bucket.keyOf(`.adap/kits/${name}.json`);

/** When it was put there, to the day. */
export const kitPutMs = (file: string): number => Number(file.split('-')[0]) * DAY_MS;

/** Puts it into the bucket, unless it is there; gives its name. */
export async function putKit(
  bucket: Bucket,
  { root, config, home }: Pick<Site, 'root' | 'config' | 'home'>,
  nowMs: number,
): Promise<string> {
  const files: Record<string, string> = {};
  const take = (path: string): void => {
    const bytes = nodeDisk.read(path);
    if (bytes !== undefined && bytes.length <= LARGEST) files[path.slice(root.length + 1)] = Buffer.from(bytes).toString('base64');
  };
  const walk = (folder: string, isWanted: (name: string) => boolean): void => {
    for (const name of nodeDisk.names(folder) ?? []) {
      const path = `${folder}/${name}`;
      const kind = nodeDisk.stamp(nodeDisk.realPath(path) ?? path)?.kind;
      if (kind === 'folder' && !NOT_CODE.test(name) && path !== home) walk(path, isWanted);
      if (kind === 'file' && isWanted(name)) take(path);
    }
  };
  walk(root, (name) => name.endsWith('.ts'));
  if (config.startsWith(`${root}/`)) walk(config, () => true);
  const json = JSON.stringify({ files } satisfies Kit);
  const name = `${Math.floor(nowMs / DAY_MS)}-${digest(json)}`;
  if ((await bucket.store.stat(keyOf(bucket, name))) === undefined) await bucket.store.write(keyOf(bucket, name), Buffer.from(json));
  return name;
}

/** Unpacks one below a folder, once; gives where. */
export async function takeKit(bucket: Bucket, name: string, below: string): Promise<string> {
  const place = `${below}/${(name.split('-')[1] ?? '').slice(0, 16)}`;
  if (nodeDisk.stamp(place) !== undefined) return place;
  const read = await bucket.store.read(keyOf(bucket, name));
  if (read === undefined || digest(read.bytes) !== name.split('-')[1])
    throw new Error(`the kit ${name} is not in ${bucket.named} any more`);
  const { files } = JSON.parse(text(read.bytes)) as Kit;
  const making = `${place}.new`;
  nodeDisk.remove(making);
  for (const [path, bytes] of Object.entries(files)) nodeDisk.write(`${making}/${path}`, Buffer.from(bytes, 'base64'));
  nodeDisk.rename(making, place);
  return place;
}
