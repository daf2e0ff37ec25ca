import { describe, expect, it } from 'vitest';
import { anAdmissionRequest } from '../../test/builders/admission-request.ts';
import { aView } from '../../test/builders/judged-node-eni.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import type { AdmissionView, JudgedAttachment } from '../domain/admission/admission-view.ts';
import type { PlacedPod } from '../domain/admission/pods-in-use.ts';
import { FakeClock } from '../runtime/fake-clock.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { createDeletionWarnings } from './deletion-warnings.ts';
import type { PodReader } from './ports.ts';

const DEFINITIONS = [
  { namespace: 'default', name: 'n3', config: JSON.stringify({ type: 'macvlan', master: 'ne-tenant-a' }) },
];
const request = anAdmissionRequest({ operation: 'DELETE', oldObject: { ...aNodeEni() } });

function attachmentOn(nodeName: string, more: Partial<JudgedAttachment> = {}): JudgedAttachment {
  const link = { names: ['ne-tenant-a'], macAddress: '02:00:00:00:00:01' };
  return { name: `a-${nodeName}`, nodeEniName: 'tenant-a', nodeName, link, ...more };
}

function podOn(nodeName: string, name: string): PlacedPod {
  return { namespace: 'default', name, nodeName, isOver: false, networks: 'n3' };
}

function worldOf(
  attachments: readonly JudgedAttachment[],
  pods: readonly PlacedPod[],
  reader: Partial<PodReader> = {},
) {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const asked: (string | undefined)[] = [];
  const view: AdmissionView = { ...aView(), attachments };
  const warnings = createDeletionWarnings({
    view: () => view,
    clock,
    logger,
    pods: {
      list: async (nodeName) => {
        asked.push(nodeName);
        return pods.filter((pod) => nodeName === undefined || pod.nodeName === nodeName);
      },
      networkDefinitions: async () => DEFINITIONS,
      ...reader,
    },
  });
  return { clock, logger, asked, warnings };
}

describe('the deletion of a NodeENI', () => {
  it('names the pods on its nodes that use its links', async () => {
    const { warnings, asked } = worldOf(
      [attachmentOn('node-1'), attachmentOn('node-2'), attachmentOn('node-3', { nodeEniName: 'tenant-b' })],
      [podOn('node-1', 'b'), podOn('node-2', 'a'), podOn('node-3', 'c')],
    );
    expect(await warnings(request)).toEqual([
      'metadata.name: the ENIs are not detached before these pods are gone: default/a, default/b',
    ]);
    expect(asked).toEqual(['node-1', 'node-2']);
  });

  it('names three pods at most, and asks for those of all nodes at once where there are many', async () => {
    const nodeNames = Array.from({ length: 11 }, (_, at) => `node-${at}`);
    const { warnings, asked } = worldOf(
      nodeNames.map((nodeName) => attachmentOn(nodeName)),
      nodeNames.map((nodeName) => podOn(nodeName, `pod-of-${nodeName}`)),
    );
    expect(await warnings(request)).toEqual([
      expect.stringMatching(/: default\/\S+, default\/\S+, default\/\S+, \+8$/),
    ]);
    expect(asked).toEqual([undefined]);
  });

  it('reads nothing where nothing is attached, and nothing for any other operation', async () => {
    const { link: _, ...withoutLink } = attachmentOn('node-1');
    const { warnings, asked } = worldOf([withoutLink], [podOn('node-1', 'a')]);
    expect(await warnings(request)).toEqual([]);
    expect(await warnings({ ...request, operation: 'UPDATE' })).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('goes on without a warning where pods cannot be read, and says so in the log', async () => {
    const { warnings, logger } = worldOf([attachmentOn('node-1')], [], {
      list: () => Promise.reject(new Error('forbidden')),
    });
    expect(await warnings(request)).toEqual([]);
    expect(logger.lines).toMatchObject([{ message: 'pods cannot be read for a warning' }]);
  });

  it('waits 1.5 s for pods and no longer', async () => {
    const { clock, warnings } = worldOf([attachmentOn('node-1')], [podOn('node-1', 'a')], {
      list: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        }),
    });
    const waiting = warnings(request);
    await clock.advance(1_500);
    expect(await waiting).toEqual([]);
  });
});
