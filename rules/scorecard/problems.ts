import type { Problem } from 'adap';

type Place = { readonly file: string; readonly line: number };

/** The words for what is wrong with thresholds, products and scorecards. */
export const thresholdsHead = (place: Place, says: string): Problem => ({
  code: 'scorecard-config',
  says,
  ...place,
  try: `write "dataset | rms_thresh | flex_shift_thresh | wave_cov_thresh | lower_std_chi | upper_std_chi | notes" there`,
});

export const thresholdsLine = (place: Place, says: string): Problem => ({
  code: 'scorecard-config',
  says,
  ...place,
  try: `edit ${place.file}`,
});

export const thresholdsUnused = (place: Place, dataset: string): Problem => ({
  code: 'scorecard-config-unused',
  says: `${dataset} in ${place.file} is no dataset`,
  ...place,
  try: 'adap list --stage scorecard',
});

export const productWithout = (file: string, what: string): Problem => ({
  code: 'product-without',
  says: `${file} has no ${what}`,
  file,
  try: 'build it again: adap build --force TARGET',
});

export const scorecardDamaged = (place: Place, says: string): Problem => ({
  code: 'scorecard-damaged',
  says,
  ...place,
  try: `adap build --force ${place.file}`,
});
