import { doneOf, worksOff } from './progress.ts';
import type { Progress } from './progress.ts';

/** Before so much is done, the time that it took says too little. */
const EARLY = 0.05;

/** A target that takes longer than expected is said to be nearly done, never done. */
const NEARLY = 0.95;

/**
 * How many seconds will the rest of a build take? Undefined: nobody can tell.
 *
 * Work is counted in the seconds that earlier runs let expect; targets that wait count as the others of their stage on
 * average. Of the whole build there are two estimates: the forecast made at its beginning, scaled to the work that is
 * still in it (what failed, was fresh, or was done before it was adopted is not), and the time taken so far divided by the share of the work that is
 * done. Each has the say for its own part: the forecast for what is not done, the time taken for what is. No target
 * that runs ends sooner than expected of it alone.
 */
export function timeLeft(progress: Progress, nowMs: number): number | undefined {
  const { forecastSeconds, begunMs } = progress;
  if (forecastSeconds === undefined) return undefined;
  const work = workOf(progress, nowMs);
  const inAll = work.done + work.left;
  const share = inAll > 0 ? work.done / inAll : 0;
  if (share < EARLY) return undefined;
  const elapsed = Math.max(0, nowMs - begunMs) / 1000;
  const whole = (1 - share) * forecastSeconds * (inAll / work.planned) + elapsed;
  const left = Math.max((1 - share) * whole, work.longest);
  return left < 1 ? undefined : left;
}

function workOf({ stages, running, begunMs }: Progress, nowMs: number): Record<'planned' | 'done' | 'left' | 'longest', number> {
  const work = { planned: 0, done: 0, left: 0, longest: 0 };
  const runningIn = new Map<string, number>();
  for (const run of running.values()) {
    const worked = Math.min(worksOff(run, begunMs, nowMs), NEARLY * run.workSeconds);
    work.done += worked;
    work.left += run.workSeconds - worked;
    work.longest = Math.max(work.longest, run.workSeconds - worksOff(run, begunMs, nowMs));
    runningIn.set(run.stage, (runningIn.get(run.stage) ?? 0) + 1);
  }
  for (const [name, stage] of stages) {
    const { count, sumSeconds } = stage.expectations;
    const average = count > 0 ? sumSeconds / count : 0;
    const waiting = Math.max(0, stage.planned - doneOf(stage) - (runningIn.get(name) ?? 0));
    work.planned += stage.planned * average;
    work.done += stage.workedSeconds;
    work.left += waiting * average;
  }
  return work;
}
