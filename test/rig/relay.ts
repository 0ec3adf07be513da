import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A wire to a server of this machine that can be cut: whoever is connected hears no more, and nobody gets through until it is whole again. */
export type Relay = { readonly port: number; cut(is: boolean): void; close(): void };

/** A port of 127.0.0.1, or the path of a socket. */
export async function openRelay(to: number | string): Promise<Relay> {
  let isCut = false;
  const open = new Set<Socket>();
  const end = (): void => open.forEach((socket) => socket.destroy());
  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const far = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to);
    for (const [one, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    cut(is) {
      isCut = is;
      if (is) end();
    },
    close() {
      server.close();
      end();
    },
  };
}
