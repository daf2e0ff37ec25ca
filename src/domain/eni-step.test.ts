import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import { anAttachedEni, anEni, anInstance } from '../../test/builders/ec2-resources.ts';
import { anEniObservation, anObservationWithoutInstance } from '../../test/builders/eni-observation.ts';
import { planEniStep } from './eni-step.ts';

const sent = { attempt: 1 } as const;
const present = { attempt: 1, presence: 'present' } as const;
const states = ['pending', 'stopping', 'shutting-down', 'terminated'] as const;

function step(overrides: Parameters<typeof anEniObservation>[0] = {}): ReturnType<typeof planEniStep> {
  return planEniStep(anEniObservation(overrides));
}

function waiting(reason: string, message: RegExp = /./): object {
  return { kind: 'wait', reason, message: expect.stringMatching(message) };
}

describe('an ENI that may be taken over', () => {
  const eni = anAttachedEni({ deviceIndex: 1 }, { eniId: 'eni-theirs' });
  const takeover = { eni, tags: { key: 'value' } };
  const adopt = { kind: 'adopt', eniId: 'eni-theirs', ...takeover };

  it('is taken over by its tags instead of making another, whatever stands in the way of that', () => {
    const preflight = { reason: 'InterfaceSlotsInUse', message: 'full' } as const;
    const groupProblem = { reason: 'SecurityGroupNotFound', message: 'no sg-1' } as const;
    expect(step({ takeover, preflight, groupProblem })).toEqual(adopt);
    expect(step({ takeover, ...sent })).toEqual(adopt);
    expect(step({ takeover, attempt: 1, presence: 'gone' })).toEqual(adopt);
  });

  it('waits until it is certain that there is none of our own', () => {
    expect(step({ takeover, isInventoryComplete: false })).toMatchObject(waiting('Pending'));
    expect(step({ takeover, attempt: 1, presence: 'doubtful' })).toMatchObject(waiting('Creating'));
    expect(step({ takeover, ...present })).toMatchObject(waiting('Pending', /no longer bears the tags/));
  });

  it('is left to its instance when that goes', () => {
    const instance = anInstance({ state: 'terminated' });
    expect(step({ takeover, instance })).toMatchObject(waiting('InstanceNotRunning'));
    expect(step({ takeover, isNodeGoing: true })).toMatchObject(waiting('NodeDisrupted'));
  });

  it('is not touched by a release', () => {
    expect(step({ takeover, isReleasing: true })).toEqual({ kind: 'finish' });
  });
});

describe('an ENI that does not exist yet', () => {
  it.each([
    ['nothing was sent', {}],
    ['an attempt is frozen', sent],
    ['the ENI vanished', { attempt: 1, presence: 'gone' }],
    ['it is being released', { isReleasing: true }],
  ] as const)('is left alone until the first listing is complete, when %s', (_, known) => {
    expect(step({ ...known, isInventoryComplete: false })).toMatchObject(waiting('Pending', /first listing/));
  });

  it('has its inputs frozen before anything is sent', () => {
    expect(step()).toEqual({ kind: 'freeze-attempt', number: 1 });
    expect(step(sent)).toEqual({ kind: 'create' });
  });

  it('is not made again while EC2 only fails to show it', () => {
    expect(step({ attempt: 1, presence: 'doubtful' })).toMatchObject(waiting('Creating'));
  });

  it('is made anew under the next attempt when it has vanished for good', () => {
    expect(step({ attempt: 3, presence: 'gone' })).toEqual({ kind: 'freeze-attempt', number: 4 });
  });

  it.each(['gone', 'unknown'] as const)('is never made while the pre-flight fails (%s)', (presence) => {
    const preflight = { reason: 'InterfaceSlotsInUse', message: 'm5.large takes 3' } as const;
    expect(step({ preflight })).toMatchObject(waiting('InterfaceSlotsInUse', /m5.large takes 3/));
    expect(step({ attempt: 1, presence, preflight })).toMatchObject(waiting('InterfaceSlotsInUse'));
  });

  it('is never made while its groups cannot be resolved', () => {
    const groupProblem = { reason: 'SecurityGroupNotFound', message: 'no sg-1' } as const;
    expect(step({ groupProblem })).toMatchObject(waiting('SecurityGroupNotFound', /no sg-1/));
    expect(step({ ...sent, groupProblem })).toMatchObject(waiting('SecurityGroupNotFound'));
  });

  it('is never made for a node that is about to go', () => {
    expect(step({ ...sent, isNodeGoing: true })).toMatchObject(waiting('NodeDisrupted'));
  });

  it.each(states)('is never made for an instance that is %s', (state) => {
    expect(step({ ...sent, instance: anInstance({ state }) })).toMatchObject(
      waiting('InstanceNotRunning', new RegExp(`i-1 is ${state}`)),
    );
  });

  it('is never made for an instance that EC2 does not know', () => {
    expect(planEniStep(anObservationWithoutInstance(sent))).toMatchObject(
      waiting('InstanceNotRunning', /unknown to EC2/),
    );
  });

  it('is made for a stopped instance', () => {
    expect(step({ ...sent, instance: anInstance({ state: 'stopped' }) })).toEqual({ kind: 'create' });
  });
});

