/** What an attempt is told: all of it, so that it needs neither facts nor records. */
import { isDeepStrictEqual } from 'node:util';
import type { Order, OrderedInput } from '../model/attempt.ts';
import type { Target, TargetId } from '../model/target.ts';
import type { Wants } from '../model/wants.ts';
import { inputPaths, makersOf } from '../plan/input-paths.ts';
import { madeInputs } from '../plan/made-inputs.ts';
import type { Inspected } from '../plan/inspector.ts';
import type { Survey } from '../plan/survey.ts';
import { shortName } from '../records/record-files.ts';
import { sealedPrefix } from './publish-bucket.ts';

const GRACE_SECONDS = 10;

export function orderOf(
  survey: Survey,
  { target, key, parts }: Inspected,
  { wants, tries }: { readonly wants: Wants; readonly tries: number },
): Order {
  if (key === undefined || parts === undefined) throw new Error(`bug: ${target.id} runs before its inputs are known`);
  const { site, world } = survey;
  const paths = inputPaths(target, site);
  const attempt = `${String(world.now()).padStart(14, '0')}-${tries}-${shortName(target.id)}`;
  return {
    attempt,
    target: target.id,
    rule: target.rule.name,
    revision: target.rule.revision,
    at: target.at,
    key,
    root: site.root,
    home: site.home,
    named: site.named,
    outputs: target.outputs,
    needs: asJson(target),
    paths,
    inputs: inputsOf(survey, target, paths),
    made: madeInputs(target, survey.records),
    wants,
    tries,
    ...uploadOf(survey, target.id, attempt),
    graceSeconds: (target.rule.kind === 'runs' ? target.rule.graceSeconds : undefined) ?? GRACE_SECONDS,
  };
}

/** Of a home in a bucket, the place of its own for what it makes. */
function uploadOf({ world }: Survey, target: TargetId, attempt: string): Pick<Order, 'upload'> {
  const { bucket } = world;
  return bucket === undefined ? {} : { upload: { address: bucket.address, prefix: bucket.keyOf(sealedPrefix(target, attempt)) } };
}

/** With the stamps of the plan, or of the record: what changed since then is noticed by the attempt itself. */
function inputsOf({ world, site, look, records }: Survey, target: Target, paths: Order['paths']): OrderedInput[] {
  const makers = makersOf(target);
  return Object.entries(target.needs).flatMap(([need, handle]) => {
    if (handle.kind === 'output') {
      const output = records.get(makers.get(need)?.id ?? '')?.outputs.find(({ name }) => name === handle.output);
      return (output?.members ?? []).flatMap(({ path, stamp }) =>
        stamp.kind === 'folder' ? [] : [{ path: `${site.home}/${path}`, stamp }],
      );
    }
    const files = handle.kind === 'members' ? Object.values(handle.paths ?? {}) : handle.kind === 'file' ? [paths[need] ?? ''] : [];
    // Of a link, also of the file that it leads to.
    return files.flatMap((path) =>
      [...new Set([path, world.disk.realPath(path) ?? path])].flatMap((each) => {
        const stamp = look.stamp(each);
        return stamp === undefined ? [] : [{ path: each, stamp }];
      }),
    );
  });
}

/** A need that JSON cannot hold would arrive as another one, in silence. */
function asJson({ id, needs }: Target): Order['needs'] {
  for (const [need, handle] of Object.entries(needs)) {
    if (handle.kind === 'ignored' && !isDeepStrictEqual(handle.value, jsonOf(handle.value)))
      throw new Error(`bug in a rule: the need ${need} of ${id} does not survive JSON`);
  }
  return needs;
}

function jsonOf(value: unknown): unknown {
  try {
    return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
  } catch {
    return Symbol('none');
  }
}
