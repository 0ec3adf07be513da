import type { hash } from 'node:crypto';

let sha: typeof hash | undefined;

/** SHA-256, hex. Node's crypto is loaded at the first call: it takes longer to load than a quiet plan to answer. */
export function digest(data: string | Uint8Array): string {
  sha ??= process.getBuiltinModule('node:crypto').hash;
  return sha('sha256', data, 'hex');
}

/** The same of what comes piece by piece, until one is empty. A piece is done with when the next is asked for. */
export function digestOfPieces(next: () => Uint8Array): string {
  const whole = process.getBuiltinModule('node:crypto').createHash('sha256');
  for (let piece = next(); piece.length > 0; piece = next()) whole.update(piece);
  return whole.digest('hex');
}
