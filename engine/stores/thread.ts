/** A store in a thread of its own, which is begun at the first question. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { storeRefusal } from './refusal.ts';
import type { Address } from '../model/object.ts';
import type { Store } from './store.ts';
import type { Call, Fault, Question, Reply, ThreadData } from './store-thread.ts';

type Waiting<T> = { readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Awaited<R> : never };

export type StoreThread = {
  readonly store: Store;
  /** The same, answered before anything else happens. */
  readonly now: Waiting<Omit<Store, 'close'>>;
  /** Many questions at once. */
  readonly all: (calls: readonly Call[]) => readonly unknown[];
  close(): void;
};

type Open = {
  readonly done: (values: readonly unknown[]) => void;
  readonly fail: (error: Error) => void;
  readonly onBytes?: (bytes: number) => void;
};

const NAMES = ['list', 'stat', 'read', 'readPart', 'fetch', 'write', 'upload', 'commit', 'copy', 'remove', 'abandonUploads'] as const;

export function openStoreThread(address: Address): StoreThread {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const open = new Map<number, Open>();
  let worker: Worker | undefined;
  let count = 0;
  const ask = (question: Question): void => {
    worker ??= begin({ address, port: port2, signal: flag.buffer });
    worker.postMessage(question);
  };
  const begin = (data: ThreadData): Worker => {
    const begun = new Worker(new URL('./store-thread.ts', import.meta.url), { workerData: data, transferList: [data.port] });
    begun.unref();
    begun.on('message', (reply: Reply) => {
      const one = open.get(reply.id);
      if ('bytes' in reply) return one?.onBytes?.(reply.bytes);
      open.delete(reply.id);
      if (open.size === 0) begun.unref();
      if ('fault' in reply) one?.fail(errorOf(reply.fault));
      else one?.done(reply.values);
    });
    begun.on('error', (error) => {
      for (const one of open.values()) one.fail(error);
      open.clear();
    });
    return begun;
  };
  const all = (calls: readonly Call[]): readonly unknown[] => {
    Atomics.store(flag, 0, 0);
    ask({ id: (count += 1), calls, waits: true });
    Atomics.wait(flag, 0, 0);
    const reply = receiveMessageOnPort(port1)?.message as Reply | undefined;
    if (reply === undefined || 'bytes' in reply) throw new Error('bug: the thread of the store has not answered');
    if ('fault' in reply) throw errorOf(reply.fault);
    return reply.values;
  };
  const later = (name: Call[0], args: readonly unknown[]): Promise<unknown> =>
    new Promise((done, fail) => {
      const last = args.at(-1);
      const onBytes = typeof last === 'object' && last !== null && 'onBytes' in last ? (last.onBytes as Open['onBytes']) : undefined;
      // A function stays here: it is told by messages.
      const sent = onBytes === undefined ? args : [...args.slice(0, -1), { ...(last as object), onBytes: true }];
      const id = (count += 1);
      open.set(id, { done: ([value]) => done(value), fail, ...(onBytes === undefined ? {} : { onBytes }) });
      ask({ id, calls: [[name, sent]], waits: false });
      worker?.ref();
    });
  const store = Object.fromEntries(NAMES.map((name) => [name, (...args: unknown[]) => later(name, args)]));
  const now = Object.fromEntries(NAMES.map((name) => [name, (...args: unknown[]) => all([[name, args]])[0]]));
  const close = (): void => {
    port1.close();
    void worker?.terminate();
  };
  return { store: { ...store, close } as unknown as Store, now: now as unknown as StoreThread['now'], all, close };
}

function errorOf({ message, code, problem, failing }: Fault): Error {
  if (problem !== undefined)
    return storeRefusal(problem as Parameters<typeof storeRefusal>[0], failing as Parameters<typeof storeRefusal>[1]);
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}
