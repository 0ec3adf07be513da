/** What a store refuses, as a problem with its way out, and as the cause of a failure. */
import type { Cause } from '../model/cause.ts';
import type { Problem } from '../model/problem.ts';
import {
  bucketCertificate,
  bucketCredentials,
  bucketFull,
  bucketMissing,
  bucketReadOnly,
  bucketUnreachable,
  clockOff,
} from './problems.ts';
import type { Where } from './problems.ts';

/** As what a file system refuses begins with E, so does this. */
const REFUSED = 'ESTORE';

/** Thrown where a file system would throw Node's error. */
export type StoreRefusal = Error & { readonly code: string; readonly problem: Problem; readonly failing: Cause };

export const storeRefusal = (problem: Problem, failing: Cause): StoreRefusal =>
  Object.assign(new Error(problem.says), { code: REFUSED, problem, failing });

export const isStoreRefusal = (error: unknown): error is StoreRefusal =>
  error instanceof Error && 'code' in error && error.code === REFUSED;

/** Whether it was asked for something, or to change something. */
export type Doing = 'read' | 'write';

/** Names and codes of an error of the SDK, of Node, and of what caused it. Messages are not shown: they may hold what is secret. */
export function namesOf(error: unknown): { readonly names: readonly string[]; readonly status: number | undefined } {
  const names: string[] = [];
  let status: number | undefined;
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 4; depth += 1) {
    const one = at as { name?: unknown; code?: unknown; Code?: unknown; cause?: unknown; $metadata?: { httpStatusCode?: unknown } };
    for (const each of [one.code, one.Code, one.name]) if (typeof each === 'string' && /^\w+$/.test(each)) names.push(each);
    if (typeof one.$metadata?.httpStatusCode === 'number') status ??= one.$metadata.httpStatusCode;
    at = one.cause;
  }
  return { names, status };
}

/** What S3 lets through. */
const SKEW_MS = 15 * 60_000;

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ALTNAME|ERR_TLS|ERR_SSL/;
const CREDENTIALS = new Set(
  (
    'CredentialsProviderError InvalidAccessKeyId SignatureDoesNotMatch ExpiredToken ExpiredTokenException ' +
    'InvalidToken TokenRefreshRequired InvalidIdentityToken AccessDenied Forbidden ProviderError'
  ).split(' '),
);

/** `aheadMs`: how far the store's clock is ahead of this machine's. An answer to HEAD does not say why it is refused. */
export function refusalOf(error: unknown, { where, aheadMs }: { readonly where: Where; readonly aheadMs: number }, doing: Doing): unknown {
  if (isStoreRefusal(error)) return error;
  const { names, status } = namesOf(error);
  const has = (name: string): boolean => names.includes(name);
  if (has('RequestTimeTooSkewed') || (status === 403 && Math.abs(aheadMs) > SKEW_MS)) return storeRefusal(clockOff(where), 'credentials');
  if (has('QuotaExceeded')) return storeRefusal(bucketFull(where), 'quota');
  if (has('NoSuchBucket')) return storeRefusal(bucketMissing(where), 'store-unavailable');
  if (doing === 'write' && (has('AccessDenied') || (status === 403 && has('Forbidden'))))
    return storeRefusal(bucketReadOnly(where), 'credentials');
  if (names.some((name) => CREDENTIALS.has(name)) || status === 401 || status === 403)
    return storeRefusal(bucketCredentials(where, names[0] ?? String(status)), 'credentials');
  if (names.some((name) => CERTIFICATE.test(name)))
    return storeRefusal(bucketCertificate(where, names.find((name) => CERTIFICATE.test(name)) ?? ''), 'store-unavailable');
  // What the disk of this machine refuses is said as such.
  const isOfDisk = typeof error === 'object' && error !== null && 'syscall' in error && 'path' in error;
  if (isOfDisk || (status === undefined && !names.some((name) => /^E[A-Z]+$|Timeout|^BrokenOff$/.test(name)))) return error;
  return storeRefusal(bucketUnreachable(where, names[0] ?? `status ${String(status)}`), 'store-unavailable');
}
