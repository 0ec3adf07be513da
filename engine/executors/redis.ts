/** Connections to Redis, by the packages that speak with it: loaded when they are used. */
import type { Redis } from 'ioredis';

/** `redis://HOST:PORT/DB`, `rediss://…`, or the path of a unix socket. */
export async function connect(address: string, kind: 'asks' | 'waits'): Promise<Redis> {
  const { Redis: Client } = await import('ioredis');
  const patience = {
    // Who waits for jobs does so for as long as it takes; who asks hears that Redis is away.
    // oxlint-disable-next-line unicorn/no-null -- BullMQ insists on it
    maxRetriesPerRequest: kind === 'waits' ? null : 3,
    retryStrategy: (times: number) => Math.min(1000, 50 * times),
    connectTimeout: 5000,
    lazyConnect: true,
  };
  const client = address.startsWith('/') ? new Client({ path: address, ...patience }) : new Client(address, patience);
  // Each request tells of it.
  client.on('error', () => undefined);
  return client;
}

/** Why a Redis is not to be used for a queue: what it would throw away; undefined where it is well. */
export async function evicts(client: Redis): Promise<string | undefined> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1] ?? 'noeviction';
  return policy === 'noeviction' ? undefined : policy;
}
