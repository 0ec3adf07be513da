import { homedir } from 'node:os';

/** Folder of this machine for what can be made anew at any time: `ADAP_CACHE`, else `adap` in the user's own cache folder. */
export const userCache = (): string => process.env['ADAP_CACHE'] ?? `${process.env['XDG_CACHE_HOME'] ?? `${homedir()}/.cache`}/adap`;
