import { createLocalExecutor } from '../executors/local.ts';
import { thisMachine } from '../executors/machine.ts';
import type { Executor } from '../executors/executor.ts';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import { foldersOf } from '../records/folders.ts';
import type { InProject } from './command.ts';
import { noExecutor } from './problems.ts';

type Opened = { readonly opened: Executor; /** When the build has ended. */ leave(): Promise<void> };

/** Where the attempts of a build run. */
export async function openExecutor({ world, site }: InProject, name: string): Promise<Opened | Failed> {
  const { attempts } = foldersOf(site.home);
  const local = createLocalExecutor({
    disk: world.disk,
    machine: thisMachine,
    now: world.now,
    host: world.host,
    allowed: site.project.machine ?? {},
    attempts,
    scratch: site.home,
  });
  if (name === 'local') return { opened: local, leave: () => Promise.resolve() };
  if (name !== 'queue') return failed(noExecutor(name));
  const { queueAddress, versionOf } = await import('./queue-address.ts');
  const found = await queueAddress({ site });
  if ('kind' in found) return found;
  const { createQueueExecutor } = await import('../executors/queue.ts');
  const { address, isOwn } = found;
  const { bucket } = world;
  const { putKit } = await import('../run/kit.ts');
  const opened = createQueueExecutor({
    address,
    named: site.named,
    disk: world.disk,
    bucket: world.bucket,
    version: versionOf(),
    ...(bucket === undefined ? {} : { kit: () => putKit(bucket, site) }),
    local,
    now: world.now,
  });
  return {
    opened,
    async leave() {
      if (isOwn) await (await import('../executors/own-redis.ts')).leaveOwnRedis(address);
    },
  };
}
