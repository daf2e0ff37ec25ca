import { isDeepStrictEqual } from 'node:util';
import { matchesSelector } from '../../domain/node-selection.ts';
import type { NodeENI } from '../../../gen/v1alpha1/stored.ts';
import { type OperatorInformers, statesOf } from '../wire-events.ts';
import { isReadyNow } from './controller.ts';

function isSameWish(old: NodeENI, object: NodeENI): boolean {
  return (
    old.metadata.uid === object.metadata.uid &&
    old.metadata.generation === object.metadata.generation &&
    old.metadata.deletionTimestamp === object.metadata.deletionTimestamp
  );
}

/** Says which nodes each change of a cache may make ready, or not. */
export function wakeNodes(informers: OperatorInformers, wake: (nodeName: string) => void): void {
  const { nodeEnis, attachments, nodes } = informers;

  nodes.addHandler((event) => {
    if (event.type === 'updated' && isDeepStrictEqual(event.old, event.object)) return;
    wake(event.key);
  });

  nodeEnis.addHandler((event) => {
    if (event.type === 'resynced') return;
    if (event.type === 'updated' && isSameWish(event.old, event.object)) return;
    const selectors = statesOf(event).map(({ spec }) => spec.nodeSelector);
    for (const { name, labels } of nodes.cache.list()) {
      if (selectors.some((selector) => matchesSelector(selector, labels))) wake(name);
    }
  });

  attachments.addHandler((event) => {
    if (event.type === 'resynced') return;
    if (event.type === 'updated' && isReadyNow(event.old) === isReadyNow(event.object)) return;
    const instances = new Set(statesOf(event).map(({ spec }) => spec.instanceID));
    for (const instanceId of instances) {
      for (const { name } of nodes.cache.byIndex('instance', instanceId)) wake(name);
    }
  });
}
