import type { Facts, Handle } from 'adap';
import type { DeimosConfig, PypeitConfig } from '../config.ts';
import { installedPackages } from './packages.ts';
import { programsOf } from './programs.ts';
import type { Programs } from './programs.ts';

/** The installed packages, which failures depend on; and what a recipe needs to find the programs where it runs. */
export const installedHandles = (config: DeimosConfig, facts: Facts): Record<'installed' | 'pypeit wanted', Handle> => ({
  installed: { kind: 'recorded', values: facts.once('installed packages', () => installedPackages(config.pypeit)) },
  'pypeit wanted': { kind: 'ignored', value: config.pypeit ?? {} },
});

type Valued = { value<T>(need: string): T };

/** What the adapfile says of PypeIt. */
export const pypeitWanted = (given: Valued): PypeitConfig => given.value<PypeitConfig>('pypeit wanted');

/** Of the machine that the recipe runs on, which need not be that of the builder. */
export const programsHere = (given: Valued): Programs => programsOf(pypeitWanted(given));
