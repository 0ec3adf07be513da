import type { Problem } from '../model/problem.ts';

/** Where a bucket is, as a user would name it. */
export type Where = { readonly bucket: string; readonly endpoint: string };

/** The words for what keeps a bucket from being used. */
export const bucketUnreachable = ({ bucket, endpoint }: Where, why: string): Problem => ({
  code: 'bucket-unreachable',
  says: `the store of bucket ${bucket} at ${endpoint} does not answer as it should (${why})`,
  try: `curl -I ${endpoint}; another endpoint is named by AWS_ENDPOINT_URL_S3`,
});

export const bucketCredentials = ({ bucket, endpoint }: Where, why: string): Problem => ({
  code: 'bucket-credentials',
  says: `${endpoint} does not let you use bucket ${bucket} with the credentials that were found, if any (${why})`,
  try: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for a profile of ~/.aws/credentials',
});

export const bucketMissing = ({ bucket, endpoint }: Where): Problem => ({
  code: 'bucket-missing',
  says: `there is no bucket ${bucket} at ${endpoint}`,
  try: `see home in adapfile.ts, or make it: aws s3 mb s3://${bucket} --endpoint-url ${endpoint}`,
});

export const bucketReadOnly = ({ bucket, endpoint }: Where): Problem => ({
  code: 'bucket-read-only',
  says: `your credentials may read bucket ${bucket} at ${endpoint}, and not write it`,
  try: 'use credentials that may write it; build -n, status, why, get and verify need none',
});

export const bucketFull = ({ bucket, endpoint }: Where): Problem => ({
  code: 'bucket-full',
  says: `the quota of bucket ${bucket} at ${endpoint}, or of its owner, is used up`,
  try: 'adap clean shows what may go; else ask who runs the store for more',
});

export const bucketCertificate = ({ endpoint }: Where, why: string): Problem => ({
  code: 'bucket-certificate',
  says: `the certificate of ${endpoint} is not to be trusted (${why})`,
  try: 'see the host name in AWS_ENDPOINT_URL_S3; for an authority of your own set NODE_EXTRA_CA_CERTS to its file',
});

export const clockOff = ({ endpoint }: Where): Problem => ({
  code: 'clock-off',
  says: `the clock of this machine and that of ${endpoint} are more than 15 minutes apart`,
  try: `date -u; curl -sI ${endpoint} | grep -i ^date`,
});

export const bucketUnconditional = ({ bucket, endpoint }: Where): Problem => ({
  code: 'bucket-unconditional',
  says: `the store of bucket ${bucket} at ${endpoint} ignores conditions of a PUT: two builders could not be kept apart`,
  try: 'build on a store that honours If-Match and If-None-Match (Ceph RGW, AWS, MinIO); reading works here',
});

export const homeTakenOver = (home: string): Problem => ({
  code: 'home-taken-over',
  says: `another builder has taken over ${home}: this one was away for longer than its lock holds`,
  try: 'adap status, and adap build when that one has ended: nothing is lost',
});

export const homeNoBucket = (home: string): Problem => ({
  code: 'home-no-bucket',
  says: `home is no address of a bucket: ${home}`,
  try: "in adapfile.ts, home: 's3://BUCKET/PREFIX' with a bucket's name of 3 to 63 small letters, digits, dots and dashes",
});
