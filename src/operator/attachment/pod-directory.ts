import type { NetworkDefinition } from '../../domain/host/link-users.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { NodePod, PodReader } from '../ports.ts';
import { createSharedRead, type SharedRead } from './shared-read.ts';

/** Pods of a node that use networks, with the networks that there are. */
export interface NodePods {
  readonly pods: readonly NodePod[];
  readonly definitions: readonly NetworkDefinition[];
}

const POD_AGE_MS = 3_000;
const DEFINITION_AGE_MS = 10_000;
/** A node whose pods are asked for within so long of the last time is being released; held ones are asked for every 10 s. */
const ASKED_WITHIN_MS = 15_000;
/** Of more nodes at a time, one list of all pods costs less than a list for each. */
const MANY_NODES = 8;

/**
 * Pods of nodes, read while something there is being released, and only then: nothing is watched. Of a few nodes one by
 * one, of many all at once.
 */
export class PodDirectory {
  readonly #reader: PodReader;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #asked = new Map<string, number>();
  readonly #nodes = new Map<string, SharedRead<readonly NodePod[]>>();
  readonly #all: SharedRead<ReadonlyMap<string, readonly NodePod[]>>;
  readonly #definitions: SharedRead<readonly NetworkDefinition[]>;

  constructor(reader: PodReader, clock: Pick<Clock, 'monotonicMs'>) {
    this.#reader = reader;
    this.#clock = clock;
    this.#all = createSharedRead(
      async (signal) => Map.groupBy(await reader.list(undefined, signal), ({ nodeName }) => nodeName),
      clock,
      POD_AGE_MS,
    );
    this.#definitions = createSharedRead(
      (signal) => reader.networkDefinitions(signal),
      clock,
      DEFINITION_AGE_MS,
    );
  }

  /** The pods of a node, a few seconds old at most where reading them is quick. @throws errors of the reader */
  async ofNode(nodeName: string, signal: AbortSignal): Promise<NodePods> {
    const [pods, definitions] = await Promise.all([
      this.#pods(nodeName, signal),
      this.#definitions.get(signal),
    ]);
    return { pods, definitions };
  }

  async #pods(nodeName: string, signal: AbortSignal): Promise<readonly NodePod[]> {
    this.#note(nodeName);
    if (this.#asked.size > MANY_NODES) return (await this.#all.get(signal)).get(nodeName) ?? [];
    let read = this.#nodes.get(nodeName);
    if (read === undefined) {
      read = createSharedRead((stop) => this.#reader.list(nodeName, stop), this.#clock, POD_AGE_MS);
      this.#nodes.set(nodeName, read);
    }
    return read.get(signal);
  }

  #note(nodeName: string): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [name, atMs] of this.#asked) if (nowMs - atMs > ASKED_WITHIN_MS) this.#asked.delete(name);
    for (const [name, read] of this.#nodes) if (read.isStale) this.#nodes.delete(name);
    this.#asked.set(nodeName, nowMs);
  }
}
