/**
 * A small adapfile of commands: the script `in/NAME.sh` makes `out/NAME/result` (its path is $OUT); all of them together
 * `all/all.txt`. `config/NAME.json` may hold wants, policy and grace of one. A result is whole when its last line is `end`.
 */
export const recipes = `
import { existsSync, readFileSync } from 'node:fs';
import type { Project, Rule } from 'adap';

const name = (path: string): string => (path.split('/').at(-1) ?? '').replace('.sh', '');
const settings = (which: string) => {
  const file = import.meta.dirname + '/config/' + which + '.json';
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
};
const common = settings('common');

const cook: Rule = {
  name: 'cook',
  revision: 1,
  kind: 'runs',
  makes: { out: { path: 'out/{name}/result' } },
  each: (facts, where) => facts.groups().filter((each) => where['name'] === undefined || where['name'] === each).map((each) => ({ name: each })),
  needs: (at, facts) => ({
    script: { kind: 'file', path: \`in/\${at['name']}.sh\` },
    version: { kind: 'recorded', values: { version: facts.config.text('version')?.trim() ?? '1' } },
  }),
  subject: (at) => at['name'] ?? '',
  wants: (at) => ({ ...common.wants, ...settings(at['name'] ?? '').wants }),
  policy: common.policy ?? {},
  graceSeconds: common.grace ?? 1,
  complete: (made) => ({
    missing: readFileSync(made.makes['out'] ?? '', 'utf8').endsWith('end\\n') ? [] : ['its last line is not end'],
    caveats: readFileSync(made.makes['out'] ?? '', 'utf8').includes('caveat') ? ['it says caveat'] : [],
  }),
  async runs({ $, path, makes }) {
    await $\`OUT=\${makes['out']} bash \${path('script')}\`;
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
    ...Object.fromEntries(facts.groups().map((each) => [each, { kind: 'output', rule: 'cook', at: { name: each }, output: 'out', by: 'bytes' }])),
  }),
  subject: () => 'all',
  writes: (given) => ({ out: given.value<string[]>('names').map((each) => Buffer.from(given.bytes(each)).toString()).join('') }),
};

export default {
  home: 'home',
  config: 'config',
  machine: common.machine ?? {},
  rules: [cook, ...(common.join === false ? [] : [join])],
  source: {
    revision: 1,
    roots: ['in'],
    matches: (file) => file.endsWith('.sh'),
    read: (path, head) => ({ kind: 'entry', group: name(path), about: {}, stands: head(100) }),
  },
} satisfies Project;
`;

/** A script that makes a whole result at once. */
export const good = (says: string): string => `echo ${says} > "$OUT"; echo end >> "$OUT"\n`;
