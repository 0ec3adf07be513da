import type { Flat } from 'adap';
import { canonicalLiteral } from '../python/literal.ts';
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
 * `(3,7)`, `[(3,7)]` and `"3,7",` are one list of one pair, `3` is a number and `3,` a list of one.
 * Source: pypeit.par.util `recursive_dict_evaluate`, `eval_tuple`.
 */
export function canonicalValue(value: Value): string {
  const items = typeof value === 'string' ? [value] : value;
  const joined = items.map((item) => (/^\s*\d+\s*,\s*\d+\s*$/.test(item) ? `(${item})` : item)).join(',');
  const isPairs = /[()]/.test(joined) && /^[\s\d(),[\]]+$/.test(joined);
  if (isPairs) {
    const inner = /^\s*\[.*\]\s*$/.test(joined) ? joined.trim().slice(1, -1) : joined;
    return canonicalLiteral(`[${inner}]`);
  }
  if (typeof value === 'string') return canonicalLiteral(value);
  const whole = canonicalLiteral(joined);
  if (/^\[.*\]$/.test(joined.trim())) return whole;
  return `[${value.map((item) => canonicalLiteral(item)).join(', ')}]`;
}
