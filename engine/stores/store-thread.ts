/** The thread in which a store is asked: its callers may wait for an answer with all else at rest, or go on meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { isStoreRefusal } from './refusal.ts';
import type { Address } from '../model/object.ts';
import type { Store } from './store.ts';

export type Call = readonly [name: keyof Store, args: readonly unknown[]];

/** `waits`: all of them are answered on the port of those who wait. `onBytes` in the last argument of a call says that bytes are to be told. */
export type Question = { readonly id: number; readonly calls: readonly Call[]; readonly waits: boolean };

export type Fault = { readonly message: string; readonly code?: string; readonly problem?: unknown; readonly failing?: unknown };
export type Reply =
  | { readonly id: number; readonly bytes: number }
  | { readonly id: number; readonly values: readonly unknown[] }
  | { readonly id: number; readonly fault: Fault };

export type ThreadData = { readonly address: Address; readonly port: MessagePort; readonly signal: SharedArrayBuffer };

const { address, port, signal } = workerData as ThreadData;
const flag = new Int32Array(signal);
let store: Promise<Store> | undefined;

parentPort?.on('message', (question: Question) => void answer(question));

async function answer({ id, calls, waits }: Question): Promise<void> {
  const say = (reply: Reply): void => (waits ? port.postMessage(reply) : parentPort?.postMessage(reply));
  try {
    store ??= import('./s3.ts').then(({ openS3 }) => openS3(address));
    const opened = await store;
    const ask = ([name, args]: Call): unknown => {
      const last = args.at(-1);
      const told = typeof last === 'object' && last !== null && 'onBytes' in last;
      const given = told ? [...args.slice(0, -1), { ...last, onBytes: (bytes: number) => say({ id, bytes }) }] : args;
      return (opened[name] as (...all: readonly unknown[]) => unknown)(...given);
    };
    say({ id, values: await Promise.all(calls.map(ask)) });
  } catch (error) {
    say({ id, fault: faultOf(error) });
  }
  if (!waits) return;
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

function faultOf(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const rest = isStoreRefusal(error) ? { problem: error.problem, failing: error.failing } : {};
  return { message, ...(code === undefined ? {} : { code }), ...rest };
}
