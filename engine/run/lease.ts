/**
 * The lock of a home in a bucket: an object that its holder renews. It is taken over when the store's own clock says that it was not renewed
 * for long enough, or when its holder was a process of this machine that is gone. A holder that was suspended for longer than that knows it.
 */
import { identity, isAlive } from '../disk/process-identity.ts';
import type { Identity } from '../disk/process-identity.ts';
import { text } from '../lib/text.ts';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import type { Bucket } from '../stores/bucket.ts';
import { bucketUnconditional } from '../stores/problems.ts';
import { endpointOf } from '../stores/endpoint.ts';
import { storeRefusal } from '../stores/refusal.ts';
import type { World } from '../world.ts';
import type { Lock } from './held-lock.ts';
import { homeLeased, homeLocked } from './problems.ts';

type Holder = Identity & {
  readonly host: string;
  readonly since: string;
  readonly builds: string;
  /** One more than that of the holder before. */
  readonly fence: number;
  readonly leaseSeconds: number;
  /** Counts the renewals: no two texts of a lock are alike. */
  readonly beat: number;
  readonly isReleased?: true;
};

const LOCK = '.adap/lock';
const LEASE_SECONDS = Number(process.env['ADAP_LEASE_SECONDS'] ?? 180);

/** Another holder is given so much more than its lease: clocks count whole seconds. */
const PATIENCE = 1.2;
const RENEWALS_PER_LEASE = 6;
const NOBODYS = 'd41d8cd98f00b204e9800998ecf8427e';

export function takeLease(world: World, bucket: Bucket, builds: string): Lock | Failed {
  const { now } = bucket;
  const key = bucket.keyOf(LOCK);
  for (let tries = 0; tries < 5; tries += 1) {
    const stat = now.stat(key);
    const found = now.read(key);
    const before = found === undefined ? undefined : holderIn(found.bytes);
    const refused = before === undefined ? undefined : refusedBy(world, before, (stat?.ageMs ?? 0) / 1000);
    if (refused !== undefined) return refused;
    const mine: Holder = {
      ...identity(world.pid),
      host: world.host,
      since: new Date(world.now()).toISOString(),
      builds,
      fence: (before?.fence ?? 0) + 1,
      leaseSeconds: LEASE_SECONDS,
      beat: 0,
    };
    const asked = clocks();
    const taken = now.commit(key, bytesOf(mine), found?.found.etag ?? 'absent');
    if (taken === 'conflict') continue;
    if (!honoursConditions(bucket, key, mine)) {
      const where = { bucket: bucket.address.bucket, endpoint: endpointOf(bucket.address) };
      return failed(bucketUnconditional(where));
    }
    return hold({ key, mine, etag: taken.etag, asked, bucket });
  }
  throw storeRefusal({ code: 'home-contended', says: `several builders take ${bucket.named} at once`, try: 'adap build' }, 'lease-lost');
}

/** Whether a PUT with a condition that does not hold is refused: without that, two could hold one lock. */
function honoursConditions({ now }: Bucket, key: string, mine: Holder): boolean {
  const wrong = bytesOf({ ...mine, beat: -1 });
  return now.commit(key, wrong, 'absent') === 'conflict' && now.commit(key, wrong, NOBODYS) === 'conflict';
}

function refusedBy(world: World, holder: Holder, ageSeconds: number): Failed | undefined {
  if (holder.isReleased === true) return undefined;
  // Of another start of this machine nothing is left.
  if (holder.host === world.host) return isAlive(holder) ? failed(homeLocked(holder)) : undefined;
  const leftSeconds = holder.leaseSeconds * PATIENCE - ageSeconds;
  return leftSeconds > 0 ? failed(homeLeased(holder, Math.ceil(leftSeconds))) : undefined;
}

type Held = {
  readonly key: string;
  readonly bucket: Bucket;
  readonly mine: Holder;
  readonly etag: string;
  readonly asked: Clocks;
};

/** Two clocks: the one stands still while the machine sleeps, the other may be set. */
type Clocks = { readonly monotonicMs: number; readonly wallMs: number };
const clocks = (): Clocks => ({ monotonicMs: performance.now(), wallMs: Date.now() });
const secondsSince = (then: Clocks): number => Math.max(performance.now() - then.monotonicMs, Date.now() - then.wallMs) / 1000;

function hold({ key, mine, etag, asked, bucket }: Held): Lock {
  const { now, store } = bucket;
  let current = { holder: mine, etag };
  let renewed = asked;
  let isLost = false;
  const hasLost = (): boolean => isLost;
  let isRenewing = false;
  const next = (): Holder => ({ ...current.holder, beat: current.holder.beat + 1 });
  /** A renewal that was refused may have met another of its own: what lies there tells whose it is. */
  const isMine = (found: { readonly bytes: Uint8Array; readonly found: { readonly etag: string } } | undefined): boolean => {
    const holder = found === undefined ? undefined : holderIn(found.bytes);
    if (holder?.fence !== mine.fence || found === undefined) isLost = true;
    else current = { holder, etag: found.found.etag };
    return !isLost;
  };
  const settle = (holder: Holder, before: Clocks, outcome: Awaited<ReturnType<typeof store.commit>>): void => {
    if (outcome === 'conflict') return;
    current = { holder, etag: outcome.etag };
    renewed = before;
  };
  const renew = async (): Promise<void> => {
    if (isRenewing || isLost) return;
    isRenewing = true;
    const [holder, before] = [next(), clocks()];
    try {
      const outcome = await store.commit(key, bytesOf(holder), current.etag);
      settle(holder, before, outcome);
      if (outcome === 'conflict') isMine(await store.read(key));
    } catch {
      // Away: it is tried again, and believed no longer than it was promised.
    }
    isRenewing = false;
  };
  const timer = setInterval(() => void renew(), (mine.leaseSeconds * 1000) / RENEWALS_PER_LEASE);
  timer.unref();
  const isHeld = (): boolean => {
    // It was suspended, or the store was away: if nobody has taken it since, it is still its own.
    for (let tries = 0; !hasLost() && secondsSince(renewed) >= mine.leaseSeconds; tries += 1) {
      try {
        if (tries > 3 || !isMine(now.read(key))) return false;
        const [holder, before] = [next(), clocks()];
        settle(holder, before, now.commit(key, bytesOf(holder), current.etag));
      } catch {
        return false;
      }
    }
    return !isLost;
  };
  bucket.guard(isHeld);
  return {
    kind: 'lock',
    isHeld,
    fence: mine.fence,
    release() {
      clearInterval(timer);
      bucket.guard(undefined);
      if (isLost) return;
      try {
        now.commit(key, bytesOf({ ...next(), isReleased: true }), current.etag);
      } catch {
        // It runs out by itself.
      }
    },
  };
}

const bytesOf = (holder: Holder): Uint8Array => Buffer.from(`${JSON.stringify(holder)}\n`);

/** What is no lock is nobody's. */
function holderIn(bytes: Uint8Array): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(text(bytes));
    return typeof holder === 'object' && holder !== null && 'fence' in holder && 'host' in holder ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** Who holds the lock now, for `doctor`. */
export function leaseHolder(bucket: Bucket): Holder | undefined {
  const found = bucket.now.read(bucket.keyOf(LOCK));
  const holder = found === undefined ? undefined : holderIn(found.bytes);
  return holder?.isReleased === true ? undefined : holder;
}
