import type { Wants } from 'adap';

/** What an adapfile may say of a DEIMOS archive. */
export type DeimosConfig = {
  /** Directories of raw frames, searched at any depth; relative to the adapfile, or absolute. */
  readonly raw: readonly string[];
  /** How raw frames come into the tree. Default: symlink. */
  readonly link?: 'symlink' | 'hard';
  /** Frames of one mask and setup are one dataset while gaps in MJD are at most this. Default: 3. */
  readonly dateWindowDays?: number;
  /** 'as-published' chooses arcs and flats as the old scripts did, oddities included; 'strict' repairs them. Default: as-published. */
  readonly selection?: 'as-published' | 'strict';
  readonly pypeit?: PypeitConfig;
  /** What one reduction may use. Default: 1 processor, 32 GiB of memory, 50 GiB of scratch space (150 from 40 frames on), 48 hours. */
  readonly reduce?: Partial<Wants>;
  /** What one coadd may use. Default: 1 processor, 16 GiB of memory, 20 GiB of scratch space, 12 hours. */
  readonly coadd?: Partial<Wants>;
};

export type PypeitConfig = {
  /** The version that results are wanted from: another one makes them stale. Default: 1.17.4. */
  readonly version?: string;
  /** Folder of its programs, absolute: `/opt/pypeit/bin`. Default: they are found on PATH. */
  readonly bin?: string;
  /** Arguments of run_pypeit behind the file. Default: -o. */
  readonly arguments?: readonly string[];
  /** For all of its programs; adap itself sets OMP_NUM_THREADS=1 and MPLBACKEND=Agg. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Said wherever its version is: programs that only play PypeIt. */
  readonly standIn?: string;
};

export const PYPEIT_VERSION = '1.17.4';
