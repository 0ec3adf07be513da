/** How often each target was tried in this build, and for what it asks next; what ends without another try is remembered. */
import { quietly } from '../disk/quietly.ts';
import type { Capacity } from '../executors/executor.ts';
import type { Failure } from '../model/cause.ts';
import type { Evidence } from '../model/evidence.ts';
import type { PolicyChanges } from '../model/policy.ts';
import type { FailureRecord } from '../model/record.ts';
import type { Facts, Flat } from '../model/rule.ts';
import type { Target, TargetId } from '../model/target.ts';
import type { Wants } from '../model/wants.ts';
import { wantsOf } from '../plan/expect.ts';
import { environmentOf } from '../plan/inspector.ts';
import type { Inspected } from '../plan/inspector.ts';
import type { Records } from '../records/records.ts';
import { afterFailure } from './after-failure.ts';

export type Tries = {
  /** The number of the try that comes next, from 1. */
  next(target: Target): number;
  wants(inspected: Inspected): Wants;
  failed(inspected: Inspected, failure: Failure, how: How): AfterTry;
};

type How = {
  readonly evidence?: Evidence;
  /** What it was made in. */
  readonly environment?: Flat;
  /** Whether there may be another try in this build. */
  readonly mayGoOn: () => boolean;
};

export type AfterTry =
  | {
      readonly kind: 'again';
      readonly tries: number;
      readonly waitSeconds: number;
      /** What it gets more of, in words. */ readonly asks: string;
    }
  | { readonly kind: 'end'; readonly failure: Failure };

type Tried = {
  readonly wants: Wants;
  readonly next: number;
  readonly byCause: Readonly<Record<string, number>>;
};

type From = { readonly records: Records; readonly facts: Facts; readonly capacity: Capacity; readonly now: () => number };

export const policyOfRule = ({ rule }: Target): PolicyChanges | undefined => (rule.kind === 'runs' ? rule.policy : undefined);

export function createTries({ records, facts, capacity, now }: From): Tries {
  const tried = new Map<TargetId, Tried>();
  /** Of this key, by this builder or an earlier one. */
  const failureBefore = ({ target, key }: Inspected): FailureRecord | undefined => {
    const failure = records.failure(target.id);
    return failure?.key === key ? failure : undefined;
  };
  /** An earlier builder may have been killed before it could give what another try was to get. */
  const wants = (inspected: Inspected): Wants => {
    const { target } = inspected;
    return tried.get(target.id)?.wants ?? raised(wantsOf(target, facts), failureBefore(inspected)?.asks);
  };

  const remember = ({ target, key }: Inspected, how: Pick<How, 'evidence' | 'environment'>, end: End): void => {
    if (key === undefined || end.failure.cause === 'cancelled') return;
    const { failure, after, ownFailures, asks } = end;
    const evidence = how.evidence === undefined ? {} : { evidence: how.evidence };
    const record = {
      target: target.id,
      key,
      environment: how.environment ?? environmentOf(target),
      ...failure,
      after,
      ownFailures,
      atMs: now(),
      ...(asks === undefined ? {} : { asks }),
      ...evidence,
    };
    // On a full disk it is told, and not remembered: the next build tries again.
    quietly(() => records.putFailure(record));
  };

  return {
    next: (target) => tried.get(target.id)?.next ?? 1,
    wants,
    failed(inspected, failure, how) {
      const { target } = inspected;
      const had = tried.get(target.id);
      const given = wants(inspected);
      const byCause = { ...had?.byCause, [failure.cause]: (had?.byCause[failure.cause] ?? 0) + 1 };
      const next = afterFailure({
        failure,
        count: byCause[failure.cause] ?? 1,
        ownBefore: failureBefore(inspected)?.ownFailures ?? 0,
        wants: given,
        policy: policyOfRule(target),
        capacity,
      });
      if (next.kind === 'again' && how.mayGoOn()) {
        const asks = askWords(given, next.wants);
        const tries = (had?.next ?? 1) + 1;
        // Should this builder be killed, the next one knows how often it failed.
        remember(inspected, how, { failure, after: 'next-build', ownFailures: next.ownFailures, asks: next.wants });
        tried.set(target.id, { wants: next.wants, next: tries, byCause });
        return { kind: 'again', tries, waitSeconds: next.waitSeconds, asks };
      }
      const end = next.kind === 'end' ? next : { failure, after: 'next-build' as const, ownFailures: next.ownFailures };
      remember(inspected, how, end);
      return { kind: 'end', failure: end.failure };
    },
  };
}

type End = { readonly failure: Failure; readonly after: 'holds' | 'next-build'; readonly ownFailures: number; readonly asks?: Wants };

/** The more of both: who has given it more meanwhile is not overruled. */
function raised(wants: Wants, asks: Wants | undefined): Wants {
  const more = (name: 'memoryGiB' | 'scratchGiB'): Partial<Wants> => {
    const [had, asked] = [wants[name], asks?.[name]];
    return had === undefined || asked === undefined || asked <= had ? {} : { [name]: asked };
  };
  return { ...wants, ...more('memoryGiB'), ...more('scratchGiB') };
}

const askWords = (before: Wants, after: Wants): string =>
  [
    ...(after.memoryGiB === before.memoryGiB ? [] : [`${Number(after.memoryGiB?.toFixed(1))} GiB of memory`]),
    ...(after.scratchGiB === before.scratchGiB ? [] : [`${Number(after.scratchGiB?.toFixed(1))} GiB of scratch space`]),
  ].join(' and ');
