import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { nodeDisk } from '../disk/node-disk.ts';
import { identity } from '../disk/process-identity.ts';
import { freeBytes, memoryBytes } from '../executors/machine.ts';
import { isFailed } from '../plan/survey.ts';
import { foldersOf } from '../records/folders.ts';
import { problemText } from '../report/problem-text.ts';
import { EXIT } from './command.ts';
import type { Command, Values } from './command.ts';
import { openLocal } from './open-executor.ts';
import { queueAddress, versionOf } from './queue-address.ts';
import { otherVersion } from './problems.ts';

export const workerCommand: Command = {
  name: 'worker',
  usage: 'adap worker [--home HOME] [--idle SECONDS] [--memory GIB] [--scratch GIB]',
  summary: 'take what waits in the queue, one at a time',
  optionHelp: [
    ['--home HOME', 'of this home, where there is no adapfile: s3://BUCKET/PREFIX'],
    ['--idle SECONDS', 'end when the queue was empty for so long (default: 60)'],
    ['--memory GIB', 'take what wants at most so much (default: nine tenths of the machine)'],
    ['--scratch GIB', 'the same of disk (default: what is free)'],
  ],
  examples: [
    ['adap worker', 'on any machine that sees the home and Redis'],
    ['adap worker --memory 32 --idle 600', 'for what wants up to 32 GiB'],
  ],
  options: { home: { type: 'string' }, idle: { type: 'string' }, memory: { type: 'string' }, scratch: { type: 'string' } },
  words: 'none',
  needs: 'project',
  async run(context, values) {
    const { site, print, world } = context;
    const found = await queueAddress(context);
    if (isFailed(found)) {
      context.complain(problemText(found.problem));
      return EXIT.wrong;
    }
    const own = site.bucket === undefined ? undefined : `${site.home}/.adap/cache/worker-${world.pid}`;
    const { openBucket } = await import('../stores/bucket.ts');
    const bucket =
      site.bucket === undefined || own === undefined
        ? undefined
        : openBucket({ ...site.bucket, folder: own }, `${site.home}/.adap/cache/objects`);
    const attempts = foldersOf(own ?? site.home).attempts;
    nodeDisk.makeFolder(attempts);
    clearDead(`${site.home}/.adap/cache`);
    const memoryGiB = numberOf(values, 'memory') ?? (memoryBytes() * 0.9) / 2 ** 30;
    const local = openLocal({ site, world: { ...world, disk: nodeDisk } }, { attempts, scratch: attempts });
    const scratchGiB = numberOf(values, 'scratch') ?? Infinity;
    let isOver = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (isOver = true));
    const { work } = await import('../run/worker.ts');
    const end = await work({
      address: found.address,
      named: site.named,
      bucket,
      local,
      memoryGiB,
      freeGiB: () => Math.min(scratchGiB, freeBytes(attempts) / 2 ** 30),
      idleSeconds: numberOf(values, 'idle') ?? 60,
      version: versionOf(),
      name: process.env['ADAP_WORKER_NAME'] ?? `${hostname()}-${world.pid}`,
      tell: print,
      isOver: () => isOver,
    });
    await local.close();
    await found.leave();
    bucket?.close();
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
    if (end.kind === 'version') {
      context.complain(problemText(otherVersion(versionOf(), end.other)));
      return EXIT.wrong;
    }
    print(end.kind === 'idle' ? `nothing to do: ${end.done} done` : `told to end: ${end.done} done`);
    return EXIT.ok;
  },
};

/** What workers of this machine that were killed have left. */
function clearDead(cache: string): void {
  for (const name of nodeDisk.names(cache) ?? []) {
    const pid = Number(/^worker-(\d+)$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && identity(pid).startTicks === '') rmSync(`${cache}/${name}`, { recursive: true, force: true });
  }
}

function numberOf(values: Values, name: string): number | undefined {
  const number = Number(values[name]);
  return values[name] === undefined || !(number >= 0) ? undefined : number;
}
