import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { aView } from '../../test/builders/judged-node-eni.ts';
import { answerProblem } from '../../test/support/expect-admission-answer.ts';
import { hostileBodies, type HostileBody, largeBodies } from '../../test/support/hostile-bodies.ts';
import { systemClock } from '../runtime/clock.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { createApp } from './app.ts';
import { createWebhooks } from './webhooks.ts';

const webhooks = createWebhooks({ view: () => aView() });
const logger = new RecordingLogger();
const verdicts = new Set<string>();
const app = createApp({
  webhooks,
  clock: systemClock,
  logger,
  onReview: ({ verdict }) => void verdicts.add(verdict),
  isDraining: () => false,
});

afterAll(() => app.close());

async function send({ contentType, body }: HostileBody, url: string): Promise<string | undefined> {
  const reply = await app.inject({
    method: 'POST',
    url,
    payload: body,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
  });
  return answerProblem(body, { status: reply.statusCode, body: reply.body });
}

const paths = fc.constantFrom(...webhooks.map(({ path }) => path));

describe('a body that no API server sends', () => {
  it('gets an AdmissionReview or a 4xx, and no defect of ours shows', async () => {
    const property = fc.asyncProperty(hostileBodies, paths, async (body, path) => {
      expect(await send(body, path)).toBeUndefined();
    });

    await fc.assert(property, { numRuns: 2_000, interruptAfterTimeLimit: 10_000 });

    expect([...verdicts].toSorted()).toEqual(['allowed', 'invalid', 'malformed']);
    expect(logger.messages('error')).toEqual([]);
  });

  it('may be nested as deeply and be as wide as it likes', async () => {
    const property = fc.asyncProperty(largeBodies, paths, async (body, path) => {
      expect(await send(body, path)).toBeUndefined();
    });

    await fc.assert(property, { numRuns: 40, interruptAfterTimeLimit: 10_000 });

    expect(logger.messages('error')).toEqual([]);
  });
});
