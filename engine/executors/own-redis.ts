/** A Redis of one's own, for one machine: on a unix socket beside the home's other files. It ends when the last who uses it has gone. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { digest } from '../lib/digest.ts';
import { connect } from './redis.ts';

/** Its address; `no-program` where there is none to start. */
export async function ownRedis(folder: string): Promise<{ readonly address: string } | 'no-program' | { readonly says: string }> {
  const inside = `${folder}/redis.sock`;
  // A socket's path may have 107 bytes.
  const address = inside.length < 100 ? inside : `/tmp/adap-${digest(folder).slice(0, 16)}.sock`;
  if (await answers(address)) return { address };
  if (spawnSync('redis-server', ['--version']).error !== undefined) return 'no-program';
  mkdirSync(folder, { recursive: true });
  const options = {
    port: '0',
    unixsocket: address,
    unixsocketperm: '700',
    dir: folder,
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    logfile: `${folder}/redis.log`,
    pidfile: `${folder}/redis.pid`,
  };
  const child = spawn('redis-server', ['-'], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(
    `${Object.entries(options)
      .map(([name, value]) => `${name} ${value}`)
      .join('\n')}\n`,
  );
  child.unref();
  for (let looks = 0; looks < 100; looks += 1) {
    if (await answers(address)) return { address };
    await new Promise((done) => void setTimeout(done, 50));
  }
  return { says: `redis-server did not come up within 5 s: see ${folder}/redis.log` };
}

async function answers(address: string): Promise<boolean> {
  const client = await connect(address, 'asks');
  try {
    return (await Promise.race([client.ping(), new Promise((done) => void setTimeout(() => done(''), 2000))])) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** Ends it if nobody else is connected. */
export async function leaveOwnRedis(address: string): Promise<void> {
  const client = await connect(address, 'asks');
  try {
    const others =
      String(await client.client('LIST'))
        .trim()
        .split('\n').length - 1;
    if (others === 0) await client.shutdown('SAVE');
  } catch {
    // It is gone: that is what SHUTDOWN says.
  } finally {
    client.disconnect();
  }
}
