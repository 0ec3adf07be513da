/** Columns of scorecard.csv that hold text, and those that hold whole numbers. */
const TEXTS = ['dataset', 'science_file', 'date', 'status', 'git_commit', 'reduce_dir'] as const;

/** In the order of the file, which is that of the old scripts: columns A to AB of the spreadsheet. */
export const COLUMNS = [
  'dataset',
  'science_file',
  'date',
  'status',
  'bad_slit_count',
  'det_count',
  'slit_count',
  'slit_std_chi_out_of_range',
  'slit_wv_cov_under_thresh',
  'slit_rms_over_thresh',
  'slit_spec_flex_over_thresh',
  'total_bad_flags',
  'bad_wv_count',
  'bad_tilt_count',
  'bad_flat_count',
  'skip_flat_count',
  'bad_skysub_count',
  'bad_extract_count',
  'object_count',
  'obj_rms_over_thresh',
  'object_flex_shift_over_thresh',
  'object_without_opt_with_box',
  'object_without_opt_wo_box',
  'maskdef_extract_count',
  'exec_time',
  'mem_usage',
  'git_commit',
  'reduce_dir',
] as const;

export type Column = (typeof COLUMNS)[number];
export type TextColumn = (typeof TEXTS)[number];
export type CountColumn = Exclude<Column, TextColumn>;

export type Status = 'COMPLETE' | 'FAILED';

/**
 * One science exposure of one reduce directory. `dataset` is `mask/setup/dates`, `date` the day of the reduction, `exec_time` in seconds and
 * `mem_usage` in kB are those of the whole run, `git_commit` is the version of PypeIt.
 */
export type ScorecardRow = { readonly [name in Exclude<TextColumn, 'status'>]: string } & { readonly [name in CountColumn]: number } & {
  readonly status: Status;
};

export const isText = (column: Column): column is TextColumn => (TEXTS as readonly Column[]).includes(column);

/** A slit that is not good. */
export type BadSlit = {
  /** `DET03:1152`: detector or mosaic, and spat_id. */
  readonly slit_id: string;
  /** Name of the science frame, in spite of its own name. */
  readonly spec2d: string;
  /** In words; none where it was read back, for the file does not hold them. */
  readonly faults: readonly string[];
};
