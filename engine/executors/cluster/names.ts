/** What the objects of one home are called on a cluster, and how they are found again. */
import { digest } from '../../lib/digest.ts';

/** Of a home: part of names and the value of a label. */
export const homeTag = (named: string): string => digest(named).slice(0, 8);

export const redisName = (named: string): string => `adap-redis-${homeTag(named)}`;

/** Of workers of one size. */
export const jobName = (named: string, { memoryGiB }: { readonly memoryGiB: number }): string => `adap-${homeTag(named)}-m${memoryGiB}`;

export const HOME_LABEL = 'adap/home';
export const WORKERS = 'worker';
export const REDIS = 'redis';

export const labelsOf = (named: string, component: string): Record<string, string> => ({
  'app.kubernetes.io/name': 'adap',
  'app.kubernetes.io/component': component,
  [HOME_LABEL]: homeTag(named),
});

/** Of a list request. */
export const selectorOf = (named: string, component?: string): string =>
  `app.kubernetes.io/name=adap,${HOME_LABEL}=${homeTag(named)}${component === undefined ? '' : `,app.kubernetes.io/component=${component}`}`;

/** Holds the size of its workers, as JSON. */
export const SEAT_ANNOTATION = 'adap/seat';

/** The key of its secret, and the variable of its password. */
export const PASSWORD = 'REDIS_PASSWORD';
