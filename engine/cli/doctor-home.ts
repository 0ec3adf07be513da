/** What of a home a person should know before a long build: its clock, what goes on in it, what could be taken away. */
import { isAlive } from '../disk/process-identity.ts';
import type { Identity } from '../disk/process-identity.ts';
import { treeSize } from '../disk/tree-size.ts';
import { text } from '../lib/text.ts';
import type { TargetRecord } from '../model/record.ts';
import { foldersOf } from '../records/folders.ts';
import { codeOf } from '../disk/node-disk.ts';
import { sizeWords } from '../report/size-words.ts';
import { attemptState } from '../run/attempt-state.ts';
import type { World } from '../world.ts';
import type { Found } from './doctor-machine.ts';
import { attemptsWithoutBuilder, clockSkew } from './problems.ts';

type Place = { readonly world: World; readonly home: string };

const APART_MS = 2000;

/** A file that is written now should be of now: on a network file system it bears the time of another machine. */
export function clockCheck({ world, home }: Place): Found {
  const { disk } = world;
  // Every request of this command was answered: the store refuses those of a clock that is off by more.
  if (world.bucket !== undefined) return { says: "within 15 minutes of the store's" };
  if (disk.stamp(home) === undefined) return { says: 'not known before there is a home' };
  const path = `${home}/.adap/clock.${world.pid}`;
  const beforeMs = world.now();
  try {
    disk.write(path, '');
    const writtenMs = disk.stamp(path)?.mtimeMs ?? beforeMs;
    const aheadMs = Math.max(writtenMs - world.now(), 0) - Math.max(beforeMs - writtenMs, 0);
    if (Math.abs(aheadMs) <= APART_MS) return { says: "the home's is this machine's" };
    return clockSkew(`a file that is written to ${home} is ${secondsWords(aheadMs)} this machine's clock`);
  } catch (error) {
    return { says: `not known: the home cannot be written (${codeOf(error)})` };
  } finally {
    disk.remove(path);
  }
}

/** Whatever wrote a record of the future had another clock, or this machine has been set back. */
export function recordsCheck({ world }: Pick<Place, 'world'>, records: readonly TargetRecord[]): Found {
  const newest = records.reduce<TargetRecord | undefined>(
    (last, each) => (last !== undefined && last.publishedAtMs >= each.publishedAtMs ? last : each),
    undefined,
  );
  if (newest === undefined) return { says: 'none yet' };
  const aheadMs = newest.publishedAtMs - world.now();
  if (aheadMs > APART_MS) return clockSkew(`the newest record, of ${newest.target}, is ${secondsWords(aheadMs)} this machine's clock`);
  return { says: `${records.length}, the newest of ${new Date(newest.publishedAtMs).toISOString()}` };
}

const secondsWords = (aheadMs: number): string => `${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;

/** An attempt outlives its builder; without one, what it makes waits. */
export function attemptsCheck({ world, home }: Place): Found {
  const folders = foldersOf(home);
  const live = (world.disk.names(folders.attempts) ?? []).flatMap((name) => {
    const { is, order, claim } = attemptState(world, `${folders.attempts}/${name}`);
    return is === 'live' && claim !== undefined ? [{ target: order?.target ?? name, pid: claim.pid }] : [];
  });
  if (live.length === 0) return { says: 'none running' };
  if (!hasBuilder(world, folders.lock)) return attemptsWithoutBuilder(live);
  return { says: `running: ${live.map(({ target, pid }) => `${target} (pid ${pid})`).join(', ')}` };
}

/** One on another machine may be at work, for all that can be seen from here. */
function hasBuilder({ disk, host }: World, lock: string): boolean {
  const bytes = disk.read(lock);
  if (bytes === undefined) return false;
  try {
    const holder = JSON.parse(text(bytes)) as Identity & { readonly host: string };
    return holder.host !== host || isAlive(holder);
  } catch {
    return false;
  }
}

export function leftoversCheck({ world, home }: Place): Found {
  const { old, retired, trash } = foldersOf(home);
  const bytes = [old, retired, trash].reduce((sum, path) => sum + treeSize(world.disk, path).bytes, 0);
  return { says: bytes === 0 ? 'nothing in old, retired and trash' : `${sizeWords(bytes)} in old, retired and trash: adap clean` };
}
