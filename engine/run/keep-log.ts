/** Log and manifest of the last attempts at each target, for `adap log`. */
import type { Order } from '../model/attempt.ts';
import { controlFolder, readOrder } from '../records/attempt-files.ts';
import type { Folders } from '../records/folders.ts';
import { shortName } from '../records/record-files.ts';
import type { World } from '../world.ts';

const KEPT = 3;

/** Moves the control files of an attempt that has ended to the logs of its target. */
export function keepLog({ world, folders }: { readonly world: World; readonly folders: Folders }, folder: string, order: Order): void {
  const { disk } = world;
  if (disk.stamp(controlFolder(folder)) === undefined) return;
  const logs = `${folders.logs}/${shortName(order.target)}`;
  disk.makeFolder(logs);
  // Names begin with the time, padded: in their order, the oldest is first.
  for (const old of (disk.names(logs) ?? []).filter((name) => name !== order.attempt).slice(0, -(KEPT - 1)))
    disk.removeLater(`${logs}/${old}`);
  disk.removeLater(`${logs}/${order.attempt}`);
  disk.rename(controlFolder(folder), `${logs}/${order.attempt}`);
}

/** The same, of an attempt whose order lies in its folder; one of adap's own process has none. */
export function keepLogIn(place: { readonly world: World; readonly folders: Folders }, attempt: string): void {
  const order = readOrder(place.world.disk, controlFolder(attempt));
  if (order !== undefined) keepLog(place, attempt, order);
}
