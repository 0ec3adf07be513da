import type { Cluster } from 'adap';

/** With the version of PypeIt, where the image's name has a place for it: `ghcr.io/pypeit/adap:{pypeit}`. */
export const clusterFor = (cluster: Cluster, version: string): Cluster => ({
  ...cluster,
  image: cluster.image.replaceAll('{pypeit}', version),
  labels: { ...cluster.labels, 'pypeit-version': version },
});
