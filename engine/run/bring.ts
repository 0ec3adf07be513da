/** Of a home in a bucket: objects that somebody reads as files are made to lie below the folder that stands in for the home, as long as they are read. */
import type { Bucket } from '../stores/bucket.ts';
import { nodeDisk } from '../disk/node-disk.ts';

export type Bringing = {
  /**
   * Absolute paths below the home; each a file, or a folder with all that is in it. What is not in the bucket is left alone. Gives how to say that
   * they are not needed any more.
   */
  bring(paths: readonly string[]): Promise<() => void>;
};

export function createBringing(bucket: Bucket): Bringing {
  const users = new Map<string, number>();
  const release = (path: string): void => {
    const left = (users.get(path) ?? 1) - 1;
    users.set(path, left);
    if (left > 0) return;
    users.delete(path);
    nodeDisk.remove(path);
  };
  return {
    async bring(paths) {
      const wanted = paths.flatMap((path) => {
        const below = bucket.below(path);
        return below === undefined ? [] : bucket.tree().under(below);
      });
      const brought: string[] = [];
      const one = async ([below, found]: (typeof wanted)[number]): Promise<void> => {
        const local = await bucket.cache.fetch(found);
        if (local === undefined)
          throw Object.assign(new Error(`${bucket.named}/${below} was replaced or removed meanwhile`), { failing: 'input-changed' });
        const path = `${bucket.folder}/${below}`;
        const isThere = (users.get(path) ?? 0) > 0 && nodeDisk.stamp(path)?.inode === nodeDisk.stamp(local)?.inode;
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
