/** How often a request is made again, and how many are made at once: by what the store answers. */
import pLimit from 'p-limit';
import { namesOf } from './refusal.ts';

/** In all, for one request; by what kept it from being answered. */
const ATTEMPTS = { busy: 14, broken: 14, refused: 5, unnamed: 3, never: 1 } as const;

export const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2000;

type Kind = keyof typeof ATTEMPTS;

function kindOf(error: unknown): Kind {
  const { names, status } = namesOf(error);
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/^RequestTimeTooSkewed$|^Credentials|^QuotaExceeded$/)) return 'never';
  if (status === 503 || status === 429 || has(/^SlowDown$|Throttl|^TooManyRequests/)) return 'busy';
  if (has(/^ECONNREFUSED$|^EHOSTUNREACH$|^ENETUNREACH$/)) return 'refused';
  if (has(/^ENOTFOUND$|^EAI_AGAIN$/)) return 'unnamed';
  if (has(/^BrokenOff$|^ECONNRESET$|^EPIPE$|^ETIMEDOUT$|Timeout|^ECONNABORTED$|^ConditionalRequestConflict$/)) return 'broken';
  return status !== undefined && status >= 500 ? 'broken' : 'never';
}

/** An answer that was not whole, or not right. */
export const brokenOff = (says = 'the answer broke off'): Error => Object.assign(new Error(says), { name: 'BrokenOff' });

/** Whether a GET whose answer broke off is worth another one. */
export const isPassing = (error: unknown): boolean => kindOf(error) !== 'never';

export type Patience = ReturnType<typeof createPatience>;

export const waitMs = (attempt: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + Math.random() / 2);

/** Additive increase, multiplicative decrease: half as many at once when the store says that it is too much. */
export function createPatience(most: number) {
  const limit = pLimit(most);
  let well = 0;
  return {
    limit,
    /** For the SDK, which asks it before each further attempt. */
    strategy: {
      acquireInitialRetryToken: () => Promise.resolve(token(0)),
      refreshRetryTokenForRetry(before: Token, { error }: { readonly error?: unknown }): Promise<Token> {
        const kind = kindOf(error);
        const count = before.getRetryCount() + 1;
        if (kind === 'busy') {
          limit.concurrency = Math.max(1, limit.concurrency >> 1);
          well = 0;
        }
        if (count >= ATTEMPTS[kind]) return Promise.reject(error instanceof Error ? error : new Error(String(error)));
        return Promise.resolve(token(count));
      },
      recordSuccess(): void {
        well += 1;
        if (well < limit.concurrency || limit.concurrency >= most) return;
        well = 0;
        limit.concurrency += 1;
      },
    },
  };
}

type Token = { getRetryCount(): number; getRetryDelay(): number };

const token = (count: number): Token => {
  const delay = count === 0 ? 0 : waitMs(count - 1);
  return { getRetryCount: () => count, getRetryDelay: () => delay };
};
