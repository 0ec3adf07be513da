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
export async function openExecutor(context: InProject, name: string): Promise<Opened | Failed> {
  const { world, site } = context;
  const local = openLocal(context, { ...foldersOf(site.home), scratch: site.home });
  if (name === 'local') return { opened: local, leave: () => Promise.resolve() };
  if (name !== 'queue' && name !== 'kubernetes') return failed(noExecutor(name));
  const crew = name === 'kubernetes' ? await (await import('./bring-crew.ts')).bringCrew(context) : undefined;
  if (crew !== undefined && 'problem' in crew) return crew;
  const { queueAddress, versionOf } = await import('./queue-address.ts');
  const found = await queueAddress({ site });
  if ('kind' in found) return found;
  const { createQueueExecutor } = await import('../executors/queue.ts');
  const { bucket } = world;
  const { putKit } = await import('../run/kit.ts');
  const opened = createQueueExecutor({
    address: found.address,
    named: site.named,
    disk: world.disk,
    bucket: world.bucket,
    version: versionOf(),
    ...(bucket === undefined ? {} : { kit: () => putKit(bucket, site, world.now()) }),
    ...(crew === undefined ? {} : { crew }),
    local,
    now: world.now,
  });
  return {
    opened,
    async leave() {
      // Before the way to Redis is closed.
      await opened.close();
      await crew?.dismiss();
      await found.leave();
    },
  };
}

/** Of this machine. */
export const openLocal = (
  { world, site }: Pick<InProject, 'world' | 'site'>,
  { attempts, scratch }: { readonly attempts: string; readonly scratch: string },
): Executor =>
  createLocalExecutor({
    disk: world.disk,
    machine: thisMachine,
    now: world.now,
    host: world.host,
    allowed: site.project.machine ?? {},
    attempts,
    scratch,
  });
