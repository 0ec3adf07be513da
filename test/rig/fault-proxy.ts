import { once } from 'node:events';
import { Agent, createServer, request as send } from 'node:http';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';

/** What may happen to a request between a client and S3. */
export type Fault = 'error-500' | 'slow-down-503' | 'reset' | 'cut-upload' | 'truncated-get' | 'flipped-get' | 'lost-answer';

type Kind = 'list' | 'head' | 'get' | 'put' | 'copy' | 'delete' | 'post';

/** A fault counts when it is done to a request; a request counts whether it is hurt or not. */
export type FaultCounts = Readonly<Record<Fault | Kind | 'requests', number>>;

/** Stands before an S3 over plain HTTP, and hurts a share of what goes through. Clients name it as their endpoint. */
export type FaultProxy = {
  readonly endpoint: string;
  readonly counts: () => FaultCounts;
  /** 0 to 1. It holds from the next request on. */
  setShare(share: number): void;
  /** A request that none of these fits is left alone. */
  only(faults: readonly Fault[]): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** One request of a client, and the way on to S3. */
type Exchange = {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** 0 ≤ where < 1: where in the body it is hurt, whose length nobody knows yet when that is drawn. */
  readonly where: number;
  /** S3 is asked; the body of the request is not on its way yet. */
  readonly ask: () => ClientRequest;
  readonly count: () => void;
};

type Row = { readonly fits: (incoming: IncomingMessage) => boolean; readonly hurt: (exchange: Exchange) => Promise<void> };

const anyRequest = (): boolean => true;

const ROWS: Readonly<Record<Fault, Row>> = {
  'error-500': { fits: anyRequest, hurt: refuseWith(500, 'InternalError') },
  'slow-down-503': { fits: anyRequest, hurt: refuseWith(503, 'SlowDown') },
  reset: { fits: anyRequest, hurt: reset },
  'cut-upload': { fits: anyRequest, hurt: (exchange) => (hasBody(exchange.incoming) ? cutUpload(exchange) : reset(exchange)) },
  'truncated-get': { fits: isObjectGet, hurt: truncateGet },
  'flipped-get': { fits: isObjectGet, hurt: flipGet },
  'lost-answer': { fits: ({ method = '' }) => ['PUT', 'POST', 'DELETE'].includes(method), hurt: loseAnswer },
};

export const FAULTS = Object.keys(ROWS) as readonly Fault[];

export async function startFaultProxy(options: {
  readonly upstream: string;
  readonly seed: number;
  readonly share: number;
  readonly faults?: readonly Fault[];
}): Promise<FaultProxy> {
  const random = createRandom(options.seed);
  const counts = noCounts();
  let { share, faults = FAULTS } = options;
  const upstream = new URL(options.upstream);
  // Shorter than what servers wait for the next request: a connection that just then ends would be a fault that nobody drew.
  const agent = new Agent({ keepAlive: true, timeout: 4000 });
  const take = (incoming: IncomingMessage, response: ServerResponse): void => {
    const kind = kindOf(incoming);
    counts.requests += 1;
    if (kind !== undefined) counts[kind] += 1;
    const { fault, where } = draw(random, share, fitting(faults, incoming));
    const count = (): void => {
      if (fault !== undefined) counts[fault] += 1;
    };
    sockets.set(incoming, incoming.socket);
    const exchange = { incoming, response, where, count, ask: () => ask(incoming, response, { upstream, agent }) };
    const hurt = fault === undefined ? passOn : ROWS[fault].hurt;
    // When S3 itself fails, that is what the client sees: a connection that ends.
    hurt(exchange).catch(() => cut(incoming));
  };
  // No time limits of its own, for the same reason.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, take).on('checkContinue', take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ ...counts }),
    setShare: (to) => {
      share = to;
    },
    only: (these) => {
      faults = these;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/** Its connection ends. Of a message that is over Node has taken the socket away. */
const cut = (incoming: IncomingMessage): void => void sockets.get(incoming)?.destroy();
const sockets = new WeakMap<IncomingMessage, Socket>();

const noCounts = (): Record<keyof FaultCounts, number> => ({
  requests: 0,
  list: 0,
  head: 0,
  get: 0,
  put: 0,
  copy: 0,
  delete: 0,
  post: 0,
  'error-500': 0,
  'slow-down-503': 0,
  reset: 0,
  'cut-upload': 0,
  'truncated-get': 0,
  'flipped-get': 0,
  'lost-answer': 0,
});

const fitting = (faults: readonly Fault[], incoming: IncomingMessage): readonly Fault[] =>
  faults.filter((fault) => ROWS[fault].fits(incoming));

/** As many draws for each request, and all of them as it arrives: what is decided depends on the order of requests only. */
function draw(random: Random, share: number, among: readonly Fault[]): { readonly fault: Fault | undefined; readonly where: number } {
  const isHurt = random.chance(share);
  const fault = random.pick(among);
  const where = random.below(2 ** 32) / 2 ** 32;
  return { fault: isHurt ? fault : undefined, where };
}

function kindOf({ method, url = '', headers }: IncomingMessage): Kind | undefined {
  switch (method) {
    case 'GET':
      return queryOf(url).has('list-type') ? 'list' : 'get';
    case 'HEAD':
      return 'head';
    case 'PUT':
      return headers['x-amz-copy-source'] === undefined ? 'put' : 'copy';
    case 'DELETE':
      return 'delete';
    case 'POST':
      return 'post';
    default:
      return undefined;
  }
}

const queryOf = (url: string): URLSearchParams => new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');

/** What a query may say of an object whose bytes are wanted; all else asks for XML: listings, parts, tags. */
const OF_OBJECT = /^(x-id|versionId|partNumber|response-.*|x-amz-.*)$/i;

function isObjectGet({ method, url = '' }: IncomingMessage): boolean {
  const hasKey = /^\/[^/?]+\/[^?]/.test(url);
  return method === 'GET' && hasKey && [...queryOf(url).keys()].every((name) => OF_OBJECT.test(name));
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** 0 of an answer that brings no object: these are not hurt, since nobody would compare them with anything. */
function objectLength({ statusCode, headers }: IncomingMessage): number {
  return statusCode === 200 || statusCode === 206 ? Number(headers['content-length'] ?? 0) : 0;
}

/** The request as it came, to the byte: its signature covers the `host` of the client, the path, the query and more. */
function ask(incoming: IncomingMessage, response: ServerResponse, to: { readonly upstream: URL; readonly agent: Agent }): ClientRequest {
  const { method, url } = incoming;
  const { hostname, port } = to.upstream;
  const asked = send({ agent: to.agent, host: hostname, port, method, path: url, headers: requestHeaders(incoming), setHost: false });
  asked.on('continue', () => response.writeContinue());
  asked.on('error', () => {
    if (response.writableEnded) incoming.resume();
    else cut(incoming);
  });
  incoming.on('close', () => {
    if (!incoming.complete) asked.destroy();
  });
  response.on('close', () => {
    if (!response.writableFinished) asked.destroy();
  });
  return asked;
}

/** Of a PUT that says nothing of a body, Node would make one with chunks. */
function requestHeaders({ rawHeaders, headers, method = '' }: IncomingMessage): string[] {
  const saysLength = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  return saysLength || ['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method) ? rawHeaders : [...rawHeaders, 'Content-Length', '0'];
}

async function answerTo({ ask: start, incoming }: Exchange): Promise<IncomingMessage> {
  const [answer] = (await once(incoming.pipe(start()), 'response')) as [IncomingMessage];
  return answer;
}

function beginAnswer(answer: IncomingMessage, { response }: Exchange): void {
  response.sendDate = false;
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHeaders(answer));
  response.flushHeaders();
}

/** These two are of one connection, and this is another one. */
const answerHeaders = ({ rawHeaders }: IncomingMessage): string[] =>
  rawHeaders.filter((_, index) => !/^(connection|keep-alive)$/i.test(rawHeaders[index - (index % 2)] ?? ''));

const passOn = async (exchange: Exchange): Promise<void> => passAnswer(await answerTo(exchange), exchange);

async function passAnswer(answer: IncomingMessage, exchange: Exchange): Promise<void> {
  beginAnswer(answer, exchange);
  await pipeline(answer, exchange.response);
}

function refuseWith(status: number, code: string): Row['hurt'] {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  const body = Buffer.from(`${head}<Error><Code>${code}</Code><Message>by the fault proxy</Message><RequestId>fault</RequestId></Error>`);
  return async ({ incoming, response, count }) => {
    count();
    // A client may first want to be rid of its body.
    incoming.resume();
    response.writeHead(status, { 'Content-Type': 'application/xml', 'Content-Length': body.length });
    response.end(body);
  };
}

async function reset({ incoming, count }: Exchange): Promise<void> {
  count();
  cut(incoming);
}

async function cutUpload({ incoming, ask: start, count }: Exchange): Promise<void> {
  count();
  const asked = start();
  // An answer before the end of the body is a refusal, after which no more of it may come.
  asked.on('response', () => incoming.destroy());
  await passFirst(half(uploadLength(incoming)), incoming, asked);
  asked.destroy();
  cut(incoming);
}

/** Of a body in chunks, what it carries is told by its signer; else nothing is known, and some is as good as half. */
const uploadLength = ({ headers }: IncomingMessage): number =>
  Number(headers['content-length'] ?? headers['x-amz-decoded-content-length'] ?? 2);

async function truncateGet(exchange: Exchange): Promise<void> {
  const answer = await answerTo(exchange);
  const length = objectLength(answer);
  if (length === 0) return passAnswer(answer, exchange);
  exchange.count();
  beginAnswer(answer, exchange);
  await passFirst(half(length), answer, exchange.response);
  cut(exchange.incoming);
}

const half = (length: number): number => Math.floor(length / 2);

/** What it has passed on has left when it ends. The rest of `from` is given up. */
async function passFirst(limit: number, from: Readable, to: Writable): Promise<void> {
  let left = limit;
  for await (const piece of from as AsyncIterable<Buffer>) {
    const part = piece.subarray(0, left);
    left -= part.length;
    await written(part, to);
    if (left === 0) return;
  }
}

const written = (part: Buffer, to: Writable): Promise<void> =>
  new Promise((done) => {
    const end = (): void => {
      to.off('close', end);
      done();
    };
    to.once('close', end);
    to.write(part, end);
  });

async function flipGet(exchange: Exchange): Promise<void> {
  const answer = await answerTo(exchange);
  const length = objectLength(answer);
  if (length === 0) return passAnswer(answer, exchange);
  exchange.count();
  beginAnswer(answer, exchange);
  await pipeline(answer, (pieces: AsyncIterable<Buffer>) => flipped(pieces, Math.floor(exchange.where * length * 8)), exchange.response);
}

async function* flipped(pieces: AsyncIterable<Buffer>, bit: number): AsyncGenerator<Buffer> {
  let at = Math.floor(bit / 8);
  for await (const piece of pieces) {
    const byte = piece[at];
    if (byte !== undefined) piece[at] = byte ^ (1 << (bit % 8));
    at -= piece.length;
    yield piece;
  }
}

async function loseAnswer(exchange: Exchange): Promise<void> {
  const answer = await answerTo(exchange);
  await finished(answer.resume());
  exchange.count();
  cut(exchange.incoming);
}
