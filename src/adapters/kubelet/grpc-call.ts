import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';

/** One unary call of gRPC over HTTP/2 on a Unix socket, in clear text. */
export interface GrpcCall {
  readonly socketPath: string;
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly message: Uint8Array;
  /** Of the whole call. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A call that was answered with another status than OK (grpc.io, Status codes). */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const UNKNOWN = 2;
const PREFIX_BYTES = 5;
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** Length-Prefixed-Message of the gRPC protocol (grpc/grpc, PROTOCOL-HTTP2.md), not compressed. */
function frame(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

function unframe(bytes: Buffer): Uint8Array {
  if (bytes.length < PREFIX_BYTES) throw new GrpcError(UNKNOWN, 'the reply holds no message');
  const [isCompressed] = bytes;
  const end = PREFIX_BYTES + bytes.readUInt32BE(1);
  if (isCompressed !== 0 || bytes.length < end) {
    throw new GrpcError(UNKNOWN, 'the message of the reply is compressed, or cut off');
  }
  return bytes.subarray(PREFIX_BYTES, end);
}

function checkStatus(headers: IncomingHttpHeaders, trailers: IncomingHttpHeaders): void {
  const status = trailers['grpc-status'] ?? headers['grpc-status'];
  if (status === '0') return;
  const message = trailers['grpc-message'] ?? headers['grpc-message'];
  const code = status === undefined ? UNKNOWN : Number(status);
  throw new GrpcError(
    code,
    decodeURIComponent(String(message ?? `HTTP status ${String(headers[':status'])}`)),
  );
}

async function readReply(stream: ClientHttp2Stream): Promise<Uint8Array> {
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.once('response', (received) => (headers = received));
  stream.once('trailers', (received) => (trailers = received));
  const chunks: Buffer[] = [];
  let bytes = 0;
  const body: AsyncIterable<Buffer> = stream;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) throw new GrpcError(UNKNOWN, `the reply exceeds ${MAX_REPLY_BYTES} bytes`);
  }
  checkStatus(headers, trailers);
  return unframe(Buffer.concat(chunks));
}

/** @throws errors of the socket as they are, which HTTP/2 would wrap */
async function openSession(socketPath: string, signal: AbortSignal): Promise<ClientHttp2Session> {
  const socket = connectSocket(socketPath);
  await once(socket, 'connect', { signal });
  // Loaded with the first call: most nodes never have one.
  const http2 = await import('node:http2');
  return http2.connect('http://localhost', { createConnection: () => socket });
}

/**
 * The message of the reply.
 * @throws GrpcError for another status than OK; errors of the socket, with their `code`, where nobody answers
 */
export async function callGrpc(call: GrpcCall): Promise<Uint8Array> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs)]);
  const session = await openSession(call.socketPath, signal);
  const { promise: broken, reject } = Promise.withResolvers<never>();
  session.on('error', reject);
  const abort = (): void => {
    reject(signal.reason);
    session.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  // Which of the two is told first does not matter; the other must not go unheard.
  broken.catch(() => undefined);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':authority': 'localhost',
      ':path': call.path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', reject);
    stream.end(frame(call.message));
    return await Promise.race([readReply(stream), broken]);
  } finally {
    signal.removeEventListener('abort', abort);
    session.destroy();
  }
}
