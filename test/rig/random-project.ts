import type { Given, Handle, Project, Rule } from 'adap';
import type { Disk } from '../../engine/disk/disk.ts';
import type { Random } from './random.ts';

/** A made-up project: every node is a target of its own rule; what it makes is a function of what it needs. */
export type Node = {
  name: string;
  revision: number;
  /** Names of earlier nodes. */
  inputs: string[];
  files: string[];
  values: string[];
  /** A lossy node forgets most of its inputs: what needs it often need not run again. */
  isLossy: boolean;
  /** Made by an attempt of its own. */
  isCommand: boolean;
  /** It fails while this value is 'bad'. */
  failsBy: string | undefined;
  members: number;
};

export type Model = { nodes: Node[]; values: Record<string, string>; files: Record<string, string> };

export function createModel(random: Random): Model {
  const values = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`v${index}`, 'a']));
  const files = Object.fromEntries(Array.from({ length: 3 }, (_, index) => [`f${index}`, '0']));
  const nodes: Node[] = [];
  for (let index = 0, count = 2 + random.below(8); index < count; index += 1)
    nodes.push(createNode(random, `n${index}`, { nodes, values, files }));
  return { nodes, values, files };
}

export function createNode(random: Random, name: string, { nodes: earlier, values, files }: Model): Node {
  const some = <T>(all: readonly T[], probability: number): T[] => all.filter(() => random.chance(probability));
  return {
    name,
    revision: 1,
    inputs: some(
      earlier.map((node) => node.name),
      0.35,
    ),
    files: some(Object.keys(files), 0.25),
    values: some(Object.keys(values), 0.25),
    isLossy: random.chance(0.3),
    isCommand: random.chance(0.5),
    failsBy: random.chance(0.3) ? random.pick(Object.keys(values)) : undefined,
    members: random.below(3),
  };
}

/** The one-line evaluator: what a node makes, from nothing but the model. Undefined: it fails, or what it needs does. */
export const evaluate = (model: Model, name: string): string | undefined => {
  const node = model.nodes.find((each) => each.name === name)!;
  const inputs = node.inputs.map((input) => evaluate(model, input));
  return inputs.includes(undefined) || isFailing(model, node) ? undefined : make(node, inputs as string[], model);
};

export const isFailing = (model: Model, node: Node): boolean => node.failsBy !== undefined && model.values[node.failsBy] === 'bad';

/** What a node depends on, in words: it must run when this is not what it was when it last ran. */
export const keyOf = (model: Model, node: Node, content: (input: string) => string | undefined): string =>
  JSON.stringify([
    node.revision,
    node.members,
    node.inputs.map((input) => [input, content(input)]),
    pick(model.files, node.files),
    pick(model.values, keyed(node)),
  ]);

const keyed = (node: Node): string[] => [...new Set([...node.values, ...(node.failsBy === undefined ? [] : [node.failsBy])])].toSorted();

const pick = (from: Record<string, string>, names: readonly string[]): [string, string | undefined][] =>
  names.map((name) => [name, from[name]]);

function make(node: Node, inputs: readonly string[], model: Model): string {
  const all = `${node.name}${node.revision}${node.members}(${[...inputs, ...node.files.map((name) => model.files[name]), ...keyed(node).map((name) => model.values[name])].join()})`;
  let sum = 0;
  for (const char of all) sum = (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0;
  // Always eight characters: an edit never shows in the size.
  return (node.isLossy ? sum % 2 : sum).toString(16).padStart(8, '0');
}

/** The model as a project of adap. `during` is called in the middle of every recipe, and may take its time; commands write to `disk`. */
export function projectOf(model: Model, disk: Pick<Disk, 'write'>, during: (node: Node, given: Given) => Promise<void>): Project {
  const rules = model.nodes.map((node): Rule => {
    const needs: Record<string, Handle> = {
      values: { kind: 'keyed', values: Object.fromEntries(keyed(node).map((name) => [name, model.values[name]!])) },
      members: {
        kind: 'members',
        noun: 'frame',
        members: Object.fromEntries(Array.from({ length: node.members }, (_, index) => [`m${index}`, 'science'])),
      },
      note: { kind: 'ignored', value: Math.random() },
    };
    for (const input of node.inputs) needs[input] = { kind: 'output', rule: input, at: {}, output: 'out', by: 'bytes' };
    for (const file of node.files) needs[file] = { kind: 'file', path: `files/${file}` };
    const content = async (given: Given): Promise<string> => {
      await during(node, given);
      if (isFailing(model, node)) throw new Error('planted');
      const read = (need: string): string => Buffer.from(given.bytes(need)).toString('latin1');
      const files = Object.fromEntries(node.files.map((file) => [file, read(file)]));
      return make(node, node.inputs.map(read), { ...model, files });
    };
    return {
      name: node.name,
      revision: node.revision,
      makes: { out: { path: `out/${node.name}/result` } },
      each: () => [{}],
      needs: () => needs,
      subject: () => node.name,
      ...(node.isCommand
        ? { kind: 'runs', runs: async (run) => disk.write(run.makes['out'] ?? '', await content(run)) }
        : { kind: 'writes', writes: async (given) => ({ out: await content(given) }) }),
    };
  });
  return {
    home: 'home',
    config: 'config',
    rules,
    source: {
      revision: 1,
      roots: [],
      matches: () => false,
      read: () => ({ kind: 'entry', group: '', about: {}, stands: Buffer.from('') }),
    },
  };
}
