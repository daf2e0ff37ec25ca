import { isDeepStrictEqual } from 'node:util';
import type { Node, NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type {
  AdmissionView,
  JudgedAttachment,
  JudgedNode,
  JudgedNodeEni,
} from '../domain/admission/admission-view.ts';
import { createViewPreparer } from '../domain/admission/prepared-view.ts';
import type { Clock } from '../runtime/clock.ts';
import { createInformer, type Informer } from '../runtime/informer.ts';
import type { ApiObject } from '../runtime/list-watch.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import { toJudgedAttachment, toJudgedNode, toJudgedNodeEni } from '../domain/admission/judged-objects.ts';
import type { WebhookListWatches } from './ports.ts';

/** What {@link createClusterView} needs. */
export interface ClusterViewDeps {
  readonly listWatches: WebhookListWatches;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The cluster as the rules see it, kept up to date by watches. */
export interface ClusterView {
  readonly informers: readonly Informer<unknown>[];
  /**
   * What is known now; the same object until something changes.
   *
   * @throws Error before everything has been read once: half a cluster would let pass what has to be refused.
   */
  current(): AdmissionView;
}

/** Creates the view; its informers read nothing before they start. */
export function createClusterView(deps: ClusterViewDeps): ClusterView {
  const { listWatches, clock, random, logger } = deps;
  const common = { clock, random, logger, indexers: {} };
  const nodeEnis = createInformer<NodeENI & ApiObject, JudgedNodeEni>({
    ...common,
    name: 'nodeenis',
    listWatch: listWatches.nodeEnis,
    transform: toJudgedNodeEni,
  });
  const nodes = createInformer<Node & ApiObject, JudgedNode>({
    ...common,
    name: 'nodes',
    listWatch: listWatches.nodes,
    transform: toJudgedNode,
  });
  const attachments = createInformer<NodeENIAttachment & ApiObject, JudgedAttachment>({
    ...common,
    name: 'nodeeniattachments',
    listWatch: listWatches.attachments,
    transform: toJudgedAttachment,
  });
  const prepare = createViewPreparer();
  let view: AdmissionView | undefined;
  const forget = (): void => {
    view = undefined;
  };
  forgetOnChange(nodeEnis, forget);
  forgetOnChange(nodes, forget);
  forgetOnChange(attachments, forget);
  const informers = [nodeEnis, nodes, attachments];
  const read = (): AdmissionView => {
    if (!informers.every(({ hasSynced }) => hasSynced)) throw new Error('the cluster has not been read yet');
    return prepare({
      nodeEnis: nodeEnis.cache.list(),
      nodes: nodes.cache.list(),
      attachments: attachments.cache.list(),
    });
  };
  return { informers, current: () => (view ??= read()) };
}

/** Most updates are of a status that no rule reads, of nodes above all; they cost no new view. */
function forgetOnChange<T>(informer: Informer<T>, forget: () => void): void {
  informer.addHandler((event) => {
    if (event.type === 'updated' && isDeepStrictEqual(event.old, event.object)) return;
    forget();
  });
}
