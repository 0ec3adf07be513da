/** Who makes the inputs of a target, and where they lie. */
import type { Target } from '../model/target.ts';

/** A `file` need is relative to the project, or absolute. */
export const filePath = (root: string, path: string): string => (path.startsWith('/') ? path : `${root}/${path}`);

/** By need, the target that makes it: inputs stand in the order of the needs that name them. */
export function makersOf(target: Target): ReadonlyMap<string, Target> {
  const makers = new Map<string, Target>();
  let next = 0;
  for (const [need, handle] of Object.entries(target.needs)) {
    if (handle.kind !== 'output') continue;
    const maker = target.inputs[next];
    next += 1;
    if (maker !== undefined) makers.set(need, maker);
  }
  return makers;
}

/** Absolute path by need, for outputs of others and for files. */
export function inputPaths(
  target: Target,
  { root, home }: { readonly root: string; readonly home: string },
): Readonly<Record<string, string>> {
  const makers = makersOf(target);
  const paths: Record<string, string> = {};
  for (const [need, handle] of Object.entries(target.needs)) {
    if (handle.kind === 'file') paths[need] = filePath(root, handle.path);
    if (handle.kind !== 'output') continue;
    const path = makers.get(need)?.outputs.find((output) => output.name === handle.output)?.path;
    if (path !== undefined) paths[need] = `${home}/${path}`;
  }
  return paths;
}
