import type { Facts, Handle } from 'adap';
import type { DeimosConfig } from '../config.ts';
import { notTheVersion } from './not-the-version.ts';
import { installedPackages } from './packages.ts';
import { programsOf } from './programs.ts';
import type { Programs } from './programs.ts';

/** What a recipe is told of the installed PypeIt. */
export type Installed = {
  readonly programs: Programs;
  /** Why it cannot make what is wanted, with the way out. */
  readonly notInstalled?: string;
};

/** The installed packages, which failures depend on, and where the programs lie. */
export function installedHandles(config: DeimosConfig, facts: Facts): Record<'installed' | 'programs', Handle> {
  const installed = facts.once('installed packages', () => installedPackages(config.pypeit));
  const notInstalled = facts.once('not installed', () => notTheVersion(config.pypeit, installed));
  const value: Installed = { programs: programsOf(config.pypeit), ...(notInstalled === undefined ? {} : { notInstalled }) };
  return { installed: { kind: 'recorded', values: installed }, programs: { kind: 'ignored', value } };
}
