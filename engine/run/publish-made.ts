/** What was made of a target becomes its record and is published, in a directory or in a bucket. */
import type { KeyParts } from '../model/key.ts';
import type { TargetRecord } from '../model/record.ts';
import { environmentOf } from '../plan/inspector.ts';
import type { Inspected } from '../plan/inspector.ts';
import type { Survey } from '../plan/survey.ts';
import type { Made } from './attempt.ts';
import type { Lock } from './held-lock.ts';
import { publishInBucket } from './publish-bucket.ts';
import { publish } from './publish.ts';

type Finished = Pick<Inspected, 'target' | 'record'> & {
  readonly parts: KeyParts;
  readonly key: string;
  readonly made: Extract<Made, { kind: 'made' }>;
};

type How = {
  /** Its folder. */
  readonly attempt: string;
  readonly lock: Lock;
  /** Waited for between the steps. */
  readonly turn: () => Promise<void>;
};

export async function publishMade(survey: Survey, { target, parts, key, made, record: before }: Finished, how: How): Promise<TargetRecord> {
  const { world, site, folders, records, look } = survey;
  const { outputs, evidence } = made;
  const nowMs = world.now();
  const record: TargetRecord = {
    target: target.id,
    rule: target.rule.name,
    at: target.at,
    key,
    parts,
    recorded: made.environment ?? environmentOf(target),
    outputs,
    stampedAtMs: nowMs,
    publishedAtMs: nowMs,
    ...(evidence === undefined ? {} : { evidence }),
    ...(made.finding === undefined ? {} : { finding: made.finding }),
  };
  const place = { world, home: site.home, folders, records };
  const asked = { record, attempt: how.attempt, sources: made.sources };
  const published = world.bucket === undefined ? record : await publishInBucket({ ...place, bucket: world.bucket }, asked, how.lock.fence);
  if (world.bucket === undefined) await publish(place, record, how.turn);
  for (const path of pathsOf(before, published)) look.forget(`${site.home}/${path}`);
  return published;
}

const pathsOf = (...records: readonly (TargetRecord | undefined)[]): string[] =>
  records.flatMap((record) => record?.outputs.flatMap((output) => output.members.map((member) => member.path)) ?? []);
