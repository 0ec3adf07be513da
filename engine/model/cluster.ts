/** What an adapfile says of the Kubernetes cluster whose pods are to work for its home. */
export type Cluster = {
  /** Of the workers: adap, PypeIt and what it needs, as `Containerfile` makes it. */
  readonly image: string;
  /** Of the kubeconfig. Default: its current context. */
  readonly context?: string;
  /** Default: that of the context, else `default`. */
  readonly namespace?: string;
  /** At most so many workers at once. Default: 10. */
  readonly maxPods?: number;
  /** A worker ends when the queue was empty for so long. Default: 60. */
  readonly idleSeconds?: number;
  /** So long a pod may wait for a node with room before its targets are said to have failed. Default: 600. */
  readonly patienceSeconds?: number;
  /** Their keys are environment variables of the workers: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. */
  readonly secrets?: readonly string[];
  /** By name of a secret, the folder in which its keys are files: `{ 'prp-s3-credentials': '/etc/s3' }`. */
  readonly secretFiles?: Readonly<Record<string, string>>;
  /** Of the workers, besides: `AWS_ENDPOINT_URL_S3`, where S3 has another name inside the cluster. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Which nodes may be taken: all of these must hold. */
  readonly nodes?: readonly NodeCondition[];
  /** Of the volume of its Redis. Default: that of the cluster. */
  readonly storageClass?: string;
  /** Default: docker.io/library/redis:7. */
  readonly redisImage?: string;
  /** For labels of the workers' pods. */
  readonly labels?: Readonly<Record<string, string>>;
};

/** As in a node affinity: `{ key: 'feature.node.kubernetes.io/pci-10de.present', operator: 'NotIn', values: ['true'] }`. */
export type NodeCondition = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[];
};
