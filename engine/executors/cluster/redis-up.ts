/** Redis on the cluster: made if it is not there, and reached from this machine. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { failed } from '../../model/problem.ts';
import type { Failed, Problem } from '../../model/problem.ts';
import type { Kube } from './kube.ts';
import { PASSWORD, REDIS, redisName, selectorOf } from './names.ts';
import { HITCH_MS, isSitting, whyNotUp } from './pod-causes.ts';
import { redisNotThere, redisNotUp } from './problems.ts';
import { passwordSecret, redisObjects } from './redis-objects.ts';
import type { RedisOf } from './redis-objects.ts';
import { openTunnel } from './tunnel.ts';

/** An image has to come, and a volume. */
const UP_WITHIN_MS = 300_000;
const LOOK_MS = 500;

/** Makes what is lacking, and waits until it runs. */
export async function redisUp(kube: Kube, of: RedisOf, tell: (line: string) => void): Promise<Problem | undefined> {
  if ((await kube.secret(redisName(of.named))) === undefined) await kube.create(passwordSecret(of, randomBytes(24).toString('hex')));
  for (const object of redisObjects(of)) await kube.apply(object);
  const begun = performance.now();
  let isTold = false;
  for (;;) {
    const pods = (await kube.pods(selectorOf(of.named, REDIS))).filter(isSitting);
    if (pods.some(({ status }) => status?.containerStatuses?.[0]?.ready === true)) return undefined;
    const took = performance.now() - begun;
    const obstacle = pods.map(whyNotUp).find((each) => each !== undefined);
    const says = obstacle === undefined ? 'its pod is not ready' : obstacle.is === 'stops' ? obstacle.problem.says : obstacle.says;
    if (took > UP_WITHIN_MS || (took > HITCH_MS && obstacle?.is === 'stops')) return redisNotUp(says);
    if (took > 4 * LOOK_MS && !isTold) tell(`Redis comes up in namespace ${kube.namespace}`);
    isTold ||= took > 4 * LOOK_MS;
    await wait(LOOK_MS);
  }
}

/** Its address on this machine, as long as it is open. */
export async function reachRedis(kube: Kube, named: string): Promise<{ readonly address: string; close(): void } | Failed> {
  const password = (await kube.secret(redisName(named)))?.[PASSWORD];
  if (password === undefined) return failed(redisNotThere(kube.namespace));
  const tunnel = await openTunnel(kube, named);
  return { address: `redis://:${password}@127.0.0.1:${tunnel.port}`, close: () => tunnel.close() };
}
