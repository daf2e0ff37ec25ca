import type { EniObservation } from '../../src/domain/eni-step.ts';
import { anInstance } from './ec2-resources.ts';

/** Nothing was sent to EC2 yet, and nothing stands in the way; the ENI is wanted at index 2 of `i-1`. */
export function anEniObservation(
  overrides: Partial<Omit<EniObservation, 'wanted'>> & { wanted?: Partial<EniObservation['wanted']> } = {},
): EniObservation {
  const { wanted, ...rest } = overrides;
  return {
    isReleasing: false,
    wanted: {
      instanceId: 'i-1',
      networkCardIndex: 0,
      deviceIndex: 2,
      deleteOnTermination: true,
      sourceDestCheck: true,
      deletionPolicy: 'Delete',
      securityGroupIds: ['sg-1'],
      tags: { required: {}, obsolete: {} },
      addresses: {},
      ...wanted,
    },
    isInventoryComplete: true,
    isConfirmed: true,
    presence: 'unknown',
    isAbsenceProven: false,
    instance: anInstance(),
    isNodeGoing: false,
    refusedSteps: [],
    ...rest,
  };
}

/** As {@link anEniObservation}, on an instance that EC2 does not know. */
export function anObservationWithoutInstance(
  overrides: Parameters<typeof anEniObservation>[0] = {},
): EniObservation {
  const { instance: _, ...rest } = anEniObservation(overrides);
  return rest;
}
