/** Which PypeIt is installed, and with which packages, told by the folders that pip leaves: no Python is started. */
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import type { Flat } from 'adap';
import type { PypeitConfig } from '../config.ts';

/** Packages that change what PypeIt makes, or whether it runs. */
const PACKAGES = ['pypeit', 'numpy', 'scipy', 'astropy', 'six'] as const;

/** `{ python: '3.11', pypeit: '1.17.4', numpy: '2.3.5', … }`; what cannot be told is left out. */
export function installedPackages(pypeit: PypeitConfig = {}): Flat {
  if (pypeit.standIn !== undefined) return { 'stand-in': pypeit.standIn };
  const program = findProgram('run_pypeit', pypeit);
  const found = program === undefined ? undefined : sitePackages(program);
  if (found === undefined) return {};
  const versions: Record<string, string> = { python: found.python };
  for (const name of readdirSync(found.folder)) {
    const [, which = '', version = ''] = /^([A-Za-z0-9_.]+?)-([^-]+)\.dist-info$/.exec(name) ?? [];
    if (PACKAGES.some((each) => each === which.toLowerCase())) versions[which.toLowerCase()] = version;
  }
  return versions;
}

/** Where the package itself lies, with its data. */
export function packageFolder(pypeit: PypeitConfig = {}): string | undefined {
  const program = findProgram('run_pypeit', pypeit);
  const found = program === undefined ? undefined : sitePackages(program);
  return found === undefined || !existsSync(`${found.folder}/pypeit`) ? undefined : `${found.folder}/pypeit`;
}

/** Absolute path of a program of PypeIt. */
export function findProgram(name: string, pypeit: PypeitConfig = {}): string | undefined {
  const folders = [...(pypeit.bin === undefined ? [] : [resolve(pypeit.bin)]), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => `${folder}/${name}`).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Programs of a virtual environment name their Python in the first line. */
function sitePackages(program: string): { readonly folder: string; readonly python: string } | undefined {
  const interpreter = /^#!\s*(\S+)/.exec(readFileSync(program, 'latin1').slice(0, 500))?.[1];
  for (const root of [dirname(dirname(program)), ...(interpreter === undefined ? [] : [dirname(dirname(interpreter))])]) {
    const lib = `${root}/lib`;
    const python = existsSync(lib) ? readdirSync(lib).find((name) => /^python3\.\d+$/.test(name)) : undefined;
    if (python !== undefined && existsSync(`${lib}/${python}/site-packages`))
      return { folder: `${lib}/${python}/site-packages`, python: python.slice('python'.length) };
  }
  return undefined;
}
