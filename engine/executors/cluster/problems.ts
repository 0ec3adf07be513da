import type { Problem } from '../../model/problem.ts';

/** The words for what keeps a cluster from being used. */
export const noCluster = (): Problem => ({
  code: 'no-cluster',
  says: 'the adapfile names no cluster',
  try: "cluster: { image: 'IMAGE' } in adapfile.ts, with the image that Containerfile makes",
});

export const homeNotShared = (home: string): Problem => ({
  code: 'home-not-shared',
  says: `pods of a cluster do not see the home ${home}, a folder of this machine`,
  try: "home: 's3://BUCKET/PREFIX' in adapfile.ts",
});

export const noKubeconfig = (why: string): Problem => ({
  code: 'no-kubeconfig',
  says: `no kubeconfig tells of a cluster (${why})`,
  try: 'KUBECONFIG=FILE, or ~/.kube/config; kubectl config get-contexts lists what it knows, and cluster.context in adapfile.ts names one',
});

export const clusterUnreachable = (server: string, why: string): Problem => ({
  code: 'cluster-unreachable',
  says: `the API server of Kubernetes at ${server} does not answer (${why})`,
  try: 'kubectl cluster-info; another cluster is named by KUBECONFIG, or by cluster.context in adapfile.ts',
});

export const clusterForbidden = (namespace: string, why: string): Problem => ({
  code: 'cluster-forbidden',
  says: `the API server does not let you work in namespace ${namespace} (${why})`,
  try: `kubectl auth can-i --list -n ${namespace}; needed: jobs (create, list, delete), pods (list, get, portforward, log), deployments, services, secrets, persistentvolumeclaims; cluster.namespace names another`,
});

export const namespaceMissing = (namespace: string): Problem => ({
  code: 'namespace-missing',
  says: `there is no namespace ${namespace} on the cluster`,
  try: `kubectl create namespace ${namespace}; cluster.namespace in adapfile.ts names another`,
});

export const secretMissing = (name: string, namespace: string): Problem => ({
  code: 'secret-missing',
  says: `there is no secret ${name} in namespace ${namespace}, which cluster of the adapfile names`,
  try: `kubectl create secret generic ${name} -n ${namespace} --from-literal=AWS_ACCESS_KEY_ID=… --from-literal=AWS_SECRET_ACCESS_KEY=…`,
});

export const quotaUsedUp = (namespace: string, why: string): Problem => ({
  code: 'cluster-quota',
  says: `the quota of namespace ${namespace} is used up (${why})`,
  try: `kubectl describe quota -n ${namespace}; ask who runs the cluster for more, or build when others have ended`,
});

export const clusterRefuses = (namespace: string, why: string): Problem => ({
  code: 'cluster-refuses',
  says: `the API server does not take what adap asks for in namespace ${namespace} (${why})`,
  try: 'adap cluster manifest shows what that is; cluster in adapfile.ts changes it',
});

export const redisNotUp = (why: string): Problem => ({
  code: 'cluster-redis',
  says: `Redis on the cluster does not come up (${why})`,
  try: 'adap cluster status; or name a Redis of your own: redis in adapfile.ts',
});

export const redisNotThere = (namespace: string): Problem => ({
  code: 'cluster-redis',
  says: `no Redis of this home runs in namespace ${namespace}`,
  try: 'adap cluster up',
});

export const cannotPull = (image: string, why: string): Problem => ({
  code: 'cluster-image',
  says: `the image ${image} cannot be had on the cluster (${why})`,
  try: 'build it with Containerfile and push it, or name another one: cluster.image in adapfile.ts',
});

export const notConfigured = (why: string): Problem => ({
  code: 'cluster-pod',
  says: `its container cannot be made (${why})`,
  try: 'see secrets, secretFiles and environment of cluster in adapfile.ts; adap cluster manifest shows the pod',
});

export const workersFail = (says: string): Problem => ({
  code: 'cluster-workers',
  says: `workers end as soon as they come up: ${says}`,
  try: 'adap cluster logs',
});
