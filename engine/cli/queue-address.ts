/** Which Redis a home's queue lies in: the one that is named, else that on its cluster, else one of its own on this machine. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { evicts, connect } from '../executors/redis.ts';
import { leaveOwnRedis, ownRedis } from '../executors/own-redis.ts';
import { digest } from '../lib/digest.ts';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import type { InProject } from './command.ts';
import { namedRedis } from './named-redis.ts';
import { noRedis, redisEvicts, redisUnreachable } from './problems.ts';

export type QueueAddress = {
  readonly address: string;
  /** Of this machine: it ends when the last who works with it leaves. */
  readonly isOwn: boolean;
  /** It is not needed any more. */
  leave(): Promise<void>;
};

export async function queueAddress(context: Pick<InProject, 'site'>): Promise<QueueAddress | Failed> {
  const { site } = context;
  const named = namedRedis(site);
  if (named !== undefined) return checked(named);
  if (site.project.cluster !== undefined) return onCluster(context);
  const own = await ownRedis(`${site.home}/.adap/redis`);
  if (own === 'no-program') return failed(noRedis());
  if ('says' in own) return failed(redisUnreachable('redis-server', own.says));
  return { address: own.address, isOwn: true, leave: () => leaveOwnRedis(own.address) };
}

async function onCluster(context: Pick<InProject, 'site'>): Promise<QueueAddress | Failed> {
  const { openCluster } = await import('./open-cluster.ts');
  const opened = await openCluster(context);
  if ('problem' in opened) return opened;
  const { problemIn } = await import('../executors/cluster/kube.ts');
  const { reachRedis } = await import('../executors/cluster/redis-up.ts');
  try {
    const reached = await reachRedis(opened.kube, context.site.named);
    if ('problem' in reached) return reached;
    const found = await checked(reached.address);
    if ('problem' in found) reached.close();
    return 'problem' in found ? found : { address: found.address, isOwn: false, leave: () => Promise.resolve(reached.close()) };
  } catch (error) {
    return failed(problemIn(error, opened.kube));
  }
}

async function checked(address: string): Promise<QueueAddress | Failed> {
  const client = await connect(address, 'asks');
  try {
    const policy = await evicts(client);
    return policy === undefined ? { address, isOwn: false, leave: () => Promise.resolve() } : failed(redisEvicts(shown(address), policy));
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
