/** A way from this machine to Redis on the cluster, through the API server: a port of this machine, as `kubectl port-forward` makes one. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Kube } from './kube.ts';
import { REDIS, selectorOf } from './names.ts';
import { REDIS_PORT } from './redis-objects.ts';

export type Tunnel = { readonly port: number; close(): void };

/** Each connection is one to the pod that is Redis then; it breaks when that pod, or the API server, is away. */
export async function openTunnel(kube: Kube, named: string): Promise<Tunnel> {
  const { PortForward } = await import('@kubernetes/client-node');
  const forward = new PortForward(kube.config);
  const open = new Set<Socket>();
  const connectTo = async (socket: Socket): Promise<void> => {
    const pods = await kube.pods(selectorOf(named, REDIS));
    const pod = pods.find(({ status, metadata }) => status?.phase === 'Running' && metadata?.deletionTimestamp === undefined);
    const name = pod?.metadata?.name;
    if (name === undefined) throw new Error('no pod of Redis runs');
    const said = new PassThrough();
    said.once('data', () => socket.destroy());
    const web = await forward.portForward(kube.namespace, name, [REDIS_PORT], socket, said, socket);
    if (typeof web === 'function') return;
    const end = (): void => {
      socket.destroy();
      web.terminate();
    };
    web.on('close', end).on('error', end);
    socket.on('close', end);
    // Whoever wanted it may have gone meanwhile.
    if (socket.destroyed) end();
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    connectTo(socket).catch(() => socket.destroy());
  });
  await new Promise<void>((done, fail) => server.on('error', fail).listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
