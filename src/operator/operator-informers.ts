import type { Node, NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { Clock } from '../runtime/clock.ts';
import { createInformer } from '../runtime/informer.ts';
import type { ApiObject, ListWatch } from '../runtime/list-watch.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import { StringPool } from '../runtime/string-pool.ts';
import { withoutManagedFields } from '../runtime/without-managed-fields.ts';
import { attachmentIndexers, nodeEniIndexers, nodeIndexers } from './caches.ts';
import { toClusterNode } from './cluster-node.ts';
import type { OperatorInformers } from './wire-events.ts';

/** The collections that the operator follows. */
export interface OperatorListWatches {
  readonly nodeEnis: ListWatch<NodeENI & ApiObject>;
  readonly attachments: ListWatch<NodeENIAttachment & ApiObject>;
  readonly nodes: ListWatch<Node & ApiObject>;
}

/** What {@link createInformers} needs. */
interface InformerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly listWatches: OperatorListWatches;
  /** Every NodeENI is looked at so often, without a list. */
  readonly resyncPeriodMs: number;
}

/** Creates the informers; they read nothing before they start. */
export function createInformers(deps: InformerDeps): OperatorInformers {
  const { clock, random, logger, listWatches } = deps;
  const pool = new StringPool();
  return {
    nodeEnis: createInformer({
      name: 'nodeenis',
      listWatch: listWatches.nodeEnis,
      transform: withoutManagedFields,
      indexers: nodeEniIndexers,
      clock,
      random,
      logger,
      resyncPeriodMs: deps.resyncPeriodMs,
    }),
    attachments: createInformer({
      name: 'nodeeniattachments',
      listWatch: listWatches.attachments,
      // Thousands of them name the same few NodeENIs, subnets, groups, tags and reasons.
      transform: (attachment) => pool.share(withoutManagedFields(attachment)),
      indexers: attachmentIndexers,
      clock,
      random,
      logger,
    }),
    nodes: createInformer({
      name: 'nodes',
      listWatch: listWatches.nodes,
      transform: (node) => pool.share(toClusterNode(node)),
      indexers: nodeIndexers,
      clock,
      random,
      logger,
    }),
  };
}
