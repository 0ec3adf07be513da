import type { Flat, Given, Handle, MadeInput } from '../model/rule.ts';
import type { Target } from '../model/target.ts';

/** What a recipe is handed; `path` says where the file of a need lies. */
export function givenOf({
  target,
  home,
  here = home,
  path,
  made,
  read,
}: {
  readonly target: Pick<Target, 'id' | 'needs' | 'outputs'>;
  /** As all machines know it. */
  readonly home: string;
  /** Where a recipe finds what it needs of it. */
  readonly here?: string;
  readonly path: (need: string) => string | undefined;
  readonly made: (need: string) => MadeInput | undefined;
  readonly read: (path: string) => Uint8Array | undefined;
}): Given {
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
      const bytes = read(fileOf(need));
      if (bytes === undefined) throw new Error(`${fileOf(need)} is not there any more`);
      return bytes;
    },
    files(need) {
      const handle = target.needs[need];
      if (handle?.kind !== 'members' || handle.paths === undefined)
        throw new Error(`bug in a rule: ${target.id} has no files for its need ${need}`);
      return handle.paths;
    },
    made(need) {
      if (target.needs[need]?.kind !== 'output') throw new Error(`bug in a rule: ${target.id} needs no output of another as ${need}`);
      return made(need);
    },
    published(output) {
      const found = target.outputs.find((each) => each.name === output);
      if (found === undefined) throw new Error(`bug in a rule: ${target.id} has no output ${output}`);
      return `${home}/${found.path}`;
    },
    named: (text) => text.replaceAll(`${here}/`, () => `${home}/`),
  };
}

function valueOf(handle: Handle): unknown {
  if (handle.kind === 'keyed' || handle.kind === 'recorded') return handle.values satisfies Flat;
  if (handle.kind === 'members') return handle.members;
  return handle.kind === 'ignored' ? handle.value : undefined;
}
