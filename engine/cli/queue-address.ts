/** Which Redis a home's queue lies in: the one that is named, else one of its own on this machine. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { evicts, connect } from '../executors/redis.ts';
import { ownRedis } from '../executors/own-redis.ts';
import { digest } from '../lib/digest.ts';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import type { InProject } from './command.ts';
import { noRedis, redisEvicts, redisUnreachable } from './problems.ts';

export type QueueAddress = { readonly address: string; readonly isOwn: boolean };

export async function queueAddress({ site }: Pick<InProject, 'site'>): Promise<QueueAddress | Failed> {
  const named = site.project.redis ?? process.env['ADAP_REDIS'];
  if (named !== undefined) return checked(named);
  const own = await ownRedis(`${site.home}/.adap/redis`);
  if (own === 'no-program') return failed(noRedis());
  return 'says' in own ? failed(redisUnreachable('redis-server', own.says)) : { address: own.address, isOwn: true };
}

async function checked(address: string): Promise<QueueAddress | Failed> {
  const client = await connect(address, 'asks');
  try {
    const policy = await evicts(client);
    return policy === undefined ? { address, isOwn: false } : failed(redisEvicts(shown(address), policy));
  } catch (error) {
    return failed(redisUnreachable(shown(address), error instanceof Error ? error.message : String(error)));
  } finally {
    client.disconnect();
  }
}

/** Without what is secret in it. */
const shown = (address: string): string => address.replace(/\/\/[^@/]*@/, '//');

/** Builders and workers must be the same: adap, and the packages that it is locked to. */
export function versionOf(): string {
  const read = (name: string): string => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  return `${version}+${digest(read('package-lock.json')).slice(0, 8)}`;
}
