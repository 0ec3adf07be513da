import { delimiter, resolve } from 'node:path';
import type { PypeitConfig } from '../config.ts';

/** Where PypeIt's programs lie and what they are told by their environment: survives JSON. */
export type Programs = {
  /** For `$({ env })`: PATH with the programs first, one thread, no window. */
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * One thread: a reduction is a processor's work, and the machine is filled by many of them. Agg: PypeIt's plots need no screen.
 * Source: reference scripts `reduce_from_queue.py`; matplotlib's backends.
 */
export function programsOf(pypeit: PypeitConfig = {}): Programs {
  const path = process.env['PATH'] ?? '';
  return {
    environment: {
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      MPLBACKEND: 'Agg',
      ...pypeit.environment,
      PATH: pypeit.bin === undefined ? path : `${resolve(pypeit.bin)}${delimiter}${path}`,
    },
  };
}
