import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const config = join(import.meta.dirname, '..', '..', 'config');

/** The committed manifests that make the API server call the webhooks. */
export const WEBHOOK_CONFIGURATIONS: readonly string[] = [
  'webhook/validating-webhooks.yaml',
  'webhook/mutating-webhooks.yaml',
];
/** The optional one. */
export const NODE_LABEL_WARNINGS = 'components/node-label-warnings/validating-webhooks.yaml';

/** A Validating- or MutatingWebhookConfiguration. */
export interface WebhookConfiguration {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly webhooks: readonly {
    readonly clientConfig: {
      readonly service?: { readonly path?: string };
      readonly url?: string;
      readonly caBundle?: string;
    };
  }[];
}

/** Manifests with their Service replaced by a URL: nothing routes Services to where tests run. */
export function webhookConfigurations(
  url: string,
  ca: string,
  paths: readonly string[] = WEBHOOK_CONFIGURATIONS,
): WebhookConfiguration[] {
  return paths.flatMap((path) =>
    parseAllDocuments(readFileSync(join(config, path), 'utf8')).map((document) => {
      const configuration: WebhookConfiguration = document.toJS();
      const webhooks = configuration.webhooks.map((webhook) => ({
        ...webhook,
        clientConfig: {
          url: `${url}${webhook.clientConfig.service?.path ?? ''}`,
          caBundle: Buffer.from(ca).toString('base64'),
        },
      }));
      return { ...configuration, webhooks };
    }),
  );
}
