import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { leaveOwnRedis, ownRedis } from '../../engine/executors/own-redis.ts';
import { temporary } from './temporary.ts';

/** Why there can be none here: for `skip` of a test. `.ci/run` installs it. */
export const noRedis: string | false =
  spawnSync('redis-server', ['--version']).status === 0 ? false : 'no redis-server here: apt-get install redis-server';

export type TestRedis = AsyncDisposable & {
  readonly address: string;
  /** `redis-cli`, without the package of that name. */
  readonly pid: () => number;
  /** After it was killed: with what it had written down, or without. */
  startAgain(): Promise<void>;
};

/** A real one of its own, on a socket. */
export async function startRedis(): Promise<TestRedis> {
  const folder = temporary();
  const place = `${folder.path}/redis`;
  const started = await ownRedis(place);
  if (typeof started === 'string' || 'says' in started) throw new Error(JSON.stringify(started));
  return {
    address: started.address,
    pid: () => Number(readFileSync(`${place}/redis.pid`, 'utf8')),
    async startAgain() {
      await ownRedis(place);
    },
    async [Symbol.asyncDispose]() {
      await leaveOwnRedis(started.address);
      try {
        process.kill(Number(readFileSync(`${place}/redis.pid`, 'utf8')), 'SIGKILL');
      } catch {
        // It is gone.
      }
      await folder[Symbol.asyncDispose]();
    },
  };
}
