import { describe, expect, it } from 'vitest';
import { readWebhookConfig } from './config.ts';

describe('the webhooks’ configuration', () => {
  it('has the documented defaults', () => {
    expect(readWebhookConfig([], {})).toEqual({
      kind: 'config',
      config: {
        kubeconfig: undefined,
        certificateDir: '/run/eni-webhook/certificates',
        certificatePollPeriodMs: 10_000,
        bindAddress: undefined,
        webhookPort: 9443,
        httpPort: 8080,
        shutdownDelayMs: 5_000,
        podName: 'eni-webhook',
        logLevel: 'info',
      },
    });
  });

  it('takes every option from its environment twin', () => {
    const env = {
      KUBECONFIG: '/k',
      CERTIFICATE_DIR: '/c',
      CERTIFICATE_POLL_PERIOD: '1s',
      BIND_ADDRESS: '127.0.0.1',
      WEBHOOK_PORT: '1',
      HTTP_PORT: '2',
      SHUTDOWN_DELAY: '0s',
      POD_NAME: 'pod',
      LOG_LEVEL: 'debug',
    };

    expect(readWebhookConfig([], env)).toEqual({
      kind: 'config',
      config: {
        kubeconfig: '/k',
        certificateDir: '/c',
        certificatePollPeriodMs: 1_000,
        bindAddress: '127.0.0.1',
        webhookPort: 1,
        httpPort: 2,
        shutdownDelayMs: 0,
        podName: 'pod',
        logLevel: 'debug',
      },
    });
  });

  it('names everything that is wrong', () => {
    const result = readWebhookConfig(['--webhook-port=0x', '--certificates=/c', '--shutdown-delay=5'], {});

    expect(result).toEqual({
      kind: 'problems',
      problems: [
        expect.stringContaining('--webhook-port is "0x"'),
        expect.stringContaining('--shutdown-delay is "5"'),
        '--certificates is unknown: --help lists the options',
      ],
    });
  });

  it('explains itself', () => {
    expect(readWebhookConfig(['--help'], {})).toEqual({
      kind: 'help',
      text: expect.stringContaining('--certificate-dir=PATH'),
    });
  });
});
