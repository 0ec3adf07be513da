import type { Problem } from '../model/problem.ts';

/** The words for what keeps a builder from starting. */
export const homeLocked = (by: { pid: number; host: string; since: string; builds: string }): Problem => ({
  code: 'home-locked',
  says: `adap build ${by.builds} is at work on this home: pid ${by.pid} on ${by.host}, since ${by.since}`,
  try: 'adap status',
});

export const homeLockedElsewhere = (by: { pid: number; host: string; since: string; builds: string }, lock: string): Problem => ({
  code: 'home-locked-elsewhere',
  says: `adap build ${by.builds} took this home on another machine, ${by.host} (pid ${by.pid}), at ${by.since}`,
  file: lock,
  try: `see whether it is still at work on ${by.host}; if it is not, rm ${lock}`,
});

export const homeLeased = (by: { pid: number; host: string; since: string; builds: string }, leftSeconds: number): Problem => ({
  code: 'home-leased',
  says: `adap build ${by.builds} is at work on this home: pid ${by.pid} on ${by.host}, since ${by.since}`,
  try: `adap status; should ${by.host} be gone, its lock runs out in ${leftSeconds} s, and adap build takes it over`,
});

export const homeUnwritable = (home: string, why: string): Problem => ({
  code: 'home-unwritable',
  says: `the home ${home} cannot be written (${why})`,
  file: home,
  try: `ls -ld ${home}`,
});
