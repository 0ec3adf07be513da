/**
 * Attempts by workers, which take them from a queue in Redis (BullMQ). Redis holds leases and nothing else: what it forgets is ordered again,
 * what a worker has sealed is found where it lies.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { JobsOptions } from 'bullmq';
import type { Disk } from '../disk/disk.ts';
import { quietly } from '../disk/quietly.ts';
import { text } from '../lib/text.ts';
import type { Failure } from '../model/cause.ts';
import { failingOf } from '../model/failing.ts';
import type { Manifest, Order } from '../model/attempt.ts';
import { controlFolder, readClaim, readManifest, readOrder, writeManifest } from '../records/attempt-files.ts';
import { unsealed } from '../records/record-files.ts';
import type { Bucket } from '../stores/bucket.ts';
import type { Crew } from './crew.ts';
import type { Died, Ended, Executor, Running } from './executor.ts';
import { BAD_INPUT, cancelKey, handedBackBy, LARGEST_CLASS_GIB, LEASE_MS, queueFor } from './queue-names.ts';
import type { QueuedAttempt } from './queue-names.ts';
import { openQueue, stateOf } from './opened-queue.ts';
import type { OpenedQueue as Opened } from './opened-queue.ts';
import type { Redis } from 'ioredis';
import { connect } from './redis.ts';

type Options = {
  /** Of Redis. */
  readonly address: string;
  /** The home, as all machines know it. */
  readonly named: string;
  readonly disk: Disk;
  readonly bucket: Bucket | undefined;
  readonly version: string;
  /** Puts what a worker elsewhere needs of the project where it finds it. */
  readonly kit?: () => Promise<string>;
  /** For what lives on this machine. */
  readonly local: Executor;
  /** Brings workers; else they come by themselves. */
  readonly crew?: Crew;
  readonly now: () => number;
};

/** Looked at so often, whatever Redis tells by itself. */
const LOOK_MS = 1000;
const KEPT: JobsOptions = { attempts: 1, removeOnComplete: { age: 86_400 }, removeOnFail: { age: 86_400 } };

