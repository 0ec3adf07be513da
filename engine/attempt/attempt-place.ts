import type { Machine } from '../executors/machine.ts';
import type { World } from '../world.ts';

/** Where an attempt runs. */
export type AttemptPlace = {
  readonly world: World;
  readonly machine: Machine;
  /** Its own; what lies in it mirrors the home. */
  readonly folder: string;
};
