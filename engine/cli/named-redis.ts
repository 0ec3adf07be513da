import type { Site } from '../plan/survey.ts';

/** The Redis that somebody names, for builders and workers alike. */
export const namedRedis = ({ project }: Pick<Site, 'project'>): string | undefined => project.redis ?? process.env['ADAP_REDIS'];
