import type { NodeEniFacts } from '../../src/domain/node-eni-report.ts';
import { aSubnet } from './ec2-resources.ts';
import { aReadyAttachment } from './node-eni-attachment.ts';

/** One node, one subnet, one attachment, Ready, reported for the first time. */
export function aNodeEniFacts(overrides: Partial<NodeEniFacts> = {}): NodeEniFacts {
  return {
    isDeleting: false,
    nodeSelector: { ng: 'multi-eni' },
    matchingNodes: 1,
    desiredAttachments: 1,
    problems: [],
    attachments: [aReadyAttachment()],
    wantedNames: new Set([aReadyAttachment().metadata.name]),
    slots: [{ kind: 'id', value: 'subnet-a', key: 'id/subnet-a' }],
    subnets: [aSubnet()],
    previous: { observedGeneration: -1 },
    generation: 4,
    now: '2026-01-02T00:00:00Z',
    ...overrides,
  };
}
