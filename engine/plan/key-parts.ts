import { unreachable } from '../lib/unreachable.ts';
import type { KeyParts } from '../model/key.ts';
import type { Flat } from '../model/rule.ts';
import type { Target, TargetId } from '../model/target.ts';

/** What an input that is there counts for: the digest of its bytes, and its meaning where it declares one. */
export type Content = { readonly digest: string; readonly meaning?: Flat };

export type Contents = {
  /** Undefined while the output has yet to be made; lacking, where it cannot be and that is no obstacle. */
  output(target: TargetId, output: string): Content | 'lacking' | undefined;
  /** Digest of a file outside the home; undefined where there is none. */
  file(path: string): string | undefined;
};

/** The keyed part of a target's needs, or the files outside the home that are not there. */
export function keyParts(target: Target, contents: Contents, idOfOutput: (need: string) => Target | undefined): KeyParts | undefined {
  const values: Record<string, string> = {};
  const inputs: Record<string, string> = {};
  const madeBy: Record<string, TargetId> = {};
  const take = (flat: Flat, need: string): void => {
    for (const [name, value] of Object.entries(flat)) values[Object.hasOwn(values, name) ? `${need}: ${name}` : name] = value;
  };
  for (const [need, handle] of Object.entries(target.needs)) {
    switch (handle.kind) {
      case 'keyed':
        take(handle.values, need);
        break;
      case 'members':
        for (const [name, counts] of Object.entries(handle.members)) inputs[`${handle.noun} ${name}`] = counts;
        break;
      case 'output': {
        const maker = idOfOutput(need);
        const content = maker === undefined ? undefined : contents.output(maker.id, handle.output);
        if (maker === undefined || content === undefined) return undefined;
        if (content === 'lacking') break;
        if (handle.by === 'meaning') take(content.meaning ?? {}, need);
        else {
          const path = maker.outputs.find((output) => output.name === handle.output)?.path ?? handle.output;
          inputs[path] = content.digest;
          madeBy[path] = maker.id;
        }
        break;
      }
      case 'file': {
        const digest = contents.file(handle.path);
        if (digest === undefined) return undefined;
        inputs[handle.path] = digest;
        break;
      }
      case 'recorded':
      case 'ignored':
      case 'problem':
      case 'held':
        break;
      default:
        unreachable(handle);
    }
  }
  return { revision: target.rule.revision, values, inputs, madeBy };
}
