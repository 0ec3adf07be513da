import type { Finding } from 'adap';
import type { BadSlit, CountColumn, ScorecardRow } from './scorecard-row.ts';

/** What the science of a frame, or of a whole reduce directory, is worth: whatever became of the run. */
export type Verdict = {
  readonly word: 'good' | 'poor' | 'failed';
  /** One line each; a good one may have some, too. */
  readonly reasons: readonly string[];
};

export type FrameScore = {
  readonly row: ScorecardRow;
  readonly badSlits: readonly BadSlit[];
  /** Why it is FAILED, in words: `1 of 4 detectors missing: MSC02`. None where it was read back. */
  readonly failures: readonly string[];
};

export type Judged = { readonly row: ScorecardRow; readonly verdict: Verdict };

/** A frame is poor when more of its slits are bad. */
export const MOST_BAD_SHARE = 0.25;
/** Slits that a reason names. */
const MOST_NAMED = 4;

/** Failed: the row says so, or no slit is good. Poor: more than a quarter of the slits is bad, or no object was extracted. */
export function frameVerdict({ row, badSlits, failures }: FrameScore): Verdict {
  const { bad_slit_count: bad, slit_count: slits } = row;
  const isFailed = row.status === 'FAILED';
  const reasons = [
    ...(isFailed ? (failures.length > 0 ? failures : [unsaidFailure(row)]) : []),
    ...(slits === 0 && row.det_count > 0 ? ['no slit at all'] : []),
    ...(bad > 0 ? [`${bad} of ${slits} ${slits === 1 ? 'slit' : 'slits'} ${bad === 1 ? 'is' : 'are'} bad: ${named(badSlits, row)}`] : []),
    ...(row.object_count === 0 && row.det_count > 0 ? ['no object extracted'] : []),
  ];
  if (isFailed || bad >= slits) return { word: 'failed', reasons: reasons.length > 0 ? reasons : ['no spec2d'] };
  return { word: bad / slits > MOST_BAD_SHARE || row.object_count === 0 ? 'poor' : 'good', reasons };
}

const unsaidFailure = ({ det_count: detectors }: ScorecardRow): string =>
  detectors === 0 ? 'no spec2d' : `FAILED, with ${detectors} ${detectors === 1 ? 'detector' : 'detectors'} reduced`;

/** Each with its faults; of slits that were read back the row says how many have which. */
function named(badSlits: readonly BadSlit[], row: ScorecardRow): string {
  const names = badSlits.slice(0, MOST_NAMED).map(({ slit_id: slit, faults }) => [slit, faults.join(' and ')].join(' ').trimEnd());
  const isUnsaid = badSlits.every(({ faults }) => faults.length === 0);
  const kinds = KINDS.flatMap(([column, word]) => (row[column] > 0 ? [`${row[column]} ${word}`] : []));
  return [
    ...(isUnsaid ? [`${kinds.join(', ')}${names.length > 0 ? ';' : ''}`] : []),
    ...(names.length > 0 ? [andMore(names, row.bad_slit_count)] : []),
  ].join(' ');
}

const KINDS: readonly (readonly [CountColumn, string])[] = [
  ['slit_wv_cov_under_thresh', 'by coverage'],
  ['slit_rms_over_thresh', 'by RMS'],
  ['slit_std_chi_out_of_range', 'by chi'],
  ['total_bad_flags', 'by flags'],
];

const andMore = (names: readonly string[], of: number): string =>
  `${names.join(', ')}${of > names.length ? `, and ${of - names.length} more` : ''}`;

/** Failed: every frame is, or there is none. Poor: some frame is failed or poor. */
export function reductionVerdict(frames: readonly Judged[]): Verdict {
  if (frames.length === 0) return { word: 'failed', reasons: ['no science frame'] };
  const is = (word: Verdict['word']) => (frame: Judged) => frame.verdict.word === word;
  const word = frames.every(is('failed')) ? 'failed' : frames.every(is('good')) ? 'good' : 'poor';
  const byReason = Map.groupBy(
    frames.toSorted(worstFirst).flatMap(({ row, verdict }) => verdict.reasons.map((reason) => ({ reason, frame: row.science_file }))),
    ({ reason }) => reason,
  );
  const who = (names: readonly string[]): string =>
    names.length > 1 && names.length === frames.length ? `all ${names.length} frames` : andMore(names.slice(0, MOST_NAMED), names.length);
  return { word, reasons: Array.from(byReason, ([reason, those]) => `${who(those.map(({ frame }) => frame))}: ${reason}`) };
}

/** Rows of one reduce directory that were read back. */
export const judgedRows = (rows: readonly ScorecardRow[], badSlits: readonly BadSlit[]): readonly Judged[] =>
  rows.map((row) => ({
    row,
    verdict: frameVerdict({ row, badSlits: badSlits.filter(({ spec2d }) => spec2d === row.science_file), failures: [] }),
  }));

const RANKS: Readonly<Record<Verdict['word'], number>> = { failed: 0, poor: 1, good: 2 };

/** Failed before poor before good; then the larger share of bad slits, then by name. */
export function worstFirst(a: Judged, b: Judged): number {
  const share = ({ row }: Judged): number => (row.slit_count === 0 ? 1 : row.bad_slit_count / row.slit_count);
  const name = ({ row }: Judged): string => `${row.dataset}\n${row.reduce_dir}\n${row.science_file}`;
  return RANKS[a.verdict.word] - RANKS[b.verdict.word] || share(b) - share(a) || (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0);
}

const WEIGHTS: Readonly<Record<Verdict['word'], Finding['weight']>> = { good: 'fine', poor: 'doubtful', failed: 'bad' };

/** As the engine keeps and shows it. */
export const findingOf = ({ word, reasons }: Verdict): Finding => ({ word, weight: WEIGHTS[word], says: reasons });
