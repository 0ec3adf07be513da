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
};
