import type { Problem } from 'adap';

/** The words for a PypeIt that cannot run here. */
export const pypeitMissing = (says: string): Problem => ({ code: 'pypeit-missing', says, try: 'adap doctor, when that is done' });

export const pypeitNeeds = (says: string, line: string): Problem => ({ code: 'pypeit-needs', says, try: line });

export const pypeitPython = (version: string): Problem => ({
  code: 'pypeit-needs',
  says: `PypeIt runs on Python 3.11 to 3.13, and its environment has ${version}`,
  try: 'python3.13 -m venv DIR, and install PypeIt there',
});

export const pypeitOffline = (what: string, line: string): Problem => ({
  code: 'pypeit-offline',
  says: `${what} will be fetched from the network when they are first needed: without a network, reductions fail`,
  try: line,
});
