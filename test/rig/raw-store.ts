/** An adapfile that lays raw files out by their folder, and makes nothing of them: for what goes up to a bucket, and down. */
export const store = (home: string): string => `
import type { Project } from 'adap';

export default {
  home: '${home}',
  config: 'config',
  rules: [
    {
      name: 'raw',
      revision: 1,
      kind: 'links',
      mode: 'symlink',
      makes: { tree: { path: 'raw/{night}/' } },
      each: (facts, where) => (where['night'] === undefined ? facts.groups() : [where['night']]).map((night) => ({ night })),
      needs: (at, facts) => {
        const all = facts.group(at['night'] ?? '');
        const names = new Map(all.map((entry) => [entry.path.split('/').at(-1) ?? '', entry]));
        return {
          files: { kind: 'members', noun: 'file', members: Object.fromEntries(Array.from(names, ([name, { digest, size }]) => [name, digest + ' ' + size])) },
          links: { kind: 'ignored', value: Array.from(names, ([name, { path }]) => ({ name, to: path })) },
        };
      },
      links: (given) => given.value('links'),
      subject: (at) => at['night'] ?? '',
    },
  ],
  source: {
    revision: 1,
    roots: ['in'],
    matches: (file) => file.endsWith('.raw'),
    inHome: (folder) => (folder === '' || folder === 'raw' ? 'folders' : folder.startsWith('raw/') ? 'files' : 'nothing'),
    laidOutBy: ['raw'],
    read: (path, head) => ({ kind: 'entry', group: path.split('/').at(-2) ?? '', about: {}, stands: head(2880) }),
  },
} satisfies Project;
`;
