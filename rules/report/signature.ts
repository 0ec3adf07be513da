type Failure = { readonly rule: string; readonly cause: string; readonly says: string };

/** What failures have in common: the rule, the cause and the words, without paths, frames, slits, numbers and these names. */
export function signatureWithout(names: readonly string[]): (failure: Failure) => string {
  const named = anyOf(names);
  return ({ rule, cause, says }) => `${rule} · ${cause} · ${bare(says, named)}`;
}

const bare = (says: string, named: RegExp): string =>
  says
    .replaceAll(/(?:(?<!\w)\/|\b)[\w.+-]+(?:\/[\w.+-]+)+/g, '…')
    .replaceAll(/(?<![\w/])\/[\w.+-]+/g, '…')
    .replaceAll(named, '…')
    .replaceAll(/\b(?:DE\.\d{8}\.\d{5}|[Ss]pec[12]d_)\S*/g, '…')
    .replaceAll(/\b[\w+-][\w.+-]*\.(?:fits|pypeit|log|par|calib|csv|txt|png|tar)(?:\.gz)?\b/g, '…')
    .replaceAll(/\b[A-Z]{3}\d\d:\d+\b/g, '…')
    .replaceAll(/\b0x[\da-f]+\b/gi, 'N')
    .replaceAll(/(?:(?<![\w.])-)?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, 'N');

/** The longest first, as whole words. */
function anyOf(names: readonly string[]): RegExp {
  const escaped = [...new Set(names)]
    .filter((name) => /[A-Za-z]/.test(name))
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  return escaped.length === 0 ? /(?!)/g : new RegExp(`(?<!\\w)(?:${escaped.join('|')})(?!\\w)`, 'g');
}

export type Grouped<T> = { readonly signature: string; readonly count: number; readonly example: T };

/** The most frequent first; of each group the first is the example. `names` are those of masks and datasets. */
export function grouped<T extends Failure>(failures: readonly T[], names: readonly string[] = []): readonly Grouped<T>[] {
  const groups = Map.groupBy(failures, signatureWithout(names));
  return [...groups]
    .flatMap(([of, those]) => those.slice(0, 1).map((example) => ({ signature: of, count: those.length, example })))
    .toSorted((a, b) => b.count - a.count || (a.signature < b.signature ? -1 : 1));
}
