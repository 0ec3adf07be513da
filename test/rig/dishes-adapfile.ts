/**
 * An adapfile of five kinds of targets in chains, for `dishes.ts`. A dish is a file `in/RULE-NUMBER.sh`, whose first line tells of
 * it as JSON. `cook` is one command, `brew` are two, `serve` needs another dish, and `label` is another dish in capitals, made by
 * adap itself; of each ten, `shelf` links to their files, and `gather` joins what they made.
 */
export const dishesAdapfile = `
import { readFileSync } from 'node:fs';
import type { Facts, Handle, MadeOutputs, Params, Rule, Run } from 'adap';

type About = { readonly base?: string; readonly throws?: true; readonly wants?: { readonly hours?: number; readonly memoryGiB?: number } };

const root = import.meta.dirname;
const ruleOf = (name: string): string => name.split('-')[0] ?? '';
const groupOf = (name: string): string => (name.split('-')[1] ?? '').slice(0, -1);
const aboutOf = (name: string, facts: Facts): About => facts.group(name)[0]?.about as About;
const file = (name: string): Handle => ({ kind: 'file', path: \`in/\${name}.sh\` });
const outputOf = (name: string): Handle => ({ kind: 'output', rule: ruleOf(name), at: { name }, output: 'out', by: 'bytes' });

const named = (rule: string) => ({
  name: rule,
  revision: 1,
  makes: { out: { path: \`\${rule}/{name}/result\` } },
  each: (facts: Facts, where: Params): Params[] => {
    const names = where['name'] === undefined ? facts.groups() : facts.group(where['name']).length > 0 ? [where['name']] : [];
    return names.filter((name) => ruleOf(name) === rule).map((name) => ({ name }));
  },
  subject: (at: Params): string => at['name'] ?? '',
});

const commands = {
  kind: 'runs',
  wants: (at: Params, facts: Facts) => ({ cpus: 0.5, ...aboutOf(at['name'] ?? '', facts).wants }),
  graceSeconds: 0.3,
  complete: ({ makes }: MadeOutputs) => ({
    missing: readFileSync(makes['out'] ?? '', 'utf8').endsWith('end\\n') ? [] : ['its last line is not end'],
  }),
} as const;

const soon = { waitSeconds: 0.05 };
const policy = { preempted: soon, 'never-started': soon, 'out-of-memory': { retries: 2 } };

const envOf = ({ makes, path, value }: Run) => {
  const { name, base } = value<{ readonly name: string; readonly base?: string }>('dish');
  return { OUT: makes['out'] ?? '', BASE: base === undefined ? '' : path('base'), LEDGER: root + '/ledger', ONCE: root + '/once/' + name };
};

const scripted = (at: Params) => ({ script: file(at['name'] ?? ''), dish: { kind: 'ignored', value: at } as Handle });

const cook: Rule = {
  ...named('cook'),
  ...commands,
  policy,
  needs: scripted,
  runs: async (run) => void (await run.$({ env: envOf(run) })\`bash \${run.path('script')} all\`),
};

const brew: Rule = {
  ...named('brew'),
  ...commands,
  policy: { ...policy, exited: { retries: 1, waitSeconds: 0.05 } },
  needs: scripted,
  async runs(run) {
    const $ = run.$({ env: envOf(run) });
    await $\`bash \${run.path('script')} begin\`;
    await $\`bash \${run.path('script')} end\`;
  },
};

const serve: Rule = {
  ...named('serve'),
  ...commands,
  policy,
  needs(at, facts) {
    const base = aboutOf(at['name'] ?? '', facts).base ?? '';
    return { ...scripted(at), base: outputOf(base), dish: { kind: 'ignored', value: { ...at, base } } };
  },
  runs: async (run) => void (await run.$({ env: envOf(run) })\`bash \${run.path('script')} all\`),
};

const label: Rule = {
  ...named('label'),
  kind: 'writes',
  needs(at, facts) {
    const { base = '', throws } = aboutOf(at['name'] ?? '', facts);
    return { base: outputOf(base), throws: { kind: 'keyed', values: { throws: String(throws === true) } } };
  },
  writes(given) {
    if (given.value('throws')['throws'] === 'true') throw new Error('it was not to be');
    return { out: Buffer.from(given.bytes('base')).toString().toUpperCase() };
  },
};

const tens = (facts: Facts, where: Params): Params[] =>
  [...new Set(facts.groups().map(groupOf))].filter((group) => (where['group'] ?? group) === group).map((group) => ({ group }));
const ofTen = (at: Params, facts: Facts): string[] => facts.groups().filter((name) => groupOf(name) === at['group']);

const shelf: Rule = {
  name: 'shelf',
  revision: 1,
  makes: { out: { path: 'shelf/{group}/' } },
  each: tens,
  needs: (at, facts) => ({
    files: { kind: 'members', noun: 'dish', members: Object.fromEntries(ofTen(at, facts).map((name) => [name, \`\${root}/in/\${name}.sh\`])) },
  }),
  subject: (at) => at['group'] ?? '',
  kind: 'links',
  mode: 'symlink',
  links: (given) => Object.entries(given.value('files')).map(([name, to]) => ({ name, to })),
};

const gather: Rule = {
  name: 'gather',
  revision: 1,
  makes: { out: { path: 'gather/{group}.txt' } },
  each: tens,
  needs: (at, facts) => ({
    names: { kind: 'ignored', value: ofTen(at, facts) },
    ...Object.fromEntries(ofTen(at, facts).map((name) => [name, outputOf(name)])),
  }),
  subject: (at) => at['group'] ?? '',
  kind: 'writes',
  writes: (given) => ({ out: given.value<string[]>('names').map((name) => Buffer.from(given.bytes(name)).toString()).join('') }),
};

export default {
  home: 'home',
  config: 'config',
  rules: [cook, brew, serve, label, shelf, gather],
  source: {
    revision: 1,
    roots: [root + '/in'],
    matches: (name: string) => name.endsWith('.sh'),
    read(path: string, head: (bytes: number) => Uint8Array) {
      const first = Buffer.from(head(300)).toString().split('\\n')[0] ?? '';
      const group = (path.split('/').at(-1) ?? '').replace('.sh', '');
      return { kind: 'entry', group, about: JSON.parse(first.slice(2)), stands: Buffer.from(first) };
    },
  },
};
`;
