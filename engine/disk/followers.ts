import { readFileSync, readdirSync } from 'node:fs';

/**
 * Whether any process of this machine is one of those that the process with this number led, by setsid(2): what it began
 * outlives it.
 */
export function hasFollowers(leader: number): boolean {
  return readNames('/proc').some((name) => /^\d+$/.test(name) && leaderOf(name) === leader);
}

/** Field 6 of stat, counted behind the name; none for what is dead, and only waits to be taken note of. */
function leaderOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', , , leader] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return 'ZX'.includes(state) ? undefined : Number(leader);
  } catch {
    return undefined;
  }
}

function readNames(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
