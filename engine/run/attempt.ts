import { codeOf } from '../disk/node-disk.ts';
import { digest } from '../lib/digest.ts';
import { unreachable } from '../lib/unreachable.ts';
import type { Failure } from '../model/cause.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { failingOf } from '../model/failing.ts';
import type { MemberRecord, OutputRecord, TargetRecord } from '../model/record.ts';
import type { Flat, Given, Recipe } from '../model/rule.ts';
import type { Target } from '../model/target.ts';
import { contentDigest, treeDigest } from '../plan/observe.ts';
import type { World } from '../world.ts';
import { linkSources } from './link-sources.ts';
import type { Source } from './link-sources.ts';

export type Made =
  | {
      readonly kind: 'made';
      readonly outputs: readonly OutputRecord[];
      /** Of links, where the home lies in a bucket. */
      readonly sources?: ReadonlyMap<string, Source>;
      readonly evidence?: Evidence;
      readonly environment?: Flat;
      readonly finding?: Finding;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly evidence?: Evidence; readonly environment?: Flat };

type Writes = Extract<Recipe, { kind: 'writes' }>['writes'];
type Attempt = {
  readonly world: World;
  readonly target: Target;
  readonly folder: string;
  readonly given: Given;
  /** What is published of it now. */
  readonly record: TargetRecord | undefined;
};

/** One try at making a target of bytes or links, in this process, in an empty folder that mirrors the home below it. Nothing outside it is touched. */
export async function attempt(one: Attempt): Promise<Made> {
  const { world, target, folder } = one;
  const { disk } = world;
  world.step('dispatched');
  disk.remove(folder);
  disk.makeFolder(folder);
  world.step('attempt-emptied');
  try {
    switch (target.rule.kind) {
      case 'writes':
        return await write(one, target.rule.writes);
      case 'links':
        return link(one);
      case 'runs':
        throw new Error(`bug: ${target.id} runs commands, and is no work of this process`);
      default:
        return unreachable(target.rule);
    }
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

async function write({ world, target, folder, given }: Attempt, writes: Writes): Promise<Made> {
  let finding: Finding | undefined;
  const contents = await writes(given, (found) => {
    finding = found;
  });
  const unknown = Object.keys(contents).filter((name) => !target.outputs.some((output) => output.name === name));
  const missing = target.outputs.filter((output) => contents[output.name] === undefined);
  if (unknown.length + missing.length > 0) {
    const says = [...missing.map((output) => `${output.name} was not made`), ...unknown.map((name) => `${name} is not declared`)].join(
      ', ',
    );
    return { kind: 'failed', failure: { cause: 'exited', says } };
  }
  const outputs = target.outputs.map(({ name, path }): OutputRecord => {
    const content = contents[name] ?? '';
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const at = `${folder}/${path}`;
    world.disk.write(at, bytes);
    world.step('output-written');
    const meaning = target.rule.makes[name]?.meaning?.(bytes);
    const sum = digest(bytes);
    const members = [{ path, digest: sum, stamp: stampAt(world, at) }];
    return meaning === undefined ? { name, path, digest: sum, members } : { name, path, digest: sum, meaning, members };
  });
  return { kind: 'made', outputs, ...(finding === undefined ? {} : { finding }) };
}

function link({ world, target, folder, given, record }: Attempt): Made {
  const output = target.outputs[0];
  if (target.rule.kind !== 'links' || output === undefined) throw new Error(`bug in a rule: ${target.id} links nothing`);
  if (world.bucket !== undefined) {
    const linked = linkSources({ world, bucket: world.bucket, record }, output, target.rule.links(given));
    return { kind: 'made', outputs: [linked.output], sources: linked.sources };
  }
  const root = `${folder}/${output.path}`;
  world.disk.makeFolder(root);
  const members: MemberRecord[] = [];
  const folders = new Set<string>();
  for (const { name, to, digest: known } of target.rule.links(given)) {
    const at = `${root}${name}`;
    for (const inner of foldersIn(name)) {
      if (folders.has(inner)) continue;
      folders.add(inner);
      world.disk.makeFolder(`${root}${inner}`);
    }
    if (target.rule.mode === 'symlink') world.disk.symlink(to, at);
    else world.disk.hardLink(to, at);
    const kind = target.rule.mode === 'symlink' ? 'link' : 'file';
    members.push({ path: `${output.path}${name}`, digest: known ?? contentDigest(world.disk, at, kind) ?? '', stamp: stampAt(world, at) });
  }
  world.step('output-written');
  // When all that lies in them is there: their stamps change with it.
  const inside = Array.from(folders, (inner) => ({
    path: `${output.path}${inner}/`,
    digest: '',
    stamp: stampAt(world, `${root}${inner}`),
  }));
  const sum = treeDigest(members);
  return {
    kind: 'made',
    outputs: [
      {
        name: output.name,
        path: output.path,
        digest: sum,
        members: [{ path: output.path, digest: '', stamp: stampAt(world, root) }, ...inside, ...members],
      },
    ],
  };
}

/** `a`, `a/b` of `a/b/c`. */
const foldersIn = (name: string): readonly string[] =>
  name
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join('/'));

function stampAt(world: World, path: string): MemberRecord['stamp'] {
  const stamp = world.disk.stamp(path);
  if (stamp === undefined) throw new Error(`${path} vanished while it was made`);
  return stamp;
}

/** What the file system refuses is not the target's fault, and is tried again; what the recipe throws is. */
export function failureOf(error: unknown): Failure {
  const known = failingOf(error);
  if (known !== undefined) return known;
  const code = codeOf(error);
  const says = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return { cause: 'disk-full', says };
  const isLink = typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'link';
  if (code === 'EXDEV' && isLink) return { cause: 'bad-input', says: `${says}: hard links stay on one file system; use symbolic ones` };
  return code.startsWith('E') && !code.startsWith('ERR_') ? { cause: 'store-unavailable', says } : { cause: 'exited', says };
}
