import { pattern } from '../lib/pattern.ts';
import type { Pattern } from '../lib/pattern.ts';
import { unreachable } from '../lib/unreachable.ts';
import type { Problem } from '../model/problem.ts';
import type { Facts, Params, Rule } from '../model/rule.ts';
import { idOf } from '../model/target.ts';
import type { Graph, Target, TargetId, TargetOutput } from '../model/target.ts';
import { outputsOverlap, unsafePath } from './problems.ts';

/** A rule with its paths made ready for matching. */
export type Shape = { readonly rule: Rule; readonly outputs: readonly (Omit<TargetOutput, 'path'> & { readonly pattern: Pattern })[] };

export const shapesOf = (rules: readonly Rule[]): readonly Shape[] =>
  rules.map((rule) => ({
    rule,
    outputs: Object.entries(rule.makes).map(([name, output]) => ({
      name,
      isTree: output.path.endsWith('/'),
      pattern: pattern(output.path),
    })),
  }));

export type Wanted = { readonly rule: Rule; readonly at: Params };

/** The wanted targets and all that they need, inputs first. A circle or an unknown rule is a mistake in a rule, and thrown. */
export function makeGraph(shapes: readonly Shape[], wanted: Iterable<Wanted>, facts: Facts): Graph {
  const byRule = new Map(shapes.map((shape) => [shape.rule.name, shape]));
  const targets: Target[] = [];
  const byId = new Map<TargetId, Target>();
  const open = new Set<TargetId>();

  const add = (rule: Rule, at: Params): Target => {
    const id = idOf(rule, at);
    const known = byId.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) throw new Error(`bug in a rule: ${id} needs itself`);
    open.add(id);
    const needs = rule.needs(at, facts);
    const inputs: Target[] = [];
    for (const handle of Object.values(needs)) {
      if (handle.kind !== 'output') continue;
      const maker = byRule.get(handle.rule);
      if (maker === undefined) throw new Error(`bug in a rule: ${id} needs the rule ${handle.rule}, which is not there`);
      inputs.push(add(maker.rule, handle.at));
    }
    open.delete(id);
    const outputs = (byRule.get(rule.name)?.outputs ?? []).map((each) => ({
      name: each.name,
      isTree: each.isTree,
      path: each.pattern.expand(at),
    }));
    const target: Target = { id, rule, at, subject: rule.subject(at), outputs, needs, inputs };
    targets.push(target);
    byId.set(id, target);
    return target;
  };

  for (const { rule, at } of wanted) add(rule, at);
  return { targets, byId };
}

/** Two targets never share a path, and no output lies in another's tree. */
export function overlaps({ targets }: Graph): Problem[] {
  const owners = new Map<string, TargetId>();
  const problems: Problem[] = [];
  for (const { id, outputs } of targets) {
    for (const { path } of outputs) {
      const owner = owners.get(path.replace(/\/$/, ''));
      if (owner !== undefined) problems.push(outputsOverlap(path, owner, id));
      owners.set(path.replace(/\/$/, ''), id);
    }
  }
  for (const { id, outputs } of targets) {
    for (const { path } of outputs) {
      for (let end = path.indexOf('/'); end > 0 && end < path.length - 1; end = path.indexOf('/', end + 1)) {
        const owner = owners.get(path.slice(0, end));
        if (owner !== undefined && owner !== id) problems.push(outputsOverlap(path, owner, id));
      }
    }
  }
  return problems;
}

/** Problems and holds that a target's needs bring. */
export function obstacles(target: Target): { readonly problems: readonly Problem[]; readonly held: readonly Problem[] } {
  const problems: Problem[] = target.outputs.flatMap(({ path }) => (isInHome(path) ? [] : [unsafePath(path)]));
  const held: Problem[] = [];
  for (const handle of Object.values(target.needs)) {
    switch (handle.kind) {
      case 'problem':
        problems.push(handle.problem);
        break;
      case 'held':
        held.push(handle.problem);
        break;
      case 'keyed':
      case 'members':
      case 'recorded':
      case 'ignored':
      case 'output':
      case 'file':
        break;
      default:
        unreachable(handle);
    }
  }
  return { problems, held };
}

/** Whatever the names in it are: no way up, nothing absolute, nothing of adap's own. */
const isInHome = (path: string): boolean => {
  const parts = path.replace(/\/$/, '').split('/');
  return parts[0] !== '.adap' && parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
};
