/** Paths with names in braces: `{mask}/{setup}/{dates}/complete/raw/`. A name stands for one or more characters but `/`. */
export type Pattern = {
  readonly names: readonly string[];
  expand(params: Readonly<Record<string, string>>): string;
  /** The parameters of a path that lies at or below this pattern, or of the part of it that is there. */
  match(path: string): PatternMatch | undefined;
};

export type PatternMatch = { readonly params: Record<string, string>; readonly covers: 'whole' | 'part' };

export function pattern(text: string): Pattern {
  const isTree = text.endsWith('/');
  const steps = text.replace(/\/$/, '').split('/').map(step);
  const names = steps.flatMap((each) => each.names);
  return {
    names,
    expand: (params) => steps.map((each) => each.expand(params)).join('/') + (isTree ? '/' : ''),
    match(path) {
      const parts = path.replace(/\/+$/, '').split('/');
      if (parts.length > steps.length && !isTree) return undefined;
      const params: Record<string, string> = {};
      for (const [index, each] of steps.entries()) {
        const part = parts[index];
        if (part === undefined) return { params, covers: 'part' };
        if (!each.read(part, params)) return undefined;
      }
      return { params, covers: 'whole' };
    },
  };
}

type Step = {
  readonly names: readonly string[];
  expand(params: Readonly<Record<string, string>>): string;
  read(part: string, into: Record<string, string>): boolean;
};

function step(text: string): Step {
  const names = Array.from(text.matchAll(/\{(\w+)\}/g), (found) => found[1] ?? '');
  if (names.length === 0) return { names, expand: () => text, read: (part) => part === text };
  const regex = new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '(.+)')}$`, 's');
  return {
    names,
    expand: (params) =>
      text.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = params[name];
        if (value === undefined) throw new Error(`bug: no value for {${name}} of ${text}`);
        return value;
      }),
    read(part, into) {
      const found = regex.exec(part);
      if (found === null) return false;
      return names.every((name, index) => {
        const value = found[index + 1] ?? '';
        const before = into[name];
        into[name] = value;
        return before === undefined || before === value;
      });
    },
  };
}
