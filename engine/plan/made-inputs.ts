/** What recipes are told of the outputs of others, from their records. */
import type { MadeInput } from '../model/rule.ts';
import type { Target } from '../model/target.ts';
import type { Records } from '../records/records.ts';
import { makersOf } from './input-paths.ts';

export function madeInputs(target: Target, records: Records): Readonly<Record<string, MadeInput>> {
  const makers = makersOf(target);
  const made: Record<string, MadeInput> = {};
  for (const [need, handle] of Object.entries(target.needs)) {
    const record = handle.kind === 'output' ? records.get(makers.get(need)?.id ?? '') : undefined;
    const output = handle.kind === 'output' ? record?.outputs.find(({ name }) => name === handle.output) : undefined;
    if (record === undefined || output === undefined) continue;
    made[need] = {
      members: output.members.flatMap(({ path, digest, stamp }) => (stamp.kind === 'folder' ? [] : [{ path, digest, size: stamp.size }])),
      publishedAtMs: record.publishedAtMs,
      ...(record.evidence === undefined ? {} : { evidence: record.evidence }),
    };
  }
  return made;
}