export function createQueueExecutor(options: Options): Executor {
  const { address, named, disk, bucket, version, local, now, crew } = options;
  const opened = new Map<string, Promise<Opened>>();
  let asking: Promise<Redis> | undefined;
  let isClosed = false;
  let kit: Promise<string> | undefined;
  /** Attempts that this builder follows, or is just ordering. */
  const followed = new Map<string, Order>();
  crew?.attend(() => [...followed.values()]);
  const open = (order: Order): Promise<Opened> => {
    const name = queueFor(order.wants);
    const known = opened.get(name);
    if (known !== undefined) return known;
    const opening = openQueue({ address, named }, name);
    opened.set(name, opening);
    return opening;
  };
  const leave = async (): Promise<void> => {
    const left = [...opened.values()];
    opened.clear();
    const client = asking;
    asking = undefined;
    await Promise.allSettled([client?.then((each) => each.disconnect()), ...left.map(async (each) => (await each).close())]);
  };
  const watch = (folder: string, order: Order, begin: (queue: Opened) => Promise<void>): Running => {
    let isCancelled = false;
    const released = Promise.withResolvers<undefined>();
    const ordered = Promise.withResolvers<unknown>();
    let isReleased = false;
    const follows = async (): Promise<Ended | undefined> => {
      const queue = await open(order);
      if (isCancelled) return died({ asked: 'cancel', hadBegun: false });
      queue.listen(order.attempt);
      const refused = await begin(queue).then(
        () => undefined,
        (error: unknown) => failingOf(error) ?? { cause: 'bug' as const, says: error instanceof Error ? error.message : String(error) },
      );
      if (refused !== undefined) return died({ failure: refused });
      ordered.resolve(crew?.covers(order));
      return Promise.race([
        follow(
          { queue, order, folder },
          { ...options, isCancelled: () => isCancelled, isOver: () => isReleased || isClosed, followed: () => followed.size },
        ),
        released.promise,
      ]);
    };
    followed.set(order.attempt, order);
    const ended = async (): Promise<Ended> => {
      const end = await follows();
      // Of one that is left, somebody must come yet.
      if (end === undefined) await ordered.promise;
      followed.delete(order.attempt);
      // Nobody is kept by a connection that has nothing to tell.
      setTimeout(() => followed.size === 0 && void leave(), 200).unref();
      if (end === undefined) return new Promise(() => undefined);
      if (end.kind === 'manifest') await bringHome({ disk, bucket }, { folder, order, manifest: end.manifest });
      // Of a worker that was lost on this machine, its attempt may go on.
      else if (bucket === undefined) await local.sweep(order);
      return end;
    };
    return {
      startedAtMs: now(),
      ordered: ordered.promise,
      ended: ended(),
      cancel() {
        isCancelled = true;
        asking ??= connect(address, 'asks');
        const client = asking;
        void ask(async () => (await client).set(cancelKey(named, order.attempt), '1', 'EX', 86_400));
      },
      release() {
        isReleased = true;
        released.resolve(undefined);
      },
    };
  };
  return {
    isElsewhere: true,
    // How much is done at once is a matter of how many workers there are; one may be so large at most.
    capacity: { cpus: Infinity, memoryGiB: crew === undefined ? Infinity : LARGEST_CLASS_GIB, scratchGiB: Infinity },
    start: (folder, order) =>
      watch(folder, order, async ({ queue }) => {
        await persist(
          async () => {
            kit ??= options.kit?.();
            const packed = await kit?.catch((error: unknown) => {
              kit = undefined;
              throw error;
            });
            const job: QueuedAttempt = { order, folder, version, ...(packed === undefined ? {} : { kit: packed }) };
            await queue.add('attempt', job, { ...KEPT, jobId: order.attempt });
          },
          () => isClosed,
        );
      }),
    prepare: () => undefined,
    adopt(folder, order) {
      // Begun by a worker of this machine: its process and its manifest tell all there is.
      if (readClaim(disk, controlFolder(folder)) !== undefined) return local.adopt(folder, order);
      if (readOrder(disk, controlFolder(folder))?.attempt !== order.attempt) return undefined;
      return watch(folder, order, () => Promise.resolve());
    },
    sweep: (of, leader) => local.sweep(of, leader),
    async close() {
      isClosed = true;
      crew?.close();
      await local.close();
      await leave();
    },
  };
}

type Followed = { readonly queue: Opened; readonly order: Order; readonly folder: string };
type Following = Pick<Options, 'disk' | 'bucket' | 'crew'> & {
  readonly isCancelled: () => boolean;
  readonly isOver: () => boolean;
  readonly followed: () => number;
};

