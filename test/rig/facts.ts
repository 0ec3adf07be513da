import { createLook } from '../../engine/disk/look.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { openFacts } from '../../engine/facts/facts.ts';
import type { Facts, SourceIndex } from 'adap';
import { createMemoryCache } from './memory-cache.ts';

/** Facts from real folders, without a home. */
export function factsOf(source: SourceIndex, config: string): Facts {
  const opened = openFacts({
    source,
    config: { path: config, shown: 'config' },
    disk: nodeDisk,
    look: createLook(nodeDisk),
    cache: createMemoryCache(),
    now: Date.now,
    extent: 'whole',
    home: '/home-of-the-test',
    named: '/home-of-the-test',
  });
  if (opened.stops[0] !== undefined) throw new Error(opened.stops[0].says);
  return opened.facts;
}
