/** A warning that is worth keeping: `edgetrace.py initial_trace() - No edges found!  Trace data will be empty.` */
export type RequiredWarning = {
  readonly file: string;
  /** Without brackets. */
  readonly method: string;
  /** All of them must be among those of a message. */
  readonly words: readonly string[];
};

/** The entries of config/required_warnings.txt, in the form of PypeIt 1.x; other lines mean nothing, as they never did. */
export const requiredWarnings = (text: string): readonly RequiredWarning[] =>
  text.split('\n').flatMap((line) => {
    const [, file = '', method = '', message = ''] = /^(\S+\.py) (\S+?)\(\) - (.*)$/.exec(line.trimEnd()) ?? [];
    const words = wordsOf(message);
    return file === '' || words.length === 0 ? [] : [{ file, method, words }];
  });

export const wordsOf = (message: string): readonly string[] => message.split(' ').filter((word) => word !== '');
