import { EC2Client } from '@aws-sdk/client-ec2';
import { createEc2Simulator, type Ec2SimulatorCore } from '../../simulator/ec2-simulator.ts';
import type { CallOutcome } from '../../simulator/dispatcher.ts';
import { type Knobs, knobsOf, type ProfileName } from '../../simulator/knobs.ts';
import { renderError, renderReply } from '../../simulator/xml.ts';
import { type Seed, seedEc2, type SeedPlan } from '../support/seed-ec2.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A request as the SDK hands it to its transport; the rest of it does not matter here. */
interface SdkRequest {
  readonly body?: unknown;
}

/** A reply as the SDK takes it from its transport. */
interface SdkReply {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Record<string, string>;
    readonly body: Uint8Array;
  };
}

/** Carries out one call and says when and how its reply is to arrive; rejects when no reply arrives. */
export type CarryOut = (
  action: string,
  dispatch: () => CallOutcome,
  signal: AbortSignal,
) => Promise<CallOutcome>;

/** What the SDK throws when a connection breaks. */
export function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { name: 'Error', code: 'ECONNRESET' });
}

function replyOf(outcome: CallOutcome): SdkReply {
  const { reply, action, requestId } = outcome;
  const text =
    'error' in reply
      ? renderError(reply.error.code, reply.error.message, requestId)
      : renderReply(action, requestId, reply.result);
  const whole = outcome.transport === 'malformed' ? text.slice(0, Math.floor(text.length / 2)) : text;
  const statusCode = 'error' in reply ? reply.error.status : 200;
  return { response: { statusCode, headers: {}, body: Buffer.from(whole) } };
}

/**
 * An SDK client whose transport is the simulator's dispatcher in this process: everything above and below the socket
 * is the real thing. It tries once: every wait is the work queue's, on virtual time.
 */
export function createInProcessClient(
  simulator: Ec2SimulatorCore,
  caller: { readonly identity: string; readonly carryOut: CarryOut },
): EC2Client {
  return new EC2Client({
    region: 'us-east-1',
    endpoint: 'http://simulator.invalid',
    credentials: { accessKeyId: caller.identity, secretAccessKey: 'secret' },
    maxAttempts: 1,
    // The caller is known; signatures would cost a tenth of every run.
    signer: { sign: async (request) => request },
    requestHandler: {
      handle: async (
        request: SdkRequest,
        options?: { readonly abortSignal?: unknown },
      ): Promise<SdkReply> => {
        const fields = [...new URLSearchParams(String(request.body))];
        const action = fields.find(([name]) => name === 'Action')?.[1] ?? '';
        const dispatch = (): CallOutcome =>
          simulator.dispatcher.dispatch({
            fields,
            region: 'us-east-1',
            identity: caller.identity,
            userAgent: 'crash-harness',
          });
        const abort = options?.abortSignal;
        const signal = abort instanceof AbortSignal ? abort : new AbortController().signal;
        const outcome = await caller.carryOut(action, dispatch, signal);
        if (outcome.transport === 'reset') throw connectionReset();
        return replyOf(outcome);
      },
    },
  });
}

/** A simulated region on virtual time, and what was seeded into it. */
export interface SimulatedRegion {
  readonly simulator: Ec2SimulatorCore;
  readonly seed: Seed;
  /** A client of the account's owner, who waits for nothing. */
  readonly owner: EC2Client;
}

/** Seeds a region at once and then turns the knobs to `profile`. */
export async function createSimulatedRegion(options: {
  readonly time: VirtualTime;
  readonly seed: string;
  readonly profile: ProfileName;
  readonly knobs?: Partial<Knobs>;
  readonly plan: SeedPlan;
}): Promise<SimulatedRegion> {
  const { time, seed, profile, knobs = {}, plan } = options;
  const simulator = createEc2Simulator({ seed, profile: 'instant', clock: time.simulatorClock });
  const owner = createInProcessClient(simulator, {
    identity: 'account-owner',
    carryOut: async (_action, dispatch) => dispatch(),
  });
  const seeded = await seedEc2(owner, plan);
  const turned = knobsOf(profile, { instanceStartLatency: { minMs: 0, maxMs: 0 }, ...knobs });
  simulator.world.knobs = () => turned;
  simulator.auditLog.clear();
  return { simulator, owner, seed: seeded };
}
