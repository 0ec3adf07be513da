import type { Content } from './key-parts.ts';

/** What has become of a target, for those that need it. */
export type Standing =
  /** Its outputs are there, or their content is known already. */
  { readonly kind: 'known'; readonly contents: ReadonlyMap<string, Content> } | { readonly kind: 'coming' } | { readonly kind: 'cannot' };
