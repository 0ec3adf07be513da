import { digest } from '../lib/digest.ts';
import type { Flat, Given, Handle } from '../model/rule.ts';
import type { Target } from '../model/target.ts';
import type { Content } from './key-parts.ts';
import type { Standing } from './inspector.ts';

/**
 * An output that is a pure function of facts is computed while planning, so that what follows from it is planned
 * exactly, too. Only for rules that say `foreseen`.
 */
export function foresee(target: Target, home: string): Standing {
  if (target.rule.kind !== 'writes' || target.inputs.length > 0) return { kind: 'coming' };
  const written = target.rule.writes(givenOf(target, home, () => undefined));
  if (written instanceof Promise) return { kind: 'coming' };
  const contents = new Map<string, Content>();
  for (const [name, content] of Object.entries(written)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const meaning = target.rule.makes[name]?.meaning?.(bytes);
    contents.set(name, meaning === undefined ? { digest: digest(bytes) } : { digest: digest(bytes), meaning });
  }
  return { kind: 'known', contents };
}

/** What a recipe is handed; `path` says where the file of a need lies. */
export function givenOf(target: Target, home: string, path: (need: string) => string | undefined, read?: (path: string) => Uint8Array | undefined): Given {
  const fileOf = (need: string): string => {
    const found = path(need);
    if (found === undefined) throw new Error(`bug in a rule: ${target.id} has no file for its need ${need}`);
    return found;
  };
  return {
    value<T>(need: string): T {
      const handle = target.needs[need];
      if (handle === undefined) throw new Error(`bug in a rule: ${target.id} has no need ${need}`);
      // The rule that asks is the one that said what it is.
      return valueOf(handle) as T;
    },
    path: fileOf,
    bytes(need) {
      const bytes = read?.(fileOf(need));
      if (bytes === undefined) throw new Error(`${fileOf(need)} is not there any more`);
      return bytes;
    },
    published(output) {
      const found = target.outputs.find((each) => each.name === output);
      if (found === undefined) throw new Error(`bug in a rule: ${target.id} has no output ${output}`);
      return `${home}/${found.path}`;
    },
  };
}

function valueOf(handle: Handle): unknown {
  if (handle.kind === 'keyed' || handle.kind === 'recorded') return handle.values satisfies Flat;
  if (handle.kind === 'members') return handle.members;
  return handle.kind === 'ignored' ? handle.value : undefined;
}
