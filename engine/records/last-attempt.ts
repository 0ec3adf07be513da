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

type Place = { readonly disk: Disk; readonly folders: Folders; readonly host: string };

export function lastAttempt(place: Place, target: TargetId): LastAttempt | undefined {
  const { disk, folders } = place;
  const short = shortName(target);
  const now = attemptIn(place, `${folders.attempts}/${short}`);
  if (now?.order?.target === target) return now;
  const kept = (disk.names(`${folders.logs}/${short}`) ?? []).at(-1);
  return kept === undefined ? undefined : attemptIn(place, `${folders.logs}/${short}/${kept}`);
}

/** Attempts whose process is alive now, by target. */
export function liveAttempts(place: Place): ReadonlyMap<TargetId, LastAttempt> {
  const { disk, folders } = place;
  const live = (disk.names(folders.attempts) ?? []).flatMap((name) => {
    const attempt = attemptIn(place, `${folders.attempts}/${name}`);
    return attempt?.isLive === true && attempt.order !== undefined ? [[attempt.order.target, attempt] as const] : [];
  });
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
