import { createHash } from 'node:crypto';
import { createEc2Reader } from '../../src/adapters/ec2/ec2-reader.ts';
import { createEc2Writer } from '../../src/adapters/ec2/ec2-writer.ts';
import { ApiError } from '../../src/adapters/kubernetes/api-error.ts';
import type { CallOutcome } from '../../simulator/dispatcher.ts';
import type { Ec2SimulatorCore } from '../../simulator/ec2-simulator.ts';
import { createOperator, type OperatorDeps } from '../../src/operator/operator.ts';
import { bucketSizes } from '../../src/operator/engine/action-permits.ts';
import { Ec2Budget } from '../../src/operator/engine/ec2-budget.ts';
import { createOperatorMetrics } from '../../src/operator/operator-metrics.ts';
import type { AttachmentWriter, NodeEniWriter, NodeWriter } from '../../src/operator/ports.ts';
import { delay } from '../../src/runtime/delay.ts';
import type { LeaseStore } from '../../src/runtime/lease.ts';
import type { Logger } from '../../src/runtime/logger.ts';
import type { Random } from '../../src/runtime/random.ts';
import type { Boundaries } from './boundaries.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { connectionReset, createInProcessClient } from './simulated-ec2.ts';
import { createMortalClock, type VirtualTime } from './virtual-time.ts';

/** What one operator process lives in. */
export interface LifeDeps {
  readonly time: VirtualTime;
  readonly cluster: MemoryCluster;
  readonly simulator: Ec2SimulatorCore;
  readonly leaseStore: LeaseStore;
  readonly boundaries: Boundaries;
  readonly config: OperatorDeps['config'] & { readonly ec2Share: number };
  readonly logger: Logger;
  readonly random: Random;
  /** Unique to this process. */
  readonly identity: string;
  /** How late watches are, milliseconds. */
  readonly lagMs: () => number;
  /** What goes wrong with the next Kubernetes write of a process that lives. */
  readonly kubernetesFault: () => 'refused' | 'reply lost' | undefined;
  /** The process died at a boundary. */
  readonly onDeath: () => void;
}

/** A running operator process. */
export interface OperatorLife {
  /** Ends it as SIGKILL does: nothing it has begun is finished, nothing it knows survives. */
  kill(): void;
  readonly isDead: boolean;
}

/** How the operator's calls are told from the account owner's in the audit log. */
export const OPERATOR_IDENTITY = 'operator';

/** Identity of the cluster in all worlds. */
export const CLUSTER: OperatorDeps['cluster'] = { name: 'demo', uid: 'cluster-uid' };

/** The request time-out of the operator's EC2 client. */
const EC2_TIMEOUT_MS = 15_000;

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

function unanswered(what: string): ApiError {
  return new ApiError({ kind: 'transient', status: 0, reason: 'NoReply', message: `${what}: no reply` });
}

/** A call across a boundary: how long its request takes, what it does there, how long its reply takes. */
interface Crossing<T> {
  readonly name: string;
  readonly requestMs: number;
  readonly commit: () => Promise<T>;
  readonly replyMs: (result: T | undefined) => number;
  /** What the caller sees when the reply is lost. */
  readonly lost: () => Error;
}

