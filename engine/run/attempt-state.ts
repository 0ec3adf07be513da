import { identity, isAlive } from '../disk/process-identity.ts';
import { isLiving, readProcesses } from '../executors/process-table.ts';
import type { Order } from '../model/attempt.ts';
import { controlFolder, readClaim, readManifest, readOrder } from '../records/attempt-files.ts';
import type { Claim } from '../records/attempt-files.ts';
import type { World } from '../world.ts';

/** What has become of an attempt, as its folder and the processes of this machine tell. */
export type AttemptState = {
  readonly order: Order | undefined;
  readonly claim: Claim | undefined;
  /**
   * `live`: a process of it is there. `unsure`: it may be, as it has only just been ordered, or belongs to another machine.
   * `sealed`: it ended well, and waits for a builder. `ended`: it left nothing that a builder could take.
   */
  readonly is: 'live' | 'unsure' | 'sealed' | 'ended';
};

/** Between its order and the moment at which its process says who it is, an attempt looks like a dead one. */
const BEGINS_WITHIN_MS = 3_600_000;

export function attemptState({ disk, now, host }: Pick<World, 'disk' | 'now' | 'host'>, folder: string): AttemptState {
  const control = controlFolder(folder);
  const order = readOrder(disk, control);
  const claim = readClaim(disk, control);
  const left = readManifest(disk, control);
  // Of another attempt than the one that was ordered here last, it tells nothing.
  const manifest = order === undefined || left?.order.attempt === order.attempt ? left : undefined;
  const touched = disk.stamp(control) ?? disk.stamp(folder);
  const isYoung = touched !== undefined && now() - touched.mtimeMs < BEGINS_WITHIN_MS;
  const isElsewhere = claim !== undefined && claim.host !== host;
  const is = (): AttemptState['is'] => {
    if (claim !== undefined && !isElsewhere && lives(claim)) return 'live';
    if (manifest !== undefined) return manifest.kind === 'sealed' ? 'sealed' : 'ended';
    return isElsewhere || (claim === undefined && isYoung) ? 'unsure' : 'ended';
  };
  return { order, claim, is: is() };
}

/** It, or something that it began; after another start of the machine nothing is left of it. */
function lives(claim: Claim): boolean {
  if (isAlive(claim)) return true;
  const now = identity(claim.pid);
  // A number that is in use again would not have been given away while those that it led were there.
  if (now.startTicks !== '') return false;
  return identity(process.pid).bootId === claim.bootId && ledBy(claim.pid);
}

/** Whether a process that it led, by setsid(2), is still there. */
const ledBy = (leader: number): boolean => [...readProcesses().values()].some((each) => isLiving(each) && each.sid === leader);
