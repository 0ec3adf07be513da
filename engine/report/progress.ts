import { unreachable } from '../lib/unreachable.ts';
import type { Event } from '../model/event.ts';
import type { TargetId } from '../model/target.ts';

/** How far is a build, as its events tell it? `footer.ts` has the words, `time-left.ts` the estimate. */
export type Progress = {
  readonly begunMs: number;
  /** Of the whole build, as foreseen when it began. */
  readonly forecastSeconds: number | undefined;
  readonly stages: ReadonlyMap<string, StageProgress>;
  readonly running: ReadonlyMap<TargetId, Running>;
};

export type StageProgress = {
  /** Targets of which an end is to be heard. */
  readonly planned: number;
  readonly ended: Readonly<Record<Ending, number>>;
  /** Of the targets that were begun, where earlier runs tell it. */
  readonly expectations: { readonly count: number; readonly sumSeconds: number };
  /** What ended targets did, in the seconds that were expected for it. */
  readonly workedSeconds: number;
};

export type Ending = 'built' | 'fresh' | 'failed' | 'held' | 'blocked';

export type Running = {
  readonly stage: string;
  readonly sinceMs: number;
  readonly expectedSeconds: number | undefined;
  /** What this build has to do of it: an adopted attempt was begun before. */
  readonly workSeconds: number;
};

export type ProgressListener = { hear(event: Event): void; now(): Progress };

export function listenToProgress(now: () => number): ProgressListener {
  let begunMs = now();
  let forecastSeconds: number | undefined;
  let stages = new Map<string, StageProgress>();
  const running = new Map<TargetId, Running>();

  const begin = (event: Event & { kind: 'started' }): void => {
    const { target, stage: name, sinceMs, expectedSeconds } = event;
    const workSeconds = Math.max(0, (expectedSeconds ?? 0) - Math.max(0, begunMs - sinceMs) / 1000);
    running.set(target, { stage: name, sinceMs, expectedSeconds, workSeconds });
    const stage = stages.get(name);
    if (stage === undefined || expectedSeconds === undefined) return;
    const { count, sumSeconds } = stage.expectations;
    stages.set(name, { ...stage, expectations: { count: count + 1, sumSeconds: sumSeconds + expectedSeconds } });
  };
  const end = (target: TargetId, how: Ending): void => {
    const run = running.get(target);
    running.delete(target);
    const name = run?.stage ?? stageOf(target);
    const stage = stages.get(name);
    if (stage === undefined) return;
    const worked = run === undefined ? 0 : how === 'built' ? run.workSeconds : worksOff(run, begunMs, now());
    const ended = { ...stage.ended, [how]: stage.ended[how] + 1 };
    stages.set(name, { ...stage, ended, workedSeconds: stage.workedSeconds + worked });
  };
  const plan = (event: Event & { kind: 'planned' }): void => {
    begunMs = now();
    forecastSeconds = event.seconds;
    const some = Object.entries(event.stages).filter(([, planned]) => planned > 0);
    stages = new Map(some.map(([name, planned]) => [name, { ...UNBEGUN, planned }]));
  };
  const hear = (event: Event): void => {
    switch (event.kind) {
      case 'planned':
        return plan(event);
      case 'started':
        return begin(event);
      case 'built':
      case 'fresh':
      case 'failed':
      case 'held':
      case 'blocked':
        return end(event.target, event.kind);
      case 'problem':
        return end(event.target, 'failed');
      case 'again':
      case 'left-running':
        return void running.delete(event.target);
      case 'failed-before':
      case 'stopped':
      case 'recovered':
      case 'retired':
      case 'not-asked-for':
      case 'warnings':
        return;
      default:
        return unreachable(event);
    }
  };
  return { hear, now: () => ({ begunMs, forecastSeconds, stages, running }) };
}

/** A target that is told twice, or was not planned, makes no stage more than whole. */
export const doneOf = ({ planned, ended }: StageProgress): number =>
  Math.min(planned, ended.built + ended.fresh + ended.failed + ended.held + ended.blocked);

/** So much of what was expected of a target has passed since this build has it. */
export const worksOff = ({ sinceMs, workSeconds }: Running, begunMs: number, nowMs: number): number =>
  Math.min(workSeconds, Math.max(0, nowMs - Math.max(sinceMs, begunMs)) / 1000);

const UNBEGUN: Omit<StageProgress, 'planned'> = {
  ended: { built: 0, fresh: 0, failed: 0, held: 0, blocked: 0 },
  expectations: { count: 0, sumSeconds: 0 },
  workedSeconds: 0,
};

/** The stage is the first word of a target's name. */
const stageOf = (target: TargetId): string => target.split(' ', 1)[0] ?? target;
