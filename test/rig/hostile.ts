/** Names that a shell would read otherwise. A newline or a tab in one is never offered. */
export const HOSTILE = [
  "it's a",
  '$HOME "q"',
  'a:b=c',
  String.raw`back\slash`,
  '!bang~#',
  '*s[1]{a,b}',
  ';semi&|<>()',
  '`tick`',
  'ünï ç',
  '~tilde',
  '%p^+@,',
] as const;

/** `in/NAME/one.raw` becomes `NAME/one.txt`, titled NAME, whatever the name is. */
export const named = `
import type { Project, Rule } from 'adap';

const rule = (name: string, path: string): Rule => ({
  name,
  revision: 1,
  kind: 'writes',
  makes: { out: { path } },
  each: (facts, where) => facts.groups().filter((each) => (where['name'] ?? each) === each).map((each) => ({ name: each })),
  needs: (at, facts) => ({ text: { kind: 'members', noun: 'file', members: Object.fromEntries(facts.group(at['name'] ?? '').map((each) => [each.path, each.digest])) } }),
  subject: (at) => at['name'] ?? '',
  writes: () => ({ out: 'made' }),
});

export default {
  home: 'home',
  config: 'config',
  rules: [rule('up', '{name}/one.txt'), rule('join', 'joined/{name}.txt')],
  source: {
    revision: 1,
    roots: ['in'],
    matches: (file) => file.endsWith('.raw'),
    read: (path, head) => ({ kind: 'entry', group: path.split('/').at(-2) ?? '', about: {}, stands: head(100) }),
  },
  commands: [{ name: 'count', summary: 'how many there are', examples: [], run: (facts) => ({ rows: [], lines: [String(facts.groups().length)], problems: [] }) }],
} satisfies Project;
`;
