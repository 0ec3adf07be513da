import { fitsProblemOf, withFits } from '../fits/fits.ts';
import type { Fits } from '../fits/fits.ts';
import { executionSeconds } from '../pypeit-log/execution-seconds.ts';
import type { PypeitFile } from '../pypeit/pypeit-file.ts';
import { exposureOf, promisedExposures } from '../reduce/promised.ts';
import { expectedDetectors } from './expected-detectors.ts';
import { judgeFrame } from './judge-frame.ts';
import { measureSpec1d } from './measure-spec1d.ts';
import type { ObjectMeasures } from './measure-spec1d.ts';
import { measureSpec2d } from './measure-spec2d.ts';
import type { DetectorMeasures } from './measure-spec2d.ts';
import { inOrder, slitsInOrder } from './scorecard-csv.ts';
import type { BadSlit, ScorecardRow, Status } from './scorecard-row.ts';
import type { Thresholds } from './thresholds.ts';
import { frameVerdict, reductionVerdict } from './verdict.ts';
import type { FrameScore, Judged, Verdict } from './verdict.ts';

export type Product = { /** `spec2d_….fits` */ readonly name: string; /** Absolute. */ readonly path: string };

export type Reduction = {
  /** `mask/setup/dates` */
  readonly dataset: string;
  /** `reduce`, `reduce-det6` */
  readonly reduce: string;
  readonly pypeit: PypeitFile;
  /** Those of Science/. */
  readonly products: readonly Product[];
  /** Text of keck_deimos_A.log. */
  readonly log: string;
  readonly thresholds: Thresholds;
  readonly run: {
    /** Of the reduction: YYYY-MM-DD. */
    readonly date: string;
    readonly status: Status;
    /** Peak. */
    readonly memoryKb?: number;
    /** Version of PypeIt. */
    readonly commit: string;
  };
};

export type Scorecard = {
  readonly rows: readonly ScorecardRow[];
  readonly badSlits: readonly BadSlit[];
  /** In the order of `rows`. */
  readonly frames: readonly Judged[];
  readonly verdict: Verdict;
};

/** The scorecard of one reduce directory: a row for each science exposure. A product that cannot be read makes its frame FAILED, and no other. */
export async function scorecard(reduction: Reduction): Promise<Scorecard> {
  const science = reduction.pypeit.rows.filter(({ cells }) =>
    (cells['frametype'] ?? '').split(',').some((type) => type.trim() === 'science'),
  );
  const scores: FrameScore[] = [];
  for (const rawNames of promisedExposures({ rows: science })) scores.push(await scoreOf(reduction, rawNames));
  const ordered = scores.toSorted((a, b) => inOrder(a.row, b.row));
  const frames = ordered.map((score) => ({ row: score.row, verdict: frameVerdict(score) }));
  return {
    rows: frames.map(({ row }) => row),
    badSlits: ordered.flatMap(({ badSlits }) => badSlits).toSorted(slitsInOrder),
    frames,
    verdict: reductionVerdict(frames),
  };
}

/** Frames that are combined have one product, named after the first of them. */
async function scoreOf(reduction: Reduction, rawNames: readonly string[]): Promise<FrameScore> {
  const productsOf = (kind: 'spec1d' | 'spec2d', raw: string): readonly Product[] =>
    reduction.products.filter(({ name }) => name.startsWith(`${kind}_${exposureOf(raw)}-`) && /\.fits(\.gz)?$/.test(name));
  const frame = rawNames.find((raw) => productsOf('spec2d', raw).length > 0) ?? rawNames[0] ?? '';
  const spec2ds = productsOf('spec2d', frame);
  const [spec2d] = spec2ds;
  const failures: string[] = reduction.run.status === 'FAILED' ? ['the run failed'] : [];

  let detectors: readonly DetectorMeasures[] = [];
  if (spec2d === undefined) failures.push('no spec2d: it was not reduced');
  else if (spec2ds.length > 1) failures.push(`${spec2ds.length} spec2d: ${spec2ds.map(({ name }) => name).join(', ')}`);
  else {
    const measured = await readable(spec2d, measureSpec2d);
    if (measured.kind === 'unreadable') failures.push(measured.says);
    else {
      detectors = measured.value;
      failures.push(...detectorFailures(detectors, expectedDetectors(reduction.pypeit)));
    }
  }
  const objects: ObjectMeasures[] = [];
  for (const spec1d of productsOf('spec1d', frame)) {
    const measured = await readable(spec1d, (fits) => Promise.resolve(measureSpec1d(fits)));
    if (measured.kind === 'unreadable') failures.push(measured.says);
    else objects.push(...measured.value);
  }
  const { counts, badSlits } = judgeFrame({ detectors, objects }, reduction.thresholds);
  const isReduced = spec2ds.length === 1;
  const { run } = reduction;
  return {
    row: {
      dataset: reduction.dataset,
      science_file: frame,
      date: run.date,
      status: failures.length > 0 ? 'FAILED' : 'COMPLETE',
      ...counts,
      // Those of the whole run, beside each frame that it reduced.
      exec_time: isReduced ? (executionSeconds(reduction.log) ?? 0) : 0,
      mem_usage: isReduced ? (run.memoryKb ?? 0) : 0,
      git_commit: run.commit,
      reduce_dir: reduction.reduce,
    },
    badSlits: badSlits.map((slit) => ({ ...slit, spec2d: frame })),
    failures,
  };
}

function detectorFailures(detectors: readonly DetectorMeasures[], expected: readonly string[]): readonly string[] {
  const there = detectors.map(({ detector }) => detector);
  const missing = expected.filter((name) => !there.includes(name));
  const more = there.filter((name) => !expected.includes(name));
  return [
    ...(missing.length > 0 ? [`${missing.length} of ${expected.length} detectors missing: ${missing.join(', ')}`] : []),
    ...(more.length > 0 ? [`detectors that were not asked for: ${more.join(', ')}`] : []),
  ];
}

type Read<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unreadable'; readonly says: string };

async function readable<T>({ name, path }: Product, measure: (fits: Fits) => Promise<T>): Promise<Read<T>> {
  try {
    return { kind: 'read', value: await withFits(path, measure) };
  } catch (error) {
    const problem = fitsProblemOf(error);
    if (problem === undefined) throw error;
    return { kind: 'unreadable', says: problem.says.replaceAll(path, name) };
  }
}
