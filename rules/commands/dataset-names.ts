/** Any path in a dataset names it. */
export const asDataset = (subject: string): string => subject.split('/').slice(0, 3).join('/');

/** Of the name that was asked for, or below it; or, of a dataset, that which a path in it names. */
export const isAskedFor = (subject: string, wanted: string): boolean =>
  subject === wanted || subject.startsWith(`${wanted}/`) || (subject.split('/').length === 3 && subject === asDataset(wanted));
