import { failing } from 'adap';
import type { Problem } from 'adap';

const PROBLEM = Symbol('problem of a FITS file');

/** What the reader throws: for a recipe it is bad input, for a command a problem. */
export const fitsFault = (problem: Problem): Error => Object.assign(failing('bad-input', problem.says), { [PROBLEM]: problem });

/** The problem that a fault of the reader carries; undefined for every other error. */
export const fitsProblemOf = (thrown: unknown): Problem | undefined =>
  thrown instanceof Error && PROBLEM in thrown ? (thrown[PROBLEM] as Problem) : undefined;
