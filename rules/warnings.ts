import type { Rule } from 'adap';
import type { DeimosConfig } from './config.ts';
import { layout } from './layout.ts';
import { configFileMissing } from './setup/problems.ts';
import { setup } from './setup.ts';
import { requiredWarnings } from './warnings/required-warnings.ts';
import { usefulWarnings } from './warnings/useful-warnings.ts';

const REQUIRED = 'required_warnings.txt';

/** The warnings of a reduction that are worth keeping. */
export function warnings(config: DeimosConfig): Rule {
  const { each, subject, title, successors } = setup(config);
  return {
    name: 'warnings',
    revision: 1,
    kind: 'writes',
    makes: { file: { path: layout.warnings } },
    each,
    subject,
    ...(title === undefined ? {} : { title }),
    successors: (at, facts) => (successors?.(at, facts) ?? []).map((next) => ({ ...next, rule: 'warnings' })),
    needs: (at, facts) => {
      const text = facts.config.text(REQUIRED);
      if (text === undefined) return { list: { kind: 'problem', problem: configFileMissing(facts.config.shown(REQUIRED)) } };
      const list = facts.once(REQUIRED, () => requiredWarnings(text));
      return {
        log: { kind: 'output', rule: 'reduce', at, output: 'log', by: 'bytes' },
        list: {
          kind: 'members',
          noun: 'required warning',
          members: Object.fromEntries(list.map(({ file, method, words }) => [`${file} ${method}() - ${words.join(' ')}`, ''])),
        },
        entries: { kind: 'ignored', value: list },
      };
    },
    writes: (given) => ({ file: usefulWarnings(Buffer.from(given.bytes('log')).toString('utf8'), given.value('entries')) }),
  };
}
