import { digest } from '../lib/digest.ts';
import type { Target } from '../model/target.ts';
import type { Content } from './key-parts.ts';
import { givenOf } from './given.ts';
import type { Standing } from './standing.ts';

/**
 * An output that is a pure function of facts is computed while planning, so that what follows from it is planned
 * exactly, too. Only for rules that say `foreseen`.
 */
export function foresee(target: Target, home: string): Standing {
  if (target.rule.kind !== 'writes' || target.inputs.length > 0) return { kind: 'coming' };
  const written = target.rule.writes(
    givenOf({ target, home, path: () => undefined, made: () => undefined, read: () => undefined }),
    () => undefined,
  );
  if (written instanceof Promise) return { kind: 'coming' };
  const contents = new Map<string, Content>();
  for (const [name, content] of Object.entries(written)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const meaning = target.rule.makes[name]?.meaning?.(bytes);
    contents.set(name, meaning === undefined ? { digest: digest(bytes) } : { digest: digest(bytes), meaning });
  }
  return { kind: 'known', contents };
}
