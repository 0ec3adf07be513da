/** The files by which an attempt and its builder speak: in `.adap` below the attempt's folder, where no output can lie. */
import type { Disk } from '../disk/disk.ts';
import type { Identity } from '../disk/process-identity.ts';
import { text } from '../lib/text.ts';
import type { Manifest, Order } from '../model/attempt.ts';
import type { Usage } from '../model/evidence.ts';
import { sealed, unsealed } from './record-files.ts';

/** Who runs an attempt: written once, before its recipe begins. */
export type Claim = Identity & { readonly host: string; readonly attempt: string; readonly startedAtMs: number };

/** Of a recipe that runs: as of `atMs`. */
export type UsageNow = Usage & { readonly atMs: number };

/** Of an attempt's folder; kept among the logs, these files lie in a folder of their own. All functions here are handed that one. */
export const controlFolder = (attempt: string): string => `${attempt}/.adap`;

const orderPath = (control: string): string => `${control}/order.json`;
const claimPath = (control: string): string => `${control}/process.json`;
const manifestPath = (control: string): string => `${control}/manifest.json`;
const usagePath = (control: string): string => `${control}/usage.json`;
/** Its presence says that whoever sends SIGTERM is adap. */
const cancelPath = (control: string): string => `${control}/cancel`;
/** Output of the process itself, not of its commands: nothing, unless it breaks. */
export const saidPath = (control: string): string => `${control}/said`;

export const writeOrder = (disk: Disk, control: string, order: Order): void => disk.writeWhole(orderPath(control), sealed(order));
export const readOrder = (disk: Disk, control: string): Order | undefined => read<Order>(disk, orderPath(control));

export const writeManifest = (disk: Disk, control: string, manifest: Manifest): void =>
  disk.writeWhole(manifestPath(control), sealed(manifest));
export const readManifest = (disk: Disk, control: string): Manifest | undefined => read<Manifest>(disk, manifestPath(control));

/** Throws where another process was first. */
export const writeClaim = (disk: Disk, control: string, claim: Claim): void => disk.writeNew(claimPath(control), sealed(claim));
export const readClaim = (disk: Disk, control: string): Claim | undefined => read<Claim>(disk, claimPath(control));

export const writeUsage = (disk: Disk, control: string, usage: UsageNow): void => disk.writeWhole(usagePath(control), sealed(usage));
export const readUsage = (disk: Disk, control: string): UsageNow | undefined => read<UsageNow>(disk, usagePath(control));

export const askToCancel = (disk: Disk, control: string): void => disk.write(cancelPath(control), '');
export const isAskedToCancel = (disk: Disk, control: string): boolean => disk.stamp(cancelPath(control)) !== undefined;

/** A digest over it says that adap wrote it, as this type. */
function read<T>(disk: Disk, path: string): T | undefined {
  const bytes = disk.read(path);
  return bytes === undefined ? undefined : (unsealed(text(bytes)) as T | undefined);
}
