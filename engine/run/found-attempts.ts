/** What earlier builders left running or sealed: taken over where it can be, else ended, told and put away. */
import type { Executor, Running } from '../executors/executor.ts';
import type { Manifest, Order } from '../model/attempt.ts';
import type { TargetId } from '../model/target.ts';
import { controlFolder, readClaim, readManifest, readOrder } from '../records/attempt-files.ts';
import type { Claim } from '../records/attempt-files.ts';
import type { Folders } from '../records/folders.ts';
import { isAlive } from '../disk/process-identity.ts';
import { quietly } from '../disk/quietly.ts';
import { shortName } from '../records/record-files.ts';
import type { World } from '../world.ts';
import { keepLog } from './keep-log.ts';

export type Found = {
  readonly folder: string;
  readonly order: Order;
} & (
  | { readonly kind: 'live'; readonly running: Running }
  | { readonly kind: 'sealed'; readonly manifest: Manifest }
  /** Another machine claimed it, and it may be alive there. */
  | { readonly kind: 'elsewhere'; readonly claim: Claim }
);

type Place = { readonly world: World; readonly folders: Folders; readonly executor: Executor };

/** By target. What is dead, or cannot be read, is removed; `stuck` are folders that an open intent still needs. */
export async function findAttempts({ world, folders, executor }: Place, stuck: ReadonlySet<string>): Promise<Map<TargetId, Found>> {
  const { disk } = world;
  const found = new Map<TargetId, Found>();
  for (const name of disk.names(folders.attempts) ?? []) {
    const folder = `${folders.attempts}/${name}`;
    if (stuck.has(folder)) continue;
    if (name.includes('.gone-')) {
      disk.removeLater(folder);
      continue;
    }
    const order = readOrder(disk, controlFolder(folder));
    // What was moved aside by hand is nobody's attempt, and is let be.
    if (order !== undefined && shortName(order.target) !== name) continue;
    if (order === undefined) {
      await endUnordered(executor, readClaim(disk, controlFolder(folder)), world.host);
      disk.removeLater(folder);
      continue;
    }
    const manifest = readManifest(disk, controlFolder(folder));
    if (manifest?.order.attempt === order.attempt) {
      found.set(order.target, { kind: 'sealed', folder, order, manifest });
      continue;
    }
    const claim = readClaim(disk, controlFolder(folder));
    if (claim?.attempt === order.attempt && claim.host !== world.host) {
      found.set(order.target, { kind: 'elsewhere', folder, order, claim });
      continue;
    }
    const running = executor.adopt(folder, order);
    if (running === undefined) {
      await executor.sweep(order);
      // It may have been sealed between the two looks.
      const late = readManifest(disk, controlFolder(folder));
      if (late?.order.attempt === order.attempt) found.set(order.target, { kind: 'sealed', folder, order, manifest: late });
      else discard({ world, folders }, { folder, order });
    } else found.set(order.target, { kind: 'live', folder, order, running });
  }
  return found;
}

/** Its order cannot be read, and so nobody can take it over: what runs there is ended before its folder goes. */
async function endUnordered(executor: Executor, claim: Claim | undefined, host: string): Promise<void> {
  if (claim !== undefined && claim.host === host) await executor.sweep(claim, isAlive(claim) ? claim.pid : undefined);
}

/** Its log is kept. */
export function discard(
  { world, folders }: Pick<Place, 'world' | 'folders'>,
  { folder, order }: { readonly folder: string; readonly order: Order },
): void {
  quietly(() => keepLog({ world, folders }, folder, order));
  quietly(() => world.disk.removeLater(folder));
}
