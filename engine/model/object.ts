/** An object of a store as it is now. */
export type Found = {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Changes with the content: of S3, without its quotes. */
  readonly etag: string;
};

/** A bucket, and where it is asked for: credentials and region come from the environment and the shared files of AWS. */
export type Address = {
  readonly bucket: string;
  /** http:// or https://; undefined: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or AWS itself. */
  readonly endpoint?: string | undefined;
};
