import type { Context } from './command.ts';

/** A terminal is written to ten times a second, however small the steps are. */
export function atTimes<Args extends readonly unknown[]>({ world }: Context, say: (...args: Args) => void): (...args: Args) => void {
  let saidAtMs = 0;
  return (...args) => {
    const nowMs = world.now();
    if (nowMs - saidAtMs < 100) return;
    saidAtMs = nowMs;
    say(...args);
  };
}
