import type { Problem } from '../model/problem.ts';
import type { Facts } from '../model/rule.ts';
import { openConfigFolder } from './config-folder.ts';
import { openSources } from './sources.ts';
import type { SourceOptions } from './sources.ts';

export type OpenedFacts = {
  readonly facts: Facts;
  /** What keeps a plan from being made at all: a raw directory that is not there. */
  readonly stops: readonly Problem[];
  readonly isSure: boolean;
  readonly headsRead: () => number;
};

/** All that the graph is computed from, besides the adapfile. */
export function openFacts(
  options: SourceOptions & {
    readonly config: { readonly path: string; readonly shown: string };
    /** The home as all machines know it. */ readonly named: string;
    readonly here?: string;
  },
): OpenedFacts {
  const { config, stops, isSure } = openConfigFolder(options.disk, options.look, options.config);
  const sources = openSources(options);
  const once = new Map<string, unknown>();
  return {
    stops: [...stops, ...sources.stops],
    isSure: sources.isSure && isSure(),
    headsRead: sources.headsRead,
    facts: {
      group: sources.group,
      groups: sources.groups,
      leftOut: sources.leftOut,
      config,
      home: options.named,
      here: options.here ?? options.home,
      once<T>(key: string, make: () => T): T {
        if (!once.has(key)) once.set(key, make());
        // The key belongs to one caller, who made the value.
        return once.get(key) as T;
      },
    },
  };
}
