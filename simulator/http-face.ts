import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AdminReply, AdminRequest } from './admin.ts';
import type { Clock } from './clock.ts';
import type { CallOutcome, CallRequest, Dispatcher } from './dispatcher.ts';
import { renderError, renderReply } from './xml.ts';

/** What stands behind the HTTP face. */
export interface HttpDeps {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly answerAdmin: (request: AdminRequest) => AdminReply;
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

// AWS SigV4: Credential=KEYID/date/region/service/aws4_request. The signature itself is not verified.
function scopeOf(authorization: string): { readonly identity: string; readonly region: string } {
  const match = /Credential=([^/,\s]{1,128})\/\d+\/([a-z0-9-]{1,32})\//.exec(authorization);
  return { identity: match?.[1] ?? 'anonymous', region: match?.[2] ?? 'us-east-1' };
}

function callOf(request: IncomingMessage, url: URL, body: string): CallRequest {
  return {
    fields: [...url.searchParams, ...new URLSearchParams(body)],
    ...scopeOf(request.headers.authorization ?? ''),
    userAgent: request.headers['user-agent'] ?? '',
  };
}

function send(
  response: ServerResponse,
  status: number,
  content: { readonly type: string; readonly text: string },
): void {
  response.writeHead(status, {
    'content-type': content.type,
    'content-length': Buffer.byteLength(content.text),
  });
  response.end(content.text);
}

function sendOutcome(response: ServerResponse, outcome: CallOutcome): void {
  const { reply, requestId } = outcome;
  const status = 'error' in reply ? reply.error.status : 200;
  const whole =
    'error' in reply
      ? renderError(reply.error.code, reply.error.message, requestId)
      : renderReply(outcome.action, requestId, reply.result);
  const text = outcome.transport === 'malformed' ? whole.slice(0, Math.floor(whole.length / 2)) : whole;
  send(response, status, { type: 'text/xml;charset=UTF-8', text });
}

async function answer(deps: HttpDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const body = await readBody(request);
  if (body === undefined) {
    send(response, 413, { type: 'text/plain', text: `the body exceeds ${MAX_BODY_BYTES} bytes\n` });
    return;
  }
  if (url.pathname.startsWith('/_sim/')) {
    const reply = deps.answerAdmin({ method: request.method ?? 'GET', url, body });
    send(response, reply.status, { type: 'application/json', text: JSON.stringify(reply.body) });
    return;
  }
  const outcome = deps.dispatcher.dispatch(callOf(request, url, body));
  if (outcome.delayMs > 0) {
    await new Promise<void>((resolve) => {
      deps.clock.setTimer(outcome.delayMs, resolve);
    });
  }
  if (outcome.transport === 'reset') request.socket.resetAndDestroy();
  else sendOutcome(response, outcome);
}

/** The server, not listening yet. A bug in an action is answered with InternalError and logged. */
export function createHttpFace(deps: HttpDeps): Server {
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answer(deps, request, response).catch((error: unknown) => {
      deps.log('call failed', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      if (response.headersSent) response.destroy();
      else
        send(response, 500, {
          type: 'text/xml',
          text: renderError('InternalError', 'simulator bug, see its log', 'none'),
        });
    });
  });
}
