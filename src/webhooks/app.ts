import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { allow, type Answer, deny, parseReview, toReview, warnAlso } from './admission-review.ts';
import type { ReviewRecord } from './webhook-metrics.ts';

/** One path of the server. */
export interface Webhook {
  /** For metrics and logs. */
  readonly name: string;
  readonly path: string;
  readonly review: (request: AdmissionRequest) => Answer;
  /** Warnings beside those of the verdict, for what is let pass; they may take time, and never reject. */
  readonly moreWarnings?: (request: AdmissionRequest) => Promise<readonly string[]>;
  /** Whether an operation passes when the review itself fails; must agree with the `failurePolicy` of its entry. */
  readonly failsOpen: (request: AdmissionRequest) => boolean;
}

/** What {@link createApp} needs. */
export interface AppDeps {
  readonly webhooks: readonly Webhook[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onReview: (record: ReviewRecord) => void;
  /** True from the moment on at which the process is asked to end: clients are told to connect elsewhere. */
  readonly isDraining: () => boolean;
}

/** The HTTPS application. */
export type App = FastifyInstance<Server, IncomingMessage, ServerResponse>;

/** An API request has at most 3 MiB; object, old object and the envelope come on top. */
const BODY_LIMIT = 8 * 1024 * 1024;
/**
 * Longer than the API server keeps an idle connection (90 s, apimachinery util/net/http.go): the side that sends
 * requests has to be the one that closes, or a request meets a closed connection.
 */
const KEEP_ALIVE_MS = 120_000;
/** Longer than any timeout of a webhook, so that only broken senders meet it. */
const REQUEST_TIMEOUT_MS = 15_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const LONGEST_UID = 256;

/** Creates the application; it has no certificate yet and does not listen. */
export function createApp(deps: AppDeps): App {
  const app: App = fastify({
    https: { minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
    logger: false,
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  });
  app.addHook('onSend', async (_request, reply) => {
    if (deps.isDraining()) void reply.header('connection', 'close');
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 404, 'no webhook has this path'));
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    const problem = error instanceof Error ? error.message : String(error);
    if (status >= 500) deps.logger.error({ path: request.url, err: error }, 'webhook call failed');
    const webhook = deps.webhooks.find(({ path }) => path === request.routeOptions.url);
    if (webhook !== undefined) {
      deps.onReview({ webhook: webhook.name, operation: 'unknown', verdict: 'malformed', durationMs: 0 });
    }
    return sendProblem(reply, status, problem);
  });
  for (const webhook of deps.webhooks) {
    app.post(webhook.path, (request, reply) => answer(deps, webhook, request.body, reply));
  }
  return app;
}

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' ? status : 500;
}

function sendProblem(reply: FastifyReply, status: number, problem: string): FastifyReply {
  return reply.code(status).send({ code: status, message: problem });
}

async function answer(
  deps: AppDeps,
  webhook: Webhook,
  body: unknown,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { clock, onReview } = deps;
  const fromMs = clock.monotonicMs();
  const parsed = parseReview(body);
  const count = (operation: string, verdict: ReviewRecord['verdict']): void =>
    onReview({ webhook: webhook.name, operation, verdict, durationMs: clock.monotonicMs() - fromMs });
  if (parsed.kind === 'malformed') {
    deps.logger.warn({ webhook: webhook.name, problem: parsed.problem }, 'malformed review');
    count('unknown', 'malformed');
    return sendProblem(reply, 400, parsed.problem);
  }
  const { request } = parsed;
  const result = await withMoreWarnings(webhook, request, reviewSafely(deps, webhook, request));
  logRefusal(deps.logger, webhook, { request, result });
  count(request.operation, result.verdict);
  return reply.send(toReview(result.response));
}

async function withMoreWarnings(
  { moreWarnings }: Webhook,
  request: AdmissionRequest,
  result: Answer,
): Promise<Answer> {
  if (moreWarnings === undefined || result.verdict !== 'allowed') return result;
  const warnings = await moreWarnings(request);
  return warnings.length === 0 ? result : warnAlso(result, warnings);
}

/** A defect of ours refuses or passes as the `failurePolicy` would have it. */
function reviewSafely(deps: AppDeps, webhook: Webhook, request: AdmissionRequest): Answer {
  try {
    return webhook.review(request);
  } catch (error) {
    const { uid, operation, name } = request;
    deps.logger.error({ webhook: webhook.name, uid, operation, name, err: error }, 'review failed');
    if (webhook.failsOpen(request)) {
      const warnings = [`webhook ${webhook.name} failed and let this pass unchecked; see its log for ${uid}`];
      return { ...allow(request, { warnings }), verdict: 'failed' };
    }
    const message = `webhook ${webhook.name} failed; see its log for ${uid.slice(0, LONGEST_UID)}`;
    return deny(request, { code: 500, reason: 'InternalError', message }, { verdict: 'failed' });
  }
}

function logRefusal(
  logger: Logger,
  webhook: Webhook,
  { request, result }: { readonly request: AdmissionRequest; readonly result: Answer },
): void {
  if (result.response.allowed || result.verdict === 'failed') return;
  const { uid, operation, name, userInfo, dryRun = false } = request;
  logger.info(
    {
      webhook: webhook.name,
      uid,
      operation,
      name,
      user: userInfo.username,
      dryRun,
      rules: result.rules,
      reason: result.response.status?.message,
    },
    'operation refused',
  );
}
