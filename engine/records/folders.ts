/** Where things lie below `<home>/.adap`. */
export type Folders = {
  readonly records: string;
  readonly failures: string;
  readonly intents: string;
  readonly attempts: string;
  readonly old: string;
  readonly retired: string;
  /** Of the last attempts of each target. */
  readonly logs: string;
  /** What `clean` has taken out of the way. */
  readonly trash: string;
  /** Of a home in a bucket: what attempts have uploaded. */
  readonly sealed: string;
  /** Of a home in a bucket: what workers need of the project. */
  readonly kits: string;
  readonly cache: string;
  readonly lock: string;
};

export const foldersOf = (home: string): Folders => ({
  records: `${home}/.adap/records`,
  failures: `${home}/.adap/failures`,
  intents: `${home}/.adap/intents`,
  attempts: `${home}/.adap/attempts`,
  old: `${home}/.adap/old`,
  retired: `${home}/.adap/retired`,
  logs: `${home}/.adap/logs`,
  trash: `${home}/.adap/trash`,
  sealed: `${home}/.adap/sealed`,
  kits: `${home}/.adap/kits`,
  cache: `${home}/.adap/cache`,
  lock: `${home}/.adap/lock`,
});
