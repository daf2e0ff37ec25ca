import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Client side of mutual TLS, as PEM text. */
export interface ClientTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** One request to a server of ours. */
export interface LoopbackRequest {
  readonly url: string;
  readonly tls?: ClientTls;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
}

/** Status and text of a reply. */
export interface LoopbackReply {
  readonly status: number;
  readonly body: string;
}

const timeoutMs = 5_000;

/** Sends a request past any configured proxy; undefined when nobody answers (yet). */
export async function requestLoopback(options: LoopbackRequest): Promise<LoopbackReply | undefined> {
  const { promise, resolve } = Promise.withResolvers<LoopbackReply | undefined>();
  const send = options.tls === undefined ? httpRequest : httpsRequest;
  const settings = {
    method: options.method ?? 'GET',
    agent: false,
    timeout: timeoutMs,
    ...options.tls,
  } as const;
  const request = send(options.url, settings, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    response.on('error', () => resolve(undefined));
  });
  request.on('timeout', () => request.destroy());
  // Refused, reset and timed out all mean "not there yet" to those who poll.
  request.on('error', () => resolve(undefined));
  request.on('close', () => resolve(undefined));
  request.end(options.body);
  return promise;
}
