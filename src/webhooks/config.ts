import { OptionReader } from '../runtime/option-reader.ts';
import {
  type LogLevel,
  programOptions,
  type ProgramOptions,
  readKubeconfigPath,
  readLogLevel,
} from '../runtime/program-options.ts';

/** Everything that can be set from outside. */
export interface WebhookConfig {
  /** Path of a kubeconfig; undefined inside a pod. */
  readonly kubeconfig: string | undefined;
  /** Folder with `tls.crt` and `tls.key`, as a Secret of cert-manager is mounted. */
  readonly certificateDir: string;
  readonly certificatePollPeriodMs: number;
  /** Address that both servers listen on; undefined: all addresses. */
  readonly bindAddress: string | undefined;
  readonly webhookPort: number;
  readonly httpPort: number;
  /** How long reviews are still answered after SIGTERM, while nobody is sent here any more. */
  readonly shutdownDelayMs: number;
  readonly podName: string;
  readonly logLevel: LogLevel;
}

const USAGE =
  'Usage: webhook.js [OPTION]...\n\nAnswers admission reviews of the API server: defaults and validates NodeENIs.';

/** Where config/webhook mounts the Secret. */
const DEFAULT_CERTIFICATE_DIR = '/run/eni-webhook/certificates';

/** Reads flags and environment; every problem is reported, not just the first. */
export function readWebhookConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ProgramOptions<WebhookConfig> {
  const options = new OptionReader(args, env);
  const config: WebhookConfig = {
    kubeconfig: readKubeconfigPath(options),
    certificateDir:
      options.text('certificate-dir', {
        placeholder: 'PATH',
        description: `Folder with tls.crt and tls.key, reread when they change; ${DEFAULT_CERTIFICATE_DIR} where it is not given`,
      }) ?? DEFAULT_CERTIFICATE_DIR,
    certificatePollPeriodMs: options.durationMs('certificate-poll-period', {
      fallback: '10s',
      minMs: 100,
      description: 'Time between looks at the certificate files, besides the notice of the file system',
    }),
    bindAddress: options.text('bind-address', {
      placeholder: 'ADDRESS',
      description: 'Address to listen on; all addresses where it is not given',
    }),
    webhookPort: options.number('webhook-port', {
      fallback: 9443,
      min: 0,
      max: 65_535,
      description: 'Port of the webhooks (TLS); 0 takes any free port',
    }),
    httpPort: options.number('http-port', {
      fallback: 8080,
      min: 0,
      max: 65_535,
      description: 'Port of /healthz, /readyz and /metrics; 0 takes any free port',
    }),
    shutdownDelayMs: options.durationMs('shutdown-delay', {
      fallback: '5s',
      description: 'How long reviews are still answered after SIGTERM, until every API server knows',
    }),
    podName:
      options.text('pod-name', { placeholder: 'NAME', description: 'Name of this process in logs' }) ??
      'eni-webhook',
    logLevel: readLogLevel(options),
  };
  return programOptions(options, { usage: USAGE, config });
}
