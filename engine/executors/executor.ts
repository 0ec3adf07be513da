/** The door through which attempts run elsewhere than in the builder's own process. All implementations pass `test/contract/executor.ts`. */
import type { Failure } from '../model/cause.ts';
import type { Manifest, Order } from '../model/attempt.ts';

/** What an executor can tell of an attempt that left no manifest. */
export type Died = {
  /** What the executor itself did to it. */
  readonly asked: 'nothing' | 'cancel' | 'time-limit';
  /** It had written who it is. */
  readonly hadBegun: boolean;
  /** The machine was started anew since, or it is another one. */
  readonly isOtherBoot: boolean;
  readonly exit: number | undefined;
  readonly signal: string | undefined;
  /** Processes that the kernel killed for want of memory meanwhile. */
  readonly oomKills: number;
  readonly freeBytes: number;
  /** What whoever was to run it found out before. */
  readonly failure?: Failure;
  /** Whoever held it was not heard of any more. */
  readonly isLost?: boolean;
  /** What its process said besides its log: a stack, a refusal. */
  readonly said: string;
};

export type Ended = { readonly kind: 'manifest'; readonly manifest: Manifest } | { readonly kind: 'died'; readonly died: Died };

export type Running = {
  readonly startedAtMs: number;
  /** Settles once it will run whatever becomes of this builder; at once where it is not given. */
  readonly ordered?: Promise<unknown>;
  /** Settles once no process of the attempt is left. */
  readonly ended: Promise<Ended>;
  /** SIGTERM, the order's grace, SIGKILL to all that belongs to it. */
  cancel(): void;
  /** It goes on, and nobody here waits for it any more. */
  release(): void;
};

export type Executor = {
  /** Begins an attempt whose order lies in its folder. */
  start(folder: string, order: Order): Running;
  /** Another one will follow soon, by the adapfile in this folder: what can be made ready before its order may be. */
  prepare(root: string): void;
  /** Nothing more is started; what was made ready is not needed. Settles when nothing of it is open any more. */
  close(): Promise<void> | undefined;
  /** An attempt of an earlier builder, if it is still alive. */
  adopt(folder: string, order: Order): Running | undefined;
  /** Ends what a dead attempt may have left running, and its own process where that is named. */
  sweep(of: Pick<Order, 'attempt'>, leader?: number): Promise<void>;
  /** It brings what an order names to where it runs; else that is for the builder to do. */
  readonly isElsewhere?: boolean;
  /** What this executor has to give; undefined where there is no end of it. */
  readonly capacity: Capacity;
};

export type Capacity = { readonly cpus: number; readonly memoryGiB: number; readonly scratchGiB: number };
