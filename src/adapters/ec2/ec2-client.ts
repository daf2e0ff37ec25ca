import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { toEc2Error } from './ec2-error.ts';

/** One finished EC2 call, SDK retries included, for metrics. */
export interface Ec2CallRecord {
  /** EC2 action, for example `CreateNetworkInterface`. */
  readonly action: string;
  /** `ok`, or the EC2 error code. */
  readonly result: string;
  readonly durationMs: number;
}

/** What {@link createEc2Client} needs. */
export interface Ec2ClientOptions {
  readonly region: string;
  /**
   * Tries of one call by the SDK; every longer wait is the work queue's. 1 for calls that change something: a refusal
   * of a hidden second try would say nothing of the first.
   */
  readonly maxAttempts: 1 | 2;
  /** Added to the User-Agent, so that an account's owner can tell whose calls these are. */
  readonly userAgent: string;
  /** Milliseconds from an arbitrary origin, never going back. */
  readonly monotonicMs: () => number;
  readonly onCall?: (record: Ec2CallRecord) => void;
  /** For endpoints that are not AWS's own, set in code; the environment's count otherwise. */
  readonly override?: Pick<EC2ClientConfig, 'endpoint' | 'credentials'>;
  /** Awaited before every request that goes out, the SDK's retries too; `attempt` counts from 1. */
  readonly admit?: (action: string, attempt: number) => Promise<void>;
  /** EC2 throttled one request; told for each, whether or not the SDK's retry then succeeds. */
  readonly onThrottle?: (action: string) => void;
}

function actionOf(commandName: string | undefined): string {
  return (commandName ?? 'Unknown').replace(/Command$/, '');
}

function isThrottle(error: unknown): boolean {
  return toEc2Error('', error).reason === 'Throttled';
}

function resultOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/**
 * The SDK client with time limits (its default is none: a silent server would hang it) and few retries. Credentials
 * come from the default chain: IRSA, EKS Pod Identity, environment, instance profile; the endpoint from
 * `AWS_ENDPOINT_URL_EC2` where it is set.
 */
export function createEc2Client(options: Ec2ClientOptions): EC2Client {
  const client = new EC2Client({
    ...options.override,
    region: options.region,
    maxAttempts: options.maxAttempts,
    retryMode: 'standard',
    customUserAgent: options.userAgent,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 2_000,
      requestTimeout: 15_000,
      throwOnRequestTimeout: true,
    }),
  });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const startedAtMs = options.monotonicMs();
      const action = actionOf(context.commandName);
      const record = (result: string): void =>
        options.onCall?.({ action, result, durationMs: options.monotonicMs() - startedAtMs });
      try {
        const reply = await next(args);
        record('ok');
        return reply;
      } catch (error) {
        record(resultOf(error));
        throw error;
      }
    },
    { step: 'initialize', name: 'recordCalls' },
  );
  const { admit, onThrottle } = options;
  client.middlewareStack.add(
    (next, context) => {
      const action = actionOf(context.commandName);
      let attempt = 0;
      return async (args) => {
        attempt += 1;
        await admit?.(action, attempt);
        try {
          return await next(args);
        } catch (error) {
          if (isThrottle(error)) onThrottle?.(action);
          throw error;
        }
      };
    },
    // After the retry middleware, so that each of its attempts passes here.
    { step: 'finalizeRequest', priority: 'low', name: 'admitCalls' },
  );
  return client;
}
