/** What a rule found out about what it looked at: apart from whether the build of it went well. */
export type Finding = {
  /** One word of the rule's own: `good`. */
  readonly word: string;
  readonly weight: 'fine' | 'doubtful' | 'bad';
  /** Why, one line each. */
  readonly says: readonly string[];
};