describe('a refused attempt', () => {
  const rejected = {
    number: 1,
    reason: 'RequestRejected',
    message: 'no',
    isRetryDue: false,
    retryInMs: 7_000,
  } as const;

  it('waits with what EC2 said, as long as its back-off', () => {
    expect(step({ ...sent, rejected })).toEqual({
      kind: 'wait',
      reason: 'RequestRejected',
      message: 'no',
      recheckAfterMs: 7_000,
    });
  });

  it('is followed by the next attempt when the inputs changed or the back-off has run', () => {
    expect(step({ ...sent, rejected: { ...rejected, isRetryDue: true } })).toEqual({
      kind: 'freeze-attempt',
      number: 2,
    });
  });

  it('says nothing about a later attempt', () => {
    expect(step({ attempt: 2, rejected })).toEqual({ kind: 'create' });
  });
});

describe('an unattached ENI', () => {
  it('is attached', () => {
    expect(step({ ...present, eni: anEni() })).toEqual({ kind: 'attach', eniId: 'eni-0a' });
  });

  it('gets its source/destination check before it carries traffic', () => {
    expect(step({ ...present, eni: anEni(), wanted: { sourceDestCheck: false } })).toEqual({
      kind: 'set-source-dest-check',
      eniId: 'eni-0a',
      value: false,
    });
  });

  it('is not attached at another index when its own is taken', () => {
    const preflight = { reason: 'DeviceIndexInUse', message: 'held by eni-cni' } as const;
    expect(step({ ...present, eni: anEni(), preflight })).toMatchObject(
      waiting('DeviceIndexInUse', /eni-cni/),
    );
  });

  it('is attached though its groups cannot be resolved any more', () => {
    const groupProblem = { reason: 'SecurityGroupNotFound', message: 'no sg-1' } as const;
    expect(step({ ...present, eni: anEni(), groupProblem })).toMatchObject({ kind: 'attach' });
  });

  it('is not attached to a node that is about to go', () => {
    expect(step({ ...present, eni: anEni(), isNodeGoing: true })).toMatchObject(waiting('NodeDisrupted'));
  });

  it.each(states)('is not attached to an instance that is %s', (state) => {
    expect(step({ ...present, eni: anEni(), instance: anInstance({ state }) })).toMatchObject(
      waiting('InstanceNotRunning'),
    );
  });

  it('is not attached to an instance that EC2 does not know', () => {
    expect(planEniStep(anObservationWithoutInstance({ ...present, eni: anEni() }))).toMatchObject(
      waiting('InstanceNotRunning'),
    );
  });
});

