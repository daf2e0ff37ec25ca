import { describe, expect, it } from 'vitest';
import { anAttachedEni, anEni, anInstance } from '../../test/builders/ec2-resources.ts';
import { anEniObservation, anObservationWithoutInstance } from '../../test/builders/eni-observation.ts';
import { type EniObservation, planEniStep } from './eni-step.ts';

const present = { attempt: 1, presence: 'present' } as const;

function waiting(reason: string, message: RegExp = /./): object {
  return { kind: 'wait', reason, message: expect.stringMatching(message) };
}

function release(more: Partial<EniObservation>): ReturnType<typeof planEniStep> {
  return planEniStep({ ...anEniObservation(), isReleasing: true, ...more });
}

describe('releasing', () => {
  it('detaches, then deletes', () => {
    expect(release({ ...present, eni: anAttachedEni() })).toEqual({
      kind: 'detach',
      eniId: 'eni-0a',
      attachmentId: 'eni-attach-0a',
    });
    expect(release({ ...present, eni: anEni() })).toEqual({ kind: 'delete', eniId: 'eni-0a' });
  });

  it.each(['detaching', 'detached'] as const)('waits while the ENI is %s', (status) => {
    expect(release({ ...present, eni: anAttachedEni({ status }) })).toMatchObject(waiting('Releasing'));
  });

  it('waits until a new ENI is there to be deleted', () => {
    expect(release({ ...present, eni: anEni({ status: 'pending' }) })).toMatchObject(waiting('Releasing'));
  });

  it.each(['shutting-down', 'terminated'] as const)('never detaches from an instance that is %s', (state) => {
    expect(release({ ...present, eni: anAttachedEni(), instance: anInstance({ state }) })).toMatchObject(
      waiting('Releasing', /being terminated/),
    );
  });

  it.each(['pending', 'stopping'] as const)(
    'waits for an instance that is %s before it detaches',
    (state) => {
      expect(release({ ...present, eni: anAttachedEni(), instance: anInstance({ state }) })).toMatchObject(
        waiting('Releasing', new RegExp(`is ${state}`)),
      );
    },
  );

  it('detaches from a stopped instance', () => {
    const instance = anInstance({ state: 'stopped' });
    expect(release({ ...present, eni: anAttachedEni(), instance })).toMatchObject({ kind: 'detach' });
  });

  it('never detaches from an instance that EC2 does not know', () => {
    const observed = anObservationWithoutInstance({ ...present, eni: anAttachedEni(), isReleasing: true });
    expect(planEniStep(observed)).toMatchObject(waiting('Releasing'));
  });

  it('deletes what a terminated instance left behind', () => {
    const instance = anInstance({ state: 'terminated' });
    expect(release({ ...present, eni: anEni(), instance })).toMatchObject({ kind: 'delete' });
  });

  it('never takes an ENI from an instance that it was moved to by hand', () => {
    const eni = anAttachedEni({ instanceId: 'i-9' });
    expect(release({ ...present, eni })).toMatchObject(waiting('AttachedElsewhere', /i-9/));
    expect(release({ ...present, eni, instance: anInstance({ state: 'terminated' }) })).toMatchObject(
      waiting('AttachedElsewhere'),
    );
  });

  it('goes on though the node is about to go', () => {
    expect(release({ ...present, eni: anAttachedEni(), isNodeGoing: true })).toMatchObject({
      kind: 'detach',
    });
  });

  it('ends at once where nothing was ever sent', () => {
    expect(release({})).toEqual({ kind: 'finish' });
  });

  it.each([
    ['an attempt without an answer', { attempt: 1, presence: 'unknown' }],
    ['an ENI that is only not shown', { attempt: 1, presence: 'doubtful' }],
    ['an adopted ENI that is only not shown', { presence: 'doubtful' }],
  ] as const)('does not end on %s without proof', (_, known) => {
    expect(release(known)).toMatchObject(waiting('Releasing', /30 s apart/));
    expect(release({ ...known, isAbsenceProven: true })).toEqual({ kind: 'finish' });
  });

  it('ends when the ENI is gone', () => {
    expect(release({ attempt: 1, presence: 'gone' })).toEqual({ kind: 'finish' });
  });

  it('goes on with another ENI of the attachment after the first is gone', () => {
    expect(release({ attempt: 2, presence: 'gone', eni: anEni({ eniId: 'eni-second' }) })).toEqual({
      kind: 'delete',
      eniId: 'eni-second',
    });
  });
});

describe('releasing by order', () => {
  const detaching = { ...present, eni: anAttachedEni({ status: 'detaching' }) };

  it('abandons at once, whatever EC2 shows or does not show yet', () => {
    for (const more of [
      detaching,
      { ...present, eni: anEni() },
      { isInventoryComplete: false },
      { attempt: 1 },
    ]) {
      expect(release({ ...more, isAbandoned: true })).toEqual({ kind: 'abandon' });
    }
  });

  it('never abandons what is wanted', () => {
    const step = planEniStep({ ...anEniObservation(), ...present, eni: anEni(), isAbandoned: true });
    expect(step.kind).toBe('attach');
  });

  it('detaches plainly first, and by force only after 60 s', () => {
    const ordered = (forceAfterDetachingForMs: number): ReturnType<typeof planEniStep> =>
      release({ ...detaching, forceAfterDetachingForMs });
    const plain = release({ ...present, eni: anAttachedEni(), forceAfterDetachingForMs: 90_000 });
    expect(plain).toEqual({ kind: 'detach', eniId: 'eni-0a', attachmentId: 'eni-attach-0a' });
    expect(ordered(59_999)).toMatchObject(waiting('Releasing', /being detached/));
    expect(ordered(60_000)).toEqual({
      kind: 'detach',
      eniId: 'eni-0a',
      attachmentId: 'eni-attach-0a',
      force: true,
    });
  });

  it('forces nothing on an instance that is being terminated, or that is another one', () => {
    const at = { ...detaching, forceAfterDetachingForMs: 90_000 };
    expect(release({ ...at, instance: anInstance({ state: 'shutting-down' }) }).kind).toBe('wait');
    const elsewhere = anAttachedEni({ status: 'detaching', instanceId: 'i-2' });
    expect(release({ ...at, eni: elsewhere }).kind).toBe('wait');
  });
});
