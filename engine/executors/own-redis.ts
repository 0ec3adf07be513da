/** A Redis of one's own, for one machine: on a unix socket beside the home's other files. It ends when the last who uses it has gone. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
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
  // Of several who come at once, one starts it: a second server would take the socket from the first.
  const isMine = claim(`${folder}/starting`);
  try {
    if (isMine) start(folder, address);
    for (let looks = 0; looks < 200; looks += 1) {
      if (await answers(address)) return { address };
      await wait(50);
    }
    return { says: `redis-server did not come up within 10 s: see ${folder}/redis.log` };
  } finally {
    if (isMine) rmSync(`${folder}/starting`, { force: true });
  }
}

/** So long after somebody began to start it, nobody is starting it any more. */
const STARTS_WITHIN_MS = 15_000;

function claim(path: string): boolean {
  const begun = statSync(path, { throwIfNoEntry: false });
  if (begun !== undefined && Date.now() - begun.mtimeMs > STARTS_WITHIN_MS) rmSync(path, { force: true });
  try {
    writeFileSync(path, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function start(folder: string, address: string): void {
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
  const lines = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  child.stdin.end(`${lines.join('\n')}\n`);
  child.unref();
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

/** Ends it if nobody else is connected but those who leave as well. */
export async function leaveOwnRedis(address: string): Promise<void> {
  const client = await connect(address, 'asks');
  try {
    await client.client('SETNAME', LEAVING);
    // Connections that were closed just now are gone a moment later; who has just found it will be connected in a moment.
    let free = 0;
    for (let looks = 0; looks < 12; looks += 1) {
      const others = String(await client.client('LIST'))
        .trim()
        .split('\n')
        .filter((line) => !line.includes(` name=${LEAVING} `));
      free = others.length === 0 ? free + 1 : 0;
      if (free === 8) await client.shutdown('SAVE');
      await wait(100);
    }
  } catch {
    // It is gone: that is what SHUTDOWN says.
  } finally {
    client.disconnect();
  }
}

const LEAVING = 'leaving';