/** Starts the whole operator, as `main` does, over ports that die with it. */
export function startOperatorLife(deps: LifeDeps): OperatorLife {
  const { time, cluster, simulator, boundaries, random } = deps;
  const clock = createMortalClock(time);
  const state = { isDead: false };

  function kill(): void {
    state.isDead = true;
    clock.stop();
  }

  function die(): void {
    kill();
    deps.onDeath();
  }

  async function cross<T>(crossing: Crossing<T>): Promise<T> {
    if (state.isDead) return never();
    await delay(clock, crossing.requestMs);
    const variant = boundaries.cross(crossing.name);
    if (variant === 'before the call') die();
    if (state.isDead) return never();
    const [settled] = await Promise.allSettled([crossing.commit()]);
    if (variant === 'reply lost') die();
    if (state.isDead) return never();
    await delay(clock, crossing.replyMs(settled.status === 'fulfilled' ? settled.value : undefined));
    if (variant === 'after the reply') die();
    if (variant === 'reply lost, process lives') throw crossing.lost();
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  }

  function writeOf<A extends readonly unknown[], R>(
    name: string,
    write: (...args: A) => Promise<R>,
  ): (...args: A) => Promise<R> {
    return (...args) => {
      const fault = state.isDead ? undefined : deps.kubernetesFault();
      const crossing = cross({
        name,
        requestMs: 1 + random() * 9,
        commit: async () => {
          if (fault === 'refused') throw unanswered(name);
          const result = await write(...args);
          if (fault === 'reply lost') throw unanswered(name);
          return result;
        },
        replyMs: () => 1 + random() * 9,
        lost: () => unanswered(name),
      });
      return crossing;
    };
  }

  async function carryOut(
    action: string,
    dispatch: () => CallOutcome,
    signal: AbortSignal,
  ): Promise<CallOutcome> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      aborted.reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const crossed = cross({
        name: action,
        requestMs: 1,
        commit: async () => dispatch(),
        replyMs: (outcome) => Math.min(outcome?.delayMs ?? 0, EC2_TIMEOUT_MS),
        lost: connectionReset,
      });
      const outcome = await Promise.race([crossed, aborted.promise]);
      if (outcome.delayMs <= EC2_TIMEOUT_MS) return outcome;
      throw Object.assign(new Error('Request timed out'), { name: 'TimeoutError' });
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  const nodeEniWriter: NodeEniWriter = {
    setFinalizer: writeOf('NodeENI finalizer', (...args: Parameters<NodeEniWriter['setFinalizer']>) =>
      cluster.nodeEniWriter.setFinalizer(...args),
    ),
    applyStatus: writeOf('NodeENI status', (...args: Parameters<NodeEniWriter['applyStatus']>) =>
      cluster.nodeEniWriter.applyStatus(...args),
    ),
  };
  const attachmentWriter: AttachmentWriter = {
    applyIntent: writeOf('attachment intent', (...args: Parameters<AttachmentWriter['applyIntent']>) =>
      cluster.attachmentWriter.applyIntent(...args),
    ),
    freezeAttempt: writeOf('attachment attempt', (...args: Parameters<AttachmentWriter['freezeAttempt']>) =>
      cluster.attachmentWriter.freezeAttempt(...args),
    ),
    setUnwantedSince: writeOf(
      'attachment unwanted',
      (...args: Parameters<AttachmentWriter['setUnwantedSince']>) =>
        cluster.attachmentWriter.setUnwantedSince(...args),
    ),
    applyStatus: writeOf('attachment status', (...args: Parameters<AttachmentWriter['applyStatus']>) =>
      cluster.attachmentWriter.applyStatus(...args),
    ),
    delete: writeOf('attachment delete', (...args: Parameters<AttachmentWriter['delete']>) =>
      cluster.attachmentWriter.delete(...args),
    ),
    retract: writeOf('attachment retraction', (...args: Parameters<AttachmentWriter['retract']>) =>
      cluster.attachmentWriter.retract(...args),
    ),
    removeFinalizer: writeOf(
      'attachment finalizer',
      (...args: Parameters<AttachmentWriter['removeFinalizer']>) =>
        cluster.attachmentWriter.removeFinalizer(...args),
    ),
    get: async (name, signal) => {
      await delay(clock, 5);
      return state.isDead ? never() : cluster.attachmentWriter.get(name, signal);
    },
    ownerExists: async (name, signal) => {
      await delay(clock, 5);
      return state.isDead ? never() : cluster.attachmentWriter.ownerExists(name, signal);
    },
    list: async (signal) => {
      await delay(clock, 5);
      return state.isDead ? never() : cluster.attachmentWriter.list(signal);
    },
  };
  const mortal = <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => (state.isDead ? never<R>() : call(...args));
  };
  const lease = deps.leaseStore;
  const metrics = createOperatorMetrics();
  const client = createInProcessClient(simulator, { identity: OPERATOR_IDENTITY, carryOut });
  const view = { clock, lagMs: deps.lagMs };
  const manager = createOperator({
    config: deps.config,
    cluster: CLUSTER,
    processIdentity: deps.identity,
    clock,
    random,
    logger: deps.logger,
    metrics,
    budget: new Ec2Budget({ clock, sizeOf: bucketSizes(deps.config.ec2Share), observer: metrics.engine }),
    ec2: { ...createEc2Reader(client), ...createEc2Writer(client) },
    nodeEniWriter,
    attachmentWriter,
    nodeWriter: {
      applyCondition: mortal((...args: Parameters<NodeWriter['applyCondition']>) =>
        cluster.nodeWriter.applyCondition(...args),
      ),
      withdrawCondition: mortal((...args: Parameters<NodeWriter['withdrawCondition']>) =>
        cluster.nodeWriter.withdrawCondition(...args),
      ),
      removeTaint: mortal((...args: Parameters<NodeWriter['removeTaint']>) =>
        cluster.nodeWriter.removeTaint(...args),
      ),
    },
    // No pod of these nodes uses a network of its own.
    podReader: { list: mortal(async () => []), networkDefinitions: mortal(async () => []) },
    events: { record: () => undefined },
    leaseStore: {
      get: mortal((signal: AbortSignal) => lease.get(signal)),
      create: mortal((record, signal: AbortSignal) => lease.create(record, signal)),
      update: mortal((version: string, record, signal: AbortSignal) => lease.update(version, record, signal)),
    },
    listWatches: {
      nodeEnis: cluster.nodeEnis.listWatch(view),
      attachments: cluster.attachments.listWatch(view),
      nodes: cluster.nodes.listWatch(view),
    },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  });
  manager.run(new AbortController().signal).catch((error: unknown) => {
    if (state.isDead) return;
    // A process whose operator ended is started anew, as its pod would be.
    deps.logger.warn({ err: error }, 'operator ended');
    die();
  });
  return {
    kill,
    get isDead() {
      return state.isDead;
    },
  };
}
