import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { fencedBlocks, readDocument } from '../documentation/documents.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { installWebhooks, uninstallWebhooks } from '../support/webhook-configurations.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath, kubectlPath } from '../support/shared-control-plane.ts';

const blocks = fencedBlocks(readDocument('docs/webhooks.md'));

/** The commands of the page with what they print according to it. */
const commands = blocks
  .filter(({ language }) => language === 'console')
  .flatMap(({ content }) => content.split(/^\$ kubectl /m).slice(1))
  .map((text) => {
    const [command = '', ...output] = text.trimEnd().split('\n');
    return { args: command.split(' '), output: output.join('\n') };
  });

describe('the page on webhooks', () => {
  let authority: TestAuthority;
  let webhook: WebhookProcess;
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-page-'));

  beforeAll(async () => {
    for (const { content } of blocks.filter(({ language }) => language === 'yaml')) {
      writeFileSync(join(dir, /^# (\S+)\n/.exec(content)?.[1] ?? 'unnamed'), content);
    }
    authority = await createTestAuthority();
    const certificate = await authority.issue();
    webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate });
    await installWebhooks(webhook.url, authority.certificate);
    for (const name of ['node-1', 'node-2']) {
      const metadata = { name, labels: { 'node-group': 'tenants' } };
      await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata }));
    }
  });

  afterAll(async () => {
    await uninstallWebhooks();
    await webhook.stop();
    webhook.close();
    authority.close();
    await wipeCluster();
    rmSync(dir, { recursive: true, force: true });
  });

  async function print(args: readonly string[]): Promise<string> {
    const all = ['--kubeconfig', kubeconfigPath(), ...args];
    const { stdout, stderr } = await runCommand(kubectlPath(), all, { cwd: dir });
    return `${stderr}${stdout}`.trimEnd();
  }

  it('quotes what kubectl prints', async () => {
    const last = new Map<string, string>();
    for (const { args, output } of commands) {
      // A page cannot say "and a moment later": the webhooks hear of the write before by a watch.
      await waitUntil(
        async () => {
          last.set(args.join(' '), await print(args));
          return last.get(args.join(' ')) === output ? true : undefined;
        },
        {
          what: `kubectl ${args.join(' ')} to print\n${output}\n`,
          deadlineMs: 3_000,
          explain: () => last.get(args.join(' ')) ?? '',
        },
      );
    }

    expect(commands.length).toBeGreaterThan(5);
  });
});
