import { existsSync } from 'node:fs';
import { CHECKOUT } from './project.ts';

const FOLDER = `${CHECKOUT}/.cache/pypeit`;

/** The real PypeIt, as .ci/install-pypeit lays it into .cache; undefined where it is not installed. */
export const realPypeit = (): { readonly bin: string; readonly environment: Readonly<Record<string, string>> } | undefined =>
  existsSync(`${FOLDER}/env.sh`)
    ? { bin: `${FOLDER}/venv/bin`, environment: { HOME: `${FOLDER}/home`, XDG_CACHE_HOME: `${FOLDER}/cache` } }
    : undefined;

/** Why a test of it is skipped; false where it is there. */
export const withoutPypeit = (): string | false =>
  realPypeit() === undefined ? 'no PypeIt: .ci/install-pypeit .cache/pypeit installs it' : false;
