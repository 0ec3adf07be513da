/** One command of a recipe. */
export type CommandRecord = {
  readonly command: string;
  readonly exit: number | undefined;
  readonly signal: string | undefined;
  readonly seconds: number;
};

/** What a process tree used; sampled while it runs. */
export type Usage = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Shared pages counted once; sampled. */
  readonly peakMemoryBytes: number;
  /** The kernel's own figure, where it had a control group of its own: with the page cache, which is given back when others need it. */
  readonly cgroupPeakBytes?: number;
  readonly peakScratchBytes: number;
  readonly processes: number;
};

/** Of one that was not looked at. */
export const NO_USAGE: Usage = { seconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, peakScratchBytes: 0, processes: 0 };

/** What is known of an attempt that ended, whatever became of it. */
export type Evidence = Usage & {
  readonly attempt: string;
  readonly host: string;
  readonly startedAtMs: number;
  readonly commands: readonly CommandRecord[];
  /** Last lines that it printed. */
  readonly lastLines: readonly string[];
  /** Files that it left beside its outputs: thrown away. At most 100. */
  readonly undeclared: readonly string[];
  /** It ended well, and a person should know this. */
  readonly caveats: readonly string[];
};
