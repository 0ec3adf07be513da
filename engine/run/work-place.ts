/** Where a worker does an attempt: what the order names is brought there, and what it says of itself goes up while it runs. */
import { dirname } from 'node:path';
import { nodeDisk } from '../disk/node-disk.ts';
import { quietly } from '../disk/quietly.ts';
import { BAD_INPUT } from '../executors/queue-names.ts';
import type { QueuedAttempt } from '../executors/queue-names.ts';
import type { Order } from '../model/attempt.ts';
import { controlFolder, writeOrder } from '../records/attempt-files.ts';
import { shortName } from '../records/record-files.ts';
import type { Bucket } from '../stores/bucket.ts';
import { createBringing } from './bring.ts';
import { takeKit } from './kit.ts';

export type WorkPlace = {
  readonly folder: string;
  /** As it is to be done here. */
  readonly order: Order;
  /** Brings what it says of itself to where others read it, as far as that is new. */
  readonly upload: (() => Promise<void>) | undefined;
  /** It is not needed any more. */
  clear(): void;
};

/** In a directory, the builder's folder; of a bucket, all that the order names is brought below this worker's own. */
export async function workPlace(
  { bucket, name }: { readonly bucket: Bucket | undefined; readonly name: string },
  { order, folder, kit }: QueuedAttempt,
): Promise<WorkPlace> {
  if (bucket === undefined) return { folder, order, upload: undefined, clear: () => undefined };
  const root = kit === undefined ? order.root : await takeKit(bucket, kit, `${bucket.folder}/.adap/cache/kits`);
  const here = { ...moved(order, { home: bucket.folder, root }), home: bucket.folder, root };
  const place = `${bucket.folder}/.adap/attempts/${shortName(order.target)}`;
  // What was published since is seen; the whole home need not be listed again.
  const folders = new Set(here.inputs.flatMap(({ path }) => bucket.below(path) ?? []).map(dirname));
  if (folders.has('.')) bucket.listAgain();
  else folders.forEach(bucket.look);
  const release = await createBringing(bucket).bring(here.inputs.map(({ path }) => path));
  const inputs = here.inputs.map(({ path, stamp }) => ({
    path,
    stamp: (path.startsWith(`${bucket.folder}/`) ? nodeDisk.stamp(path) : undefined) ?? stamp,
  }));
  const lacking = inputs.find(({ path }) => nodeDisk.stamp(path) === undefined);
  if (lacking !== undefined) {
    release();
    throw new Error(`${BAD_INPUT}${lacking.path} is not on ${name}, nor in ${bucket.named}: adap put brings raw files there`);
  }
  nodeDisk.remove(place);
  nodeDisk.makeFolder(controlFolder(place));
  writeOrder(nodeDisk, controlFolder(place), { ...here, inputs });
  const sizes = new Map<string, number>();
  return {
    folder: place,
    order: { ...here, inputs },
    // What `adap log` reads.
    async upload() {
      for (const file of nodeDisk.names(controlFolder(place)) ?? []) {
        const stamp = nodeDisk.stamp(`${controlFolder(place)}/${file}`);
        if (stamp?.kind !== 'file' || file.startsWith('manifest') || sizes.get(file) === stamp.mtimeMs) continue;
        sizes.set(file, stamp.mtimeMs);
        await bucket.store.upload(`${order.upload?.prefix ?? ''}.adap/${file}`, `${controlFolder(place)}/${file}`).catch(() => undefined);
      }
    },
    clear() {
      quietly(() => nodeDisk.remove(place));
      release();
    },
  };
}

/** Paths of the home, and of what the kit holds, as they are on this machine; all others are left as they are. */
function moved(order: Order, to: { readonly home: string; readonly root: string }): Order {
  const place = (path: string): string => {
    if (path.startsWith(`${order.home}/`)) return `${to.home}${path.slice(order.home.length)}`;
    const inKit = path.startsWith(`${order.root}/`) ? `${to.root}${path.slice(order.root.length)}` : undefined;
    return inKit !== undefined && nodeDisk.stamp(inKit) !== undefined ? inKit : path;
  };
  return JSON.parse(JSON.stringify(order), (_, value: unknown) => (typeof value === 'string' ? place(value) : value)) as Order;
}
