import type { Flat } from 'adap';
import { isSequence, printLiteral, readLiteral } from '../python/literal.ts';
import { isSection } from './config-obj.ts';
import type { Section } from './config-obj.ts';
import type { Value } from './config-value.ts';

/** Every value by its full name, as PypeIt takes it: `reduce.findobj.snr_thresh` -> `5`. */
export function flatten(root: Section): Flat {
  const flat: Record<string, string> = {};
  const walk = (section: Section, prefix: string): void => {
    for (const [name, value] of section) {
      if (isSection(value)) walk(value, `${prefix}${name}.`);
      else flat[`${prefix}${name}`] = canonicalValue(value);
    }
  };
  walk(root, '');
  return flat;
}

/**
 * `(3,7)`, `[(3,7)]` and `"3,7",` are one list of one pair, `3` is a number and `3,` a list of one; `[1,2]` is what
 * ConfigObj makes of it: a list of the two texts `[1` and `2]`.
 * Source: pypeit.par.util `recursive_dict_evaluate`, `eval_tuple`.
 */
export function canonicalValue(value: Value): string {
  if (typeof value === 'string') return canonicalText(value);
  if (value.some((item) => item.includes('('))) return tuples(value.join(','));
  return printLiteral({ kind: 'list', items: value.map((item) => readLiteral(item) ?? { kind: 'string', text: item }) });
}

/** Text stands without quotes, where that cannot be mistaken for anything else. */
function canonicalText(text: string): string {
  const literal = readLiteral(text);
  if (literal === undefined) return text;
  const isPlain = literal.kind === 'string' && readLiteral(literal.text) === undefined;
  return isPlain ? literal.text : printLiteral(literal);
}

/** A list with brackets is put together again, and is a list of its tuples; what PypeIt cannot evaluate ends its run. */
function tuples(joined: string): string {
  const found = readLiteral(joined);
  if (found === undefined || !isSequence(found)) return joined;
  return printLiteral({ kind: 'list', items: found.items.some((item) => item.kind === 'tuple') ? found.items : [found] });
}
