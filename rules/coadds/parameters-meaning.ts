import type { Failed, Flat } from 'adap';
import { linesOf, readConfig } from '../pypeit/config-obj.ts';
import { flatten } from '../pypeit/flatten.ts';

/** What the defaults of a coadd say to PypeIt: every parameter by its full name. The block of files that they end with is empty, and left out. */
export function parametersMeaning(text: string, file: string): { readonly kind: 'meaning'; readonly values: Flat } | Failed {
  let isInBlock = false;
  const lines = linesOf(text).map((line) => {
    const bare = line.text.replace(/#.*$/, '').trim();
    if (/^spec[12]d\s+read$/.test(bare)) isInBlock = true;
    const kept = isInBlock ? { ...line, text: '' } : line;
    if (/^spec[12]d\s+end$/.test(bare)) isInBlock = false;
    return kept;
  });
  const config = readConfig(lines, file);
  return config.kind === 'problem' ? config : { kind: 'meaning', values: flatten(config.root) };
}
