import type { hash } from 'node:crypto';

let sha: typeof hash | undefined;

/** SHA-256, hex. Node's crypto is loaded at the first call: it takes longer to load than a quiet plan to answer. */
export function digest(data: string | Uint8Array): string {
  sha ??= process.getBuiltinModule('node:crypto').hash;
  return sha('sha256', data, 'hex');
}
