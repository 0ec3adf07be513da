import type { Facts } from 'adap';

export const EXCLUDE_FILE = 'exclude_files.txt';

/** Names of frames that no .pypeit file uses: one a line, remarks behind `#`. */
export const excludedFrames = (facts: Facts): ReadonlySet<string> =>
  facts.once(EXCLUDE_FILE, () => {
    const lines = (facts.config.text(EXCLUDE_FILE) ?? '').split(/\r?\n/);
    return new Set(lines.map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((name) => name !== ''));
  });
