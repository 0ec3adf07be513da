/** The SDK's client as adap uses it; and what it may say to others. */
import { S3Client } from '@aws-sdk/client-s3';
import type { Address } from '../model/object.ts';
import { namedEndpoint } from './endpoint.ts';
import { createPatience } from './patience.ts';
import type { Patience } from './patience.ts';

const MOST_AT_ONCE = 16;

export type Asking = {
  readonly client: S3Client;
  readonly patience: Patience;
  /** Milliseconds since 1970 by the store's clock, which tells whole seconds. */
  readonly serverNow: () => number;
};

export function openClient(address: Address): Asking {
  const patience = createPatience(MOST_AT_ONCE);
  const named = namedEndpoint(address);
  const client = new S3Client({
    ...(named === undefined ? {} : { endpoint: named }),
    region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: true,
    maxAttempts: 100,
    retryStrategy: patience.strategy,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000, httpsAgent: AGENT, httpAgent: AGENT },
  });
  let aheadMs = 0;
  const hear = (response: unknown): void => {
    const { headers } = (response ?? {}) as { headers?: Record<string, string> };
    const date = Date.parse(headers?.['date'] ?? '');
    if (!Number.isNaN(date)) aheadMs = date - Date.now();
  };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args).catch((error: unknown) => {
        hear((error as { $response?: unknown }).$response);
        throw error;
      });
      hear(result.response);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'adapHears' },
  );
  // Each body is compared by its MD5, on its way or behind it: to sign its SHA-256 as well costs more than to send it.
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers?: Record<string, string> };
      if (headers !== undefined) headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', name: 'adapSignsHeads' },
  );
  return { client, patience, serverNow: () => Date.now() + aheadMs };
}

const AGENT = { keepAlive: true, maxSockets: 64 };
