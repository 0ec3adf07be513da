import type { HomePath, TargetId } from './target.ts';

/** One cause of staleness. `why` prints it, `build -n` counts it. */
export type Reason =
  | { readonly kind: 'never-built' }
  | { readonly kind: 'rule-changed'; readonly was: number; readonly is: number }
  | { readonly kind: 'value-changed'; readonly name: string; readonly was: string | undefined; readonly is: string | undefined }
  | { readonly kind: 'input-added'; readonly input: string; readonly is: string }
  | { readonly kind: 'input-removed'; readonly input: string; readonly was: string }
  | { readonly kind: 'input-changed'; readonly input: string; readonly by: TargetId | 'outside'; readonly was: string; readonly is: string }
  | { readonly kind: 'output-missing'; readonly path: HomePath }
  | { readonly kind: 'output-edited'; readonly path: HomePath }
  | { readonly kind: 'output-damaged'; readonly path: HomePath }
  | { readonly kind: 'forced' }
  | { readonly kind: 'input-remade'; readonly by: TargetId };
