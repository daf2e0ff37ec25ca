import { Agent, request } from 'node:https';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerProblem } from '../support/expect-admission-answer.ts';
import { hostileBodies, type HostileBody, largeBodies } from '../support/hostile-bodies.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

/** The long run sends a hundred thousand bodies. */
const [BODIES, LARGE_BODIES] = process.env['TEST_LONG'] === '1' ? [100_000, 1_000] : [1_000, 20];
/** Of pino. */
const ERROR_LEVEL = 50;
/** So many are under way at a time. */
const BATCH = 20;
/** Far beyond what a busy machine takes: a call that is not answered by then hangs. */
const CALL_LIMIT_MS = 30_000;
const PATHS = [
  '/validate-networking-k8s-aws-v1alpha1-nodeeni',
  '/mutate-networking-k8s-aws-v1alpha1-nodeeni',
  '/validate-v1-node',
];

describe('the process under bodies that no API server sends', () => {
  let authority: TestAuthority;
  let webhook: WebhookProcess;
  let agent: Agent;

  beforeAll(async () => {
    authority = await createTestAuthority();
    const certificate = await authority.issue();
    webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate });
    agent = new Agent({ keepAlive: true, ca: authority.certificate });
  });

  afterAll(async () => {
    agent.destroy();
    await webhook.stop();
    webhook.close();
    authority.close();
  });

  function send({ contentType, body }: HostileBody, path: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const headers = contentType === undefined ? {} : { 'content-type': contentType };
      const options = { method: 'POST', agent, headers, timeout: CALL_LIMIT_MS };
      const call = request(`${webhook.url}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve(answerProblem(body, { status: response.statusCode ?? 0, body: text })),
        );
      });
      call.on('timeout', () => call.destroy(new Error('no answer in time')));
      call.on('error', (error) => resolve(String(error)));
      call.end(body);
    });
  }

  it.each([
    ['malformed, poisoned or of another version', hostileBodies, BODIES],
    ['deep or wide', largeBodies, LARGE_BODIES],
  ])(
    'answers each that is %s, and lives',
    async (_, bodies, numRuns) => {
      const batch = fc.array(bodies, { minLength: BATCH, maxLength: BATCH });
      const property = fc.asyncProperty(batch, fc.constantFrom(...PATHS), async (all, path) => {
        const problems = await Promise.all(all.map((body) => send(body, path)));
        expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
      });

      await fc.assert(property, { numRuns: numRuns / BATCH, endOnFailure: true });

      expect(webhook.logLines().filter(({ level }) => Number(level) >= ERROR_LEVEL)).toEqual([]);
    },
    600_000,
  );
});
