import { roundHalfToEven } from '../python/round.ts';

const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };

/**
 * Seconds that PypeIt says a run took, rounded as the old scorecard did (half to even); hours are not turned into days: `27h 3m 1.20s`.
 * Undefined where the log has no such line: the run did not come to its end. With calibrations that were there it is the time of that run alone.
 */
export function executionSeconds(log: string): number | undefined {
  const said = /Execution time: (\S.*)/.exec(log)?.[1];
  if (said === undefined) return undefined;
  const seconds = Array.from(said.matchAll(/([\d.]+)([dhms])/g), ([, count, unit = '']) => Number(count) * (UNITS[unit] ?? 0));
  return roundHalfToEven(seconds.reduce((sum, each) => sum + each, 0));
}
