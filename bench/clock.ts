import { spawnSync } from 'node:child_process';

/** A command whose wall time is taken, as a user would type it. */
export type Contender = { readonly name: string; readonly argv: readonly [string, ...string[]]; readonly cwd?: string };

/** Milliseconds by contender, one number a round. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** Runs a command to its end and gives its output; any exit code but 0 ends the bench. */
export function runOnce({ argv, cwd }: Contender): string {
  const [file, ...args] = argv;
  const ran = spawnSync(file, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (ran.error !== undefined) throw ran.error;
  if (ran.status !== 0) throw new Error(`${argv.join(' ')} ended with ${ran.status}\n${ran.stdout.slice(-2000)}${ran.stderr.slice(-2000)}`);
  return ran.stdout;
}

/** A B C A B C …: what else the machine does falls on all alike. One more round comes first, and is not counted. */
export function race(contenders: readonly Contender[], rounds: number): Times {
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const start = performance.now();
      runOnce(contender);
      if (round > 0) times.get(contender.name)?.push(performance.now() - start);
    }
  }
  return times;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

export const medianOf = (times: Times, name: string): number => median(times.get(name) ?? []);

/** Round by round, then the median: what slows one round down slows down both. */
export const ratio = (times: Times, above: string, below: string): number =>
  median((times.get(above) ?? []).map((ms, round) => ms / (times.get(below)?.[round] ?? Number.NaN)));

export const ms = (number: number): string => `${number.toFixed(number < 100 ? 1 : 0)} ms`;

/** `adap/ninja 1.21 (goal 1.5)`, with a word when it is missed. Time never fails a bench. */
export function against(name: string, is: number, goal: number | undefined): string {
  const said = goal === undefined ? '' : ` (goal ${goal}${is > goal ? ', missed' : ''})`;
  return `${name} ${is.toFixed(2)}${said}`;
}
