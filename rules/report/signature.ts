/** What failures have in common: the cause and the words, without names, numbers and paths. */
export const signatureOf = ({ rule, cause, says }: { readonly rule: string; readonly cause: string; readonly says: string }): string =>
  `${rule} · ${cause} · ${says
    .replaceAll(/(?:\/|\b)[\w.+-]+(?:\/[\w.+-]+)+/g, '…')
    .replaceAll(/\b(?:DE\.\d{8}\.\d{5}|[Ss]pec[12]d_)\S*/g, '…')
    .replaceAll(/\b[A-Z]{3}\d\d:\d+\b/g, '…')
    .replaceAll(/\d+(?:\.\d+)?/g, 'N')}`;

export type Grouped<T> = { readonly signature: string; readonly count: number; readonly example: T };

/** The most frequent first; of each group the first is the example. */
export function grouped<T extends { readonly rule: string; readonly cause: string; readonly says: string }>(
  failures: readonly T[],
): readonly Grouped<T>[] {
  const groups = Map.groupBy(failures, signatureOf);
  return Array.from(groups, ([signature, those]) => ({ signature, count: those.length, example: those[0] as T })).toSorted(
    (a, b) => b.count - a.count || (a.signature < b.signature ? -1 : 1),
  );
}
