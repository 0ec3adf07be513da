/** Of a home in a bucket: attempts that were sealed there by a machine that is gone lie here afterwards, as if they had been made here. */
import type { Bucket } from '../stores/bucket.ts';
import { controlFolder } from '../records/attempt-files.ts';
import type { Folders } from '../records/folders.ts';
import type { World } from '../world.ts';

const MANIFEST = /^\.adap\/sealed\/([0-9a-f]{12})\/([^/]+)\/\.adap\/manifest\.json$/;

export function takeSealed({
  world,
  bucket,
  folders,
}: {
  readonly world: World;
  readonly bucket: Bucket;
  readonly folders: Folders;
}): void {
  const latest = new Map<string, string>();
  // Names of attempts begin with the time.
  for (const [path] of bucket.tree().under('.adap/sealed')) {
    const [, short, attempt] = MANIFEST.exec(path) ?? [];
    if (short !== undefined && attempt !== undefined && (latest.get(short) ?? '') < attempt) latest.set(short, attempt);
  }
  for (const [short, attempt] of latest) {
    const folder = `${folders.attempts}/${short}`;
    if (world.disk.stamp(folder) !== undefined) continue;
    for (const name of ['order.json', 'manifest.json']) {
      const bytes = world.disk.read(`${bucket.folder}/.adap/sealed/${short}/${attempt}/.adap/${name}`);
      if (bytes !== undefined) world.disk.writeWhole(`${controlFolder(folder)}/${name}`, bytes);
    }
  }
}
