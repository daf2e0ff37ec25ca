import type {
  Condition,
  NodeENIAttachment,
  NodeENIAttachmentSpec,
  NodeENIAttachmentStatus,
} from '../../gen/v1alpha1/stored.ts';

/** A condition of generation 1, dated long ago. */
export function aCondition(overrides: Partial<Condition> & Pick<Condition, 'type' | 'status'>): Condition {
  return {
    observedGeneration: 1,
    lastTransitionTime: '2026-01-01T00:00:00Z',
    reason: overrides.type,
    message: '',
    ...overrides,
  };
}

/** The parts of a NodeENIAttachment that a test names. */
export interface AttachmentParts {
  readonly metadata?: Partial<NodeENIAttachment['metadata']>;
  readonly spec?: Partial<NodeENIAttachmentSpec>;
  readonly status?: NodeENIAttachmentStatus;
}

/** A NodeENIAttachment that nobody has looked at yet. */
export function aNodeEniAttachment(parts: AttachmentParts = {}): NodeENIAttachment {
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENIAttachment',
    metadata: {
      name: 'tenant-a-111111-i-1-00000000',
      uid: '22222222-2222-4222-8222-222222222222',
      creationTimestamp: '2026-01-01T00:00:00Z',
      resourceVersion: '1',
      generation: 1,
      ...parts.metadata,
    },
    spec: {
      nodeENI: { name: 'tenant-a', uid: '11111111-1111-4111-8111-111111111111' },
      nodeName: 'node-1',
      instanceID: 'i-1',
      zone: 'us-east-1a',
      slot: 'id/subnet-a',
      subnetID: 'subnet-a',
      securityGroupIDs: ['sg-1'],
      networkCardIndex: 0,
      deviceIndex: 2,
      deleteOnTermination: true,
      sourceDestCheck: true,
      ...parts.spec,
    },
    status: parts.status ?? { observedGeneration: -1 },
  };
}

/** A NodeENIAttachment whose ENI is attached and settled. */
export function aReadyAttachment(parts: AttachmentParts = {}): NodeENIAttachment {
  return aNodeEniAttachment({
    ...parts,
    status: {
      observedGeneration: 1,
      state: 'Ready',
      eniID: 'eni-0a',
      attachmentID: 'eni-attach-0a',
      macAddress: '02:00:00:00:00:0a',
      conditions: [
        aCondition({ type: 'Attached', status: 'True' }),
        aCondition({ type: 'Ready', status: 'True' }),
      ],
      ...parts.status,
    },
  });
}

/** A NodeENIAttachment that is not Ready for a reason. */
export function aHinderedAttachment(
  reason: string,
  message: string,
  parts: Omit<AttachmentParts, 'status'> = {},
): NodeENIAttachment {
  return aNodeEniAttachment({
    ...parts,
    status: {
      observedGeneration: 1,
      state: 'Pending',
      conditions: [
        aCondition({ type: 'Attached', status: 'False', reason: 'NotAttached' }),
        aCondition({ type: 'Ready', status: 'False', reason, message }),
      ],
    },
  });
}
