/** The last attempt at a target, wherever its files lie: running, just ended, or kept among the logs. */
import type { Disk } from '../disk/disk.ts';
import { isAlive } from '../disk/process-identity.ts';
import type { Manifest, Order } from '../model/attempt.ts';
import type { TargetId } from '../model/target.ts';
import { controlFolder, readClaim, readManifest, readOrder, readUsage } from './attempt-files.ts';
import type { Claim, UsageNow } from './attempt-files.ts';
import type { Folders } from './folders.ts';
import { shortName } from './record-files.ts';

export type LastAttempt = {
  /** Folder of log, order, manifest. */
  readonly control: string;
  readonly order: Order | undefined;
  readonly manifest: Manifest | undefined;
  readonly claim: Claim | undefined;
  readonly usage: UsageNow | undefined;
  readonly isLive: boolean;
};

type Place = { readonly disk: Disk; readonly folders: Folders; readonly host: string; readonly now: () => number };

/** A worker tells every few seconds how it goes. */
const HEARD_WITHIN_MS = 120_000;

export function lastAttempt(place: Place, target: TargetId): LastAttempt | undefined {
  const { disk, folders } = place;
  const short = shortName(target);
  const now = attemptIn(place, `${folders.attempts}/${short}`);
  const elsewhere = ofWorker(place, short);
  // A builder that has ordered it knows less of it than the worker that is at it.
  if (elsewhere?.order !== undefined && elsewhere.order.attempt >= (now?.order?.attempt ?? '')) return elsewhere;
  if (now?.order?.target === target) return now;
  const kept = (disk.names(`${folders.logs}/${short}`) ?? []).at(-1);
  return kept === undefined ? undefined : attemptIn(place, `${folders.logs}/${short}/${kept}`);
}

/** Of a home in a bucket: what a worker somewhere tells of the attempt that it is at, or has sealed. */
function ofWorker({ disk, folders, now }: Place, short: string): LastAttempt | undefined {
  const attempt = (disk.names(`${folders.sealed}/${short}`) ?? []).at(-1);
  const control = controlFolder(`${folders.sealed}/${short}/${attempt ?? ''}`);
  if (attempt === undefined || disk.stamp(`${control}/order.json`) === undefined) return undefined;
  const [manifest, usage] = [readManifest(disk, control), readUsage(disk, control)];
  const isLive = manifest === undefined && usage !== undefined && now() - usage.atMs < HEARD_WITHIN_MS;
  return { control, order: readOrder(disk, control), manifest, claim: readClaim(disk, control), usage, isLive };
}

/** Attempts that are at work now, by target: processes of this machine, and what workers elsewhere tell of themselves. */
export function liveAttempts(place: Place): ReadonlyMap<TargetId, LastAttempt> {
  const { disk, folders } = place;
  const here = (disk.names(folders.attempts) ?? []).map((name) => attemptIn(place, `${folders.attempts}/${name}`));
  const elsewhere = (disk.names(folders.sealed) ?? []).map((name) => ofWorker(place, name));
  const live = [...elsewhere, ...here].flatMap((attempt) =>
    attempt?.isLive === true && attempt.order !== undefined ? [[attempt.order.target, attempt] as const] : [],
  );
  return new Map(live);
}

/** Kept control files lie in the folder itself, those of an attempt below it. */
function attemptIn({ disk, host }: Place, folder: string): LastAttempt | undefined {
  const isKept = disk.stamp(controlFolder(folder)) === undefined;
  const control = isKept ? folder : controlFolder(folder);
  if (disk.stamp(control) === undefined) return undefined;
  const claim = readClaim(disk, control);
  const manifest = readManifest(disk, control);
  return {
    control,
    order: readOrder(disk, control),
    manifest,
    claim,
    usage: readUsage(disk, control),
    isLive: !isKept && manifest === undefined && claim !== undefined && claim.host === host && isAlive(claim),
  };
}
