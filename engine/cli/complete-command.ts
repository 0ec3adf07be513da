/** What the words of a command line may become. Not for people: the scripts of `adap completion` call it. */
import { candidates } from './candidates.ts';
import type { Candidate, Table } from './candidates.ts';
import { EXIT } from './command.ts';
import type { Command } from './command.ts';
import { typedInBash } from './typed-in-bash.ts';

/**
 * A line for each candidate, with its help behind a tab; a line that begins with a tab names what the shell completes
 * better. `--as bash`: words come as they were typed, and candidates go back likewise. A completion disturbs nobody:
 * what goes wrong is no candidate.
 */
export const completeCommand = (table: Table): Command => ({
  name: 'complete',
  usage: 'adap complete [--as bash] -- WORD…',
  summary: 'what the last of these words may become',
  optionHelp: [],
  examples: [],
  options: { as: { type: 'string' } },
  isPlumbing: true,
  needs: 'nothing',
  async run(context, values, words) {
    const isBash = values['as'] === 'bash';
    const typed = isBash ? words.map(typedInBash) : words.map((text) => ({ text, more: String }));
    const last = typed.at(-1);
    if (last === undefined) return EXIT.ok;
    const lineOf = (candidate: Candidate): string => {
      if ('leaveTo' in candidate) return `\t${candidate.leaveTo}`;
      const { word, help } = candidate;
      if (isBash) return `${words.at(-1)}${last.more(word.slice(last.text.length))}`;
      return help === undefined ? word : `${word}\t${help}`;
    };
    try {
      const found = await candidates(
        context,
        table,
        typed.map(({ text }) => text),
      );
      if (found.length > 0) context.print(found.map(lineOf).join('\n'));
    } catch {
      // No candidate.
    }
    return EXIT.ok;
  },
});
