import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createEc2Client,
  type Ec2CallRecord,
  type Ec2ClientOptions,
} from '../../src/adapters/ec2/ec2-client.ts';

/** Parameters of a request, by wire name; `Version` is left out. */
export type WireRequest = Readonly<Record<string, string>>;

/** How a request is answered; `never` leaves the caller waiting, `reset` breaks the connection. */
export type WireReply = { readonly status?: number; readonly body: string } | 'never' | 'reset';

/** A loopback endpoint that answers as it is told, and keeps what it was asked. */
export interface RecordingEc2 {
  readonly url: string;
  readonly requests: WireRequest[];
  /** User-Agent of each request. */
  readonly userAgents: string[];
  /** Answers everything from now on. */
  answer(reply: (request: WireRequest, count: number) => WireReply): void;
  /** Resolves once so many requests came in. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A reply in EC2's XML. */
export function xmlReply(action: string, body: string): WireReply {
  return { body: `<${action}Response><requestId>r-1</requestId>${body}</${action}Response>` };
}

/** A refusal in EC2's XML. */
export function xmlError(code: string, message: string, status = 400): WireReply {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body: `<Response><Errors>${error}</Errors><RequestID>r-1</RequestID></Response>` };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function send(reply: WireReply, response: ServerResponse): void {
  if (reply === 'never') return;
  if (reply === 'reset') {
    response.socket?.destroy();
    return;
  }
  response.writeHead(reply.status ?? 200, { 'content-type': 'text/xml' });
  response.end(reply.body);
}

function unanswerable(): WireReply {
  return { status: 500, body: '' };
}

/** Starts the endpoint on a free port of loopback. */
export async function startRecordingEc2(): Promise<RecordingEc2> {
  const requests: WireRequest[] = [];
  const userAgents: string[] = [];
  const waiters = new Map<number, () => void>();
  let answer: (request: WireRequest, count: number) => WireReply = unanswerable;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { Version: _, ...params } = Object.fromEntries(new URLSearchParams(body));
      requests.push(params);
      userAgents.push(request.headers['user-agent'] ?? '');
      waiters.get(requests.length)?.();
      send(answer(params, requests.length), response);
      return undefined;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    userAgents,
    answer: (reply) => {
      answer = reply;
    },
    arrived: (count) =>
      requests.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.set(count, resolve);
          }),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The product's client on an endpoint, with what it records. */
export function clientOf(
  endpoint: string,
  options: Pick<Ec2ClientOptions, 'admit' | 'onThrottle'> = {},
): { readonly client: ReturnType<typeof createEc2Client>; readonly records: Ec2CallRecord[] } {
  const records: Ec2CallRecord[] = [];
  const client = createEc2Client({
    region: 'us-east-1',
    maxAttempts: 2,
    userAgent: 'multi-eni-operator/test',
    monotonicMs: () => performance.now(),
    onCall: (record) => records.push(record),
    override: { endpoint, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'not-a-secret' } },
    ...options,
  });
  return { client, records };
}
