/** A small adapfile: `in/NAME.txt` in capitals becomes `out/NAME.txt`; all of them together `all/all.txt`. */
export const joined = `
import type { Project, Rule } from 'adap';

const name = (path: string): string => (path.split('/').at(-1) ?? '').replace('.txt', '');

const up: Rule = {
  name: 'up',
  revision: 1,
  kind: 'writes',
  makes: { out: { path: 'out/{name}.txt' } },
  each: (facts, where) => facts.groups().filter((each) => where['name'] === undefined || where['name'] === each).map((each) => ({ name: each })),
  needs: (at, facts) => ({
    text: { kind: 'file', path: \`in/\${at['name']}.txt\` },
    mode: { kind: 'keyed', values: { 'case.mode': facts.config.text('mode')?.trim() ?? 'upper' } },
  }),
  subject: (at) => at['name'] ?? '',
  writes(given) {
    const text = Buffer.from(given.bytes('text')).toString();
    if (text.includes('bad')) throw new Error('a bad word');
    return { out: text.toUpperCase() };
  },
};

const join: Rule = {
  name: 'join',
  revision: 1,
  kind: 'writes',
  makes: { out: { path: 'all/{which}.txt' } },
  each: (_, where) => (where['which'] === undefined || where['which'] === 'all' ? [{ which: 'all' }] : []),
  needs: (_, facts) => ({
    names: { kind: 'ignored', value: facts.groups() },
    ...Object.fromEntries(facts.groups().map((each) => [each, { kind: 'output', rule: 'up', at: { name: each }, output: 'out', by: 'bytes' }])),
  }),
  subject: () => 'all',
  writes: (given) => ({ out: given.value<string[]>('names').map((each) => Buffer.from(given.bytes(each)).toString()).join('') }),
};

export default {
  home: 'home',
  config: 'config',
  rules: [up, join],
  source: {
    revision: 1,
    roots: ['in'],
    matches: (file) => file.endsWith('.txt'),
    read: (path, head) => ({ kind: 'entry', group: name(path), about: {}, stands: head(100) }),
  },
} satisfies Project;
`;
