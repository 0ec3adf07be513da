/** Who brings workers for what a builder has ordered, and knows what becomes of them: a cluster. */
import type { Failure } from '../model/cause.ts';
import type { Order } from '../model/attempt.ts';

export type Crew = {
  /** From now on there are workers for what this gives. */
  attend(ordered: () => readonly Order[]): void;
  /** Settles when somebody is there for it, or will come, or cannot: whatever becomes of this builder. */
  covers(order: Order): Promise<unknown>;
  /** Why nobody will come for it; undefined as long as that is not known. */
  whyNobody(order: Order): Failure | undefined;
  /** This worker was seen at work. */
  saw(worker: string): void;
  /** Why it is not heard of any more; undefined where its cluster knows of no reason. */
  whyGone(worker: string): Promise<Failure | undefined>;
  /** Nobody is brought any more. */
  close(): void;
};
