import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openComponentTransport } from '../../../test/support/component-transport.ts';
import { systemClock } from '../../runtime/clock.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import type { ApiTransport } from './api-transport.ts';
import {
  createEventRecorder,
  type EventNote,
  type EventRecorder,
  type EventSubject,
} from './event-recorder.ts';
import { isJsonObject } from './json-object.ts';

const path = '/api/v1/namespaces/default/events';
let transport: ApiTransport;
let subjects = 0;

beforeAll(() => {
  transport = openComponentTransport();
});

afterAll(async () => {
  await transport.close();
});

function aSubject(): EventSubject {
  subjects += 1;
  const name = `recorded-${subjects}-${Date.now()}`;
  return { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'NodeENI', name, uid: `${name}-uid` };
}

function aNote(subject: EventSubject, message: string): EventNote {
  return { subject, type: 'Warning', reason: 'SubnetNotFound', message };
}

function aRecorder(): { recorder: EventRecorder; logger: RecordingLogger } {
  const logger = new RecordingLogger();
  const recorder = createEventRecorder({
    transport,
    clock: systemClock,
    logger,
    component: 'c',
    instance: 'pod-1',
  });
  return { recorder, logger };
}

async function eventsOf({ name }: EventSubject): Promise<readonly unknown[]> {
  const query = { fieldSelector: `involvedObject.name=${name}` };
  const reply = await transport.request({ method: 'GET', path, query });
  const items = isJsonObject(reply) ? reply['items'] : undefined;
  return Array.isArray(items) ? items : [];
}

describe('events on a real API server', () => {
  it('of a cluster-scoped object are in namespace default, repeated ones once with a count', async () => {
    const { recorder, logger } = aRecorder();
    const subject = aSubject();
    recorder.record(aNote(subject, 'no subnet subnet-1'));
    await recorder.flush();
    recorder.record(aNote(subject, 'no subnet subnet-1'));
    recorder.record(aNote(subject, 'no subnet subnet-1'));
    recorder.record(aNote(subject, 'no subnet subnet-2'));
    await recorder.flush();
    expect(logger.lines).toEqual([]);
    const events = await eventsOf(subject);
    expect(events).toHaveLength(2);
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          count: 3,
          message: 'no subnet subnet-1',
          type: 'Warning',
          reportingComponent: 'c',
        }),
        expect.objectContaining({ count: 1, message: 'no subnet subnet-2', reason: 'SubnetNotFound' }),
      ]),
    );
  });

  it('are made anew when the server has expired the first one', async () => {
    const { recorder, logger } = aRecorder();
    const subject = aSubject();
    recorder.record(aNote(subject, 'again'));
    await recorder.flush();
    await transport.request({
      method: 'DELETE',
      path,
      query: { fieldSelector: `involvedObject.name=${subject.name}` },
    });
    recorder.record(aNote(subject, 'again'));
    await recorder.flush();
    expect(await eventsOf(subject)).toMatchObject([{ count: 2 }]);
    expect(logger.lines).toEqual([]);
  });

  it('that the server refuses are logged and harm nobody', async () => {
    const { recorder, logger } = aRecorder();
    recorder.record(aNote({ ...aSubject(), namespace: 'no-such-namespace' }, 'lost'));
    await recorder.flush();
    expect(logger.messages('warn')).toEqual(['cannot write event']);
  });
});
