import type { Cache } from '../../engine/records/cache.ts';

export function createMemoryCache(): Cache & { clear(): void } {
  const rows = new Map<string, Map<string, string>>();
  return {
    get: (kind, name) => rows.get(kind)?.get(name),
    all: (kind) => rows.get(kind) ?? new Map<string, string>(),
    put(all) {
      for (const [kind, name, text] of all) {
        const own = rows.get(kind) ?? new Map<string, string>();
        if (text === undefined) own.delete(name);
        else own.set(name, text);
        rows.set(kind, own);
      }
    },
    close: () => undefined,
    clear: () => rows.clear(),
  };
}
