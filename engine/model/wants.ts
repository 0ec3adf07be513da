/** What an attempt may use; a target waits until the machine has it to give. */
export type Wants = {
  /** Processors that it keeps busy. */
  readonly cpus: number;
  /** Of the whole process tree. Undefined: not reserved, and not limited. */
  readonly memoryGiB?: number;
  /** Disk below its directory. */
  readonly scratchGiB?: number;
  /** Longest time that it may run. */
  readonly hours: number;
};

/** Of a rule that does not say. */
export const PLAIN_WANTS: Wants = { cpus: 1, hours: 168 };

/** A limit lies so far above what is reserved: as between requests and limits on clusters. */
export const HEADROOM = 1.2;

/** What its process tree may hold at most; undefined: as much as it likes. */
export const memoryLimitBytes = ({ memoryGiB }: Pick<Wants, 'memoryGiB'>): number | undefined =>
  memoryGiB === undefined ? undefined : memoryGiB * HEADROOM * 2 ** 30;
