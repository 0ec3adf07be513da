/** Of a home in a bucket: objects that somebody reads as files are made to lie below the folder that stands in for the home, as long as they are read. */
import type { Bucket } from '../stores/bucket.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import type { HomePath } from '../model/target.ts';

/** Of records that are just being laid out: by member, where its bytes lie instead. */
type Lies = Readonly<Record<HomePath, HomePath>>;

export type Bringing = {
  /**
   * Absolute paths below the folder that stands in for the home; each a file, or a folder with all that is in it. What is not in the bucket is left alone. Gives how to say that
   * they are not needed any more.
   */
  bring(paths: readonly string[], lies?: Lies): Promise<() => void>;
};

/** Below `folder`, by their paths in the home. */
export function createBringing(bucket: Bucket, folder = bucket.folder): Bringing {
  const users = new Map<string, number>();
  const release = (path: string): void => {
    const left = (users.get(path) ?? 1) - 1;
    users.set(path, left);
    if (left > 0) return;
    users.delete(path);
    nodeDisk.remove(path);
  };
  return {
    async bring(paths, lies = {}) {
      const tree = bucket.tree();
      const wanted = paths.flatMap((path) => {
        const below = bucket.below(path);
        if (below === undefined) return [];
        const elsewhere = Object.entries(lies).flatMap(([member, place]) => {
          const found = member === below || member.startsWith(`${below}/`) ? tree.file(place) : undefined;
          return found === undefined ? [] : [[member, found] as const];
        });
        return [...new Map([...tree.under(below), ...elsewhere])];
      });
      const brought: string[] = [];
      const one = async ([below, found]: (typeof wanted)[number]): Promise<void> => {
        const local = await bucket.cache.fetch(found);
        if (local === undefined)
          throw Object.assign(new Error(`${bucket.named}/${below} was replaced or removed meanwhile`), { failing: 'input-changed' });
        const path = `${folder}/${below}`;
        const isThere = nodeDisk.stamp(path)?.inode === nodeDisk.stamp(local)?.inode;
        if (!isThere) bucket.cache.link(local, path);
        users.set(path, (users.get(path) ?? 0) + 1);
        brought.push(path);
      };
      try {
        await Promise.all(wanted.map(one));
      } catch (error) {
        brought.forEach(release);
        throw error;
      }
      return () => brought.splice(0).forEach(release);
    },
  };
}

/** What a builder that was killed had brought here. Nobody reads it any more once no attempt of it lives. */
export function clearBrought({ folder }: Bucket): void {
  for (const name of nodeDisk.names(folder) ?? []) if (name !== '.adap') nodeDisk.remove(`${folder}/${name}`);
}
