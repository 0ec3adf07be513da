import { mkdirSync } from 'node:fs';
import { bucketDisk } from '../stores/bucket-disk.ts';
import { openBucket } from '../stores/bucket.ts';
import type { BucketHome } from '../stores/bucket.ts';
import type { Context } from './command.ts';

/** For a command whose home lies in a bucket: paths below the folder that stands in for it are told by the name of the home. */
export function inBucket(context: Context, home: BucketHome): Context {
  const bucket = openBucket(home);
  mkdirSync(`${home.folder}/.adap`, { recursive: true });
  // Attempts and caches are of this machine, and are told as such.
  const below = new RegExp(`${RegExp.escape(home.folder)}(?!/\\.adap/(attempts|cache))`, 'g');
  const named = (text: string): string => text.replaceAll(below, () => home.named);
  return {
    ...context,
    world: { ...context.world, disk: bucketDisk(bucket), bucket },
    print: (line) => context.print(named(line)),
    complain: (line) => context.complain(named(line)),
    write: (text) => context.write(named(text)),
    progress: (text) => context.progress(named(text)),
  };
}
