import type { Flat } from 'adap';
import { PYPEIT_VERSION } from '../config.ts';
import type { PypeitConfig } from '../config.ts';
import { findProgram } from './packages.ts';

/** Why the installed PypeIt cannot make what is wanted, with the way out; undefined where it can, as far as folders tell. */
export function notTheVersion(pypeit: PypeitConfig = {}, installed: Flat): string | undefined {
  const wanted = pypeit.version ?? PYPEIT_VERSION;
  if (findProgram('run_pypeit', pypeit) === undefined) {
    const where = pypeit.bin === undefined ? 'is not on PATH' : `is not in ${pypeit.bin}, and not on PATH`;
    return `run_pypeit ${where}: set pypeit.bin in the adapfile to the bin folder of its environment, or install it: ${installLine(wanted)}`;
  }
  const { pypeit: is } = installed;
  return is === undefined || is === wanted
    ? undefined
    : `PypeIt ${is} is installed, and ${wanted} is wanted: set pypeit.version in the adapfile, or ${installLine(wanted)}`;
}

/** 1.17 calls what numpy 2.4 has no more, and needs six without saying so. */
export const installLine = (version: string): string =>
  version.startsWith('1.') ? `pip install 'pypeit==${version}' 'numpy<2.4' six` : `pip install 'pypeit==${version}'`;