/** Until the job has ended, or nobody holds it any more. */
async function follow(one: Followed, how: Following): Promise<Ended> {
  const { order } = one;
  const { crew } = how;
  let missingSince: number | undefined;
  /** Who was seen at it last. */
  let worker = '';
  const whyGone = async (): Promise<{ readonly failure?: Failure }> => {
    const failure = worker === '' ? undefined : await crew?.whyGone(worker);
    return failure === undefined ? {} : { failure };
  };
  for (;;) {
    // Each look is a question of its own: of a thousand jobs, not all are looked at each second.
    const told = await one.queue.told(order.attempt, LOOK_MS * Math.max(1, how.followed() / 20));
    if (how.isOver()) return new Promise(() => undefined);
    const found = told ?? (await ask(() => stateOf(one.queue, order.attempt)));
    // Where Redis is away, that says nothing about the worker, which has a lease of its own.
    if (found?.is === 'ended') return found.worked.ended;
    if (found?.is === 'failed' && found.says.startsWith(BAD_INPUT))
      return died({ failure: { cause: 'bad-input', says: found.says.slice(BAD_INPUT.length) } });
    if (found?.is === 'failed') {
      const by = handedBackBy(found.says);
      worker = by ?? worker;
      return died({ said: found.says, ...(by === undefined ? {} : { signal: 'SIGTERM', ...(await whyGone()) }) });
    }
    if (found?.is === 'taken-out') return died({ asked: 'cancel', hadBegun: false });
    if (found?.is === 'waiting' && how.isCancelled()) {
      await ask(() => one.queue.queue.remove(order.attempt));
      return died({ asked: 'cancel', hadBegun: false });
    }
    if (found?.is === 'waiting') {
      const nobody = crew?.whyNobody(order);
      // One that was taken at this very moment is not given up.
      if (nobody !== undefined && (await ask(() => one.queue.queue.remove(order.attempt))) === 1)
        return died({ failure: nobody, hadBegun: false });
    }
    if (found?.is === 'held' || found?.is === 'lost') {
      worker = found.worker;
      crew?.saw(worker);
    }
    if (found?.is === 'held' || found?.is === 'waiting') missingSince = undefined;
    if (found?.is === 'lost' || found?.is === 'unknown') {
      const left = await sealedOf(one, how);
      if (left !== undefined) return { kind: 'manifest', manifest: left };
      missingSince ??= performance.now();
      // A worker that Redis has forgotten stops by itself within its lease.
      if (found.is === 'lost' || performance.now() - missingSince > LEASE_MS) {
        await ask(() => one.queue.queue.remove(order.attempt));
        const said = found.is === 'lost' ? 'its worker was not heard of any more' : 'Redis has forgotten it';
        return died({ isLost: true, said, ...(await whyGone()) });
      }
    }
  }
}

/** What its attempt has left, whoever knows of it. */
async function sealedOf({ order, folder }: Followed, { disk, bucket }: Following): Promise<Manifest | undefined> {
  if (bucket === undefined || order.upload === undefined) {
    const manifest = readManifest(disk, controlFolder(folder));
    return manifest?.order.attempt === order.attempt ? manifest : undefined;
  }
  const read = await ask(() => bucket.store.read(`${order.upload?.prefix ?? ''}.adap/manifest.json`));
  return read === undefined ? undefined : (unsealed(text(read.bytes)) as Manifest | undefined);
}

/** Of a home in a bucket: log and manifest of a worker's attempt lie here then, as if it had run here. */
async function bringHome(
  { disk, bucket }: Pick<Options, 'disk' | 'bucket'>,
  { folder, order, manifest }: { readonly folder: string; readonly order: Order; readonly manifest: Manifest },
): Promise<void> {
  if (bucket === undefined || order.upload === undefined) return;
  const control = controlFolder(folder);
  const prefix = `${order.upload.prefix}.adap/`;
  const left = (await ask(() => bucket.store.list(prefix))) ?? [];
  for (const found of left) {
    const name = found.key.slice(prefix.length);
    if (['order.json', 'manifest.json'].includes(name) || name.includes('/')) continue;
    await ask(() => bucket.store.fetch(found, `${control}/${name}`));
  }
  quietly(() => writeManifest(disk, control, manifest));
}

const died = (how: Partial<Died>): Ended => ({
  kind: 'died',
  died: {
    asked: 'nothing',
    hadBegun: true,
    isOtherBoot: false,
    exit: undefined,
    signal: undefined,
    oomKills: 0,
    freeBytes: Infinity,
    said: '',
    ...how,
  },
});

/** Undefined where Redis, or the store, is away. */
async function ask<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch {
    return undefined;
  }
}

/** Until it is done, for as long as this builder is there; what another try would not mend is thrown. */
async function persist(act: () => Promise<unknown>, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    try {
      await act();
      return;
    } catch (error) {
      const known = failingOf(error);
      if (known !== undefined && known.cause !== 'store-unavailable') throw error;
      await wait(LOOK_MS);
    }
  }
}
