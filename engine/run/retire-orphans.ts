import type { Event } from '../model/event.ts';
import type { TargetId } from '../model/target.ts';
import type { Survey } from '../plan/survey.ts';
import { failureOf } from './attempt.ts';
import { retire } from './retire.ts';

/** Retires what has been replaced: only once everything that takes its place is published. Gives how many. */
export function retireOrphans(survey: Survey, published: ReadonlySet<TargetId>, tell: (event: Event) => void): number {
  let retired = 0;
  for (const { target, record, successors } of survey.orphans) {
    if (successors.length === 0) tell({ kind: 'not-asked-for', target });
    else if (successors.every((successor) => published.has(successor))) {
      try {
        retire({ world: survey.world, home: survey.site.home, folders: survey.folders, records: survey.records }, record);
      } catch (error) {
        tell({ kind: 'failed', target, failure: failureOf(error), older: 'kept' });
        continue;
      }
      retired += 1;
      tell({ kind: 'retired', target, by: successors });
    }
  }
  return retired;
}
