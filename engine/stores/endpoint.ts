import type { Address } from '../model/object.ts';

/** http:// or https://; undefined where nobody names one, and it is AWS. */
export const namedEndpoint = ({ endpoint }: Address): string | undefined =>
  endpoint ?? process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];

/** As a user is told of it. */
export const endpointOf = (address: Address): string => namedEndpoint(address) ?? 'https://s3.amazonaws.com';