function attached(
  attachment: Parameters<typeof anAttachedEni>[0] = {},
  more: Parameters<typeof anEniObservation>[0] = {},
): ReturnType<typeof planEniStep> {
  return step({ ...present, eni: anAttachedEni(attachment), ...more });
}

describe('an attached ENI', () => {
  it('is ready when EC2 confirms everything', () => {
    expect(attached()).toEqual({ kind: 'ready' });
  });

  it.each([true, false])('has deleteOnTermination driven to %s', (value) => {
    const drive = attached({ deleteOnTermination: !value }, { wanted: { deleteOnTermination: value } });
    const call = { kind: 'set-delete-on-termination', eniId: 'eni-0a', attachmentId: 'eni-attach-0a', value };
    expect(drive).toEqual(call);
    expect(attached({ deleteOnTermination: value }, { wanted: { deleteOnTermination: value } })).toEqual({
      kind: 'ready',
    });
  });

  it('has deleteOnTermination set while it is still attaching, before the instance can die', () => {
    expect(attached({ status: 'attaching', deleteOnTermination: false })).toMatchObject({
      kind: 'set-delete-on-termination',
    });
  });

  it('has its source/destination check driven back', () => {
    expect(attached({}, { wanted: { sourceDestCheck: false } })).toEqual({
      kind: 'set-source-dest-check',
      eniId: 'eni-0a',
      value: false,
    });
  });

  it('is not ready before EC2 has confirmed what was set', () => {
    expect(attached({}, { isConfirmed: false })).toMatchObject(waiting('ModifyingAttributes'));
  });

  it('is not ready while it is attaching', () => {
    expect(attached({ status: 'attaching' })).toMatchObject(waiting('Attaching'));
  });

  it.each(['detaching', 'detached'] as const)(
    'is attached again after it was detached by hand (%s)',
    (status) => {
      expect(attached({ status })).toMatchObject(waiting('Attaching', /attached again afterwards/));
    },
  );

  it('is left where it is when somebody moved it to another instance', () => {
    expect(attached({ instanceId: 'i-9', deleteOnTermination: false })).toMatchObject(
      waiting('AttachedElsewhere', /attached to i-9: detach it there/),
    );
  });

  it('is not called ready at another index or card than the wanted one', () => {
    expect(attached({ deviceIndex: 5 })).toMatchObject(
      waiting('AttachedElsewhere', /index 5 of card 0 instead of 2/),
    );
    expect(attached({ networkCardIndex: 1 })).toMatchObject(
      waiting('AttachedElsewhere', /index 2 of card 1/),
    );
    expect(attached({ deviceIndex: 5, deleteOnTermination: false })).toMatchObject({
      kind: 'set-delete-on-termination',
    });
  });

  it('is ready where it is if it was taken over there, and never moved', () => {
    const tags = { [ENI_TAGS.attempt]: '0' };
    const isAt = (place: Parameters<typeof anAttachedEni>[0]): ReturnType<typeof planEniStep> =>
      step({ ...present, eni: anAttachedEni(place, { tags }) });
    expect(isAt({ deviceIndex: 1 })).toEqual({ kind: 'ready' });
    expect(isAt({ networkCardIndex: 1 })).toEqual({ kind: 'ready' });
    expect(isAt({ instanceId: 'i-9' })).toMatchObject(waiting('AttachedElsewhere'));
  });

  it('stays ready on a node that is about to go, whatever the pre-flight says', () => {
    const preflight = { reason: 'InterfaceSlotsInUse', message: 'full' } as const;
    expect(attached({}, { isNodeGoing: true, preflight })).toEqual({ kind: 'ready' });
  });

  it.each(['shutting-down', 'terminated'] as const)('gets no call while its instance is %s', (state) => {
    const instance = anInstance({ state });
    expect(attached({ deleteOnTermination: false }, { instance })).toMatchObject(
      waiting('InstanceNotRunning'),
    );
    expect(attached({}, { instance, wanted: { sourceDestCheck: false } })).toMatchObject({ kind: 'wait' });
  });
});
