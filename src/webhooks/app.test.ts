import { describe, expect, it } from 'vitest';
import { anAdmissionReview } from '../../test/builders/admission-request.ts';
import { FakeClock } from '../runtime/fake-clock.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { allow } from './admission-review.ts';
import { type App, createApp, type Webhook } from './app.ts';
import type { ReviewRecord } from './webhook-metrics.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

interface World {
  readonly app: App;
  readonly logger: RecordingLogger;
  readonly records: ReviewRecord[];
  isDraining: boolean;
}

function createWorld(webhook: Partial<Webhook> = {}): World {
  const logger = new RecordingLogger();
  const records: ReviewRecord[] = [];
  const world = { isDraining: false };
  const app = createApp({
    webhooks: [
      {
        name: 'validate',
        path: '/validate',
        review: (request) => allow(request),
        failsOpen: ({ operation }) => operation === 'DELETE',
        ...webhook,
      },
    ],
    clock: new FakeClock(),
    logger,
    onReview: (record) => records.push(record),
    isDraining: () => world.isDraining,
  });
  return Object.assign(world, { app, logger, records });
}

const broken: Partial<Webhook> = {
  review: () => {
    throw new Error('defect');
  },
};

describe('a call', () => {
  it('is answered and counted, and leaves no line', async () => {
    const { app, logger, records } = createWorld();

    const reply = await app.inject({ method: 'POST', url: '/validate', payload: anAdmissionReview() });

    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({ kind: 'AdmissionReview', response: { allowed: true } });
    expect(records).toEqual([
      { webhook: 'validate', operation: 'CREATE', verdict: 'allowed', durationMs: expect.any(Number) },
    ]);
    expect(logger.lines).toEqual([]);
  });

  it('is answered with the warnings that had to be read for, behind those of the verdict', async () => {
    const { app } = createWorld({
      review: (request) => allow(request, { warnings: ['first'] }),
      moreWarnings: async () => ['second'],
    });

    const reply = await app.inject({ method: 'POST', url: '/validate', payload: anAdmissionReview() });

    expect(reply.json()).toMatchObject({ response: { allowed: true, warnings: ['first', 'second'] } });
  });

  it.each([
    ['no JSON', '{', JSON_TYPE, 400],
    ['empty', '', JSON_TYPE, 400],
    ['of another type', '{}', { 'content-type': 'application/yaml' }, 415],
    ['no review', '[]', JSON_TYPE, 400],
    ['poisoned', '{"__proto__":{"kind":"AdmissionReview"}}', JSON_TYPE, 400],
    ['larger than 8 MiB', `"${'x'.repeat(8 * 1024 * 1024)}"`, JSON_TYPE, 413],
  ])('whose body is %s is refused and counted', async (_, payload, headers, status) => {
    const { app, records } = createWorld();

    const reply = await app.inject({ method: 'POST', url: '/validate', payload, headers });

    expect(reply.statusCode).toBe(status);
    expect(records).toMatchObject([{ webhook: 'validate', operation: 'unknown', verdict: 'malformed' }]);
  });

  it('may be as large as an object and its predecessor can be', async () => {
    const { app } = createWorld();
    const half = { metadata: { annotations: { a: 'x'.repeat(3 * 1024 * 1024) } } };
    const payload = anAdmissionReview({ operation: 'UPDATE', object: half, oldObject: half });

    expect((await app.inject({ method: 'POST', url: '/validate', payload })).statusCode).toBe(200);
  });

  it('of another path or method is told so', async () => {
    const { app } = createWorld();

    expect((await app.inject({ method: 'POST', url: '/other', payload: {} })).statusCode).toBe(404);
    expect((await app.inject({ method: 'GET', url: '/validate' })).statusCode).toBe(404);
  });
});

describe('a defect in a review', () => {
  it('refuses with an AdmissionReview of ours where the webhook fails closed', async () => {
    const { app, logger, records } = createWorld(broken);

    const reply = await app.inject({
      method: 'POST',
      url: '/validate',
      payload: anAdmissionReview({ uid: 'u' }),
    });

    expect(reply.json()).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid: 'u',
        allowed: false,
        status: { code: 500, reason: 'InternalError', message: 'webhook validate failed; see its log for u' },
      },
    });
    expect(records).toMatchObject([{ verdict: 'failed' }]);
    expect(logger.messages('error')).toEqual(['review failed']);
  });

  it('lets pass with a warning where the webhook fails open', async () => {
    const { app } = createWorld(broken);

    const payload = anAdmissionReview({ operation: 'DELETE' });
    const reply = await app.inject({ method: 'POST', url: '/validate', payload });

    expect(reply.json()).toMatchObject({
      response: { allowed: true, warnings: [expect.stringContaining('let this pass unchecked')] },
    });
  });
});

describe('while the process drains', () => {
  it('every answer tells the client to connect elsewhere', async () => {
    const world = createWorld();
    const call = { method: 'POST', url: '/validate', payload: anAdmissionReview() } as const;
    expect((await world.app.inject(call)).headers.connection).not.toBe('close');

    world.isDraining = true;

    expect((await world.app.inject(call)).headers.connection).toBe('close');
  });
});
