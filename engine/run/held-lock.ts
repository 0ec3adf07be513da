export type Lock = {
  readonly kind: 'lock';
  release(): void;
  /** Of a home in a bucket it may be lost. */
  isHeld(): boolean;
  /** Which of its holders this is; 0 where nobody is fenced off. */
  readonly fence: number;
};
