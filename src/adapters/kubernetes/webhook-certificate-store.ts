import type {
  StoredSecret,
  WebhookCertificateStore,
  WebhookConfigurationState,
} from '../../operator/ports.ts';
import { ApiError, isApiError } from './api-error.ts';
import type { ApiTransport } from './api-transport.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

const FIELD_MANAGER = 'nodeeni-webhook-certificates';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const INJECTION = 'cert-manager.io/inject-ca-from';

/** The configurations of config/webhook and of config/components/node-label-warnings. */
const CONFIGURATIONS = [
  { kind: 'ValidatingWebhookConfiguration', name: 'eni-webhook' },
  { kind: 'MutatingWebhookConfiguration', name: 'eni-webhook' },
  { kind: 'ValidatingWebhookConfiguration', name: 'eni-webhook-node-labels' },
] as const;

type ConfigurationName = Pick<WebhookConfigurationState, 'kind' | 'name'>;

function configurationPath({ kind, name }: ConfigurationName): string {
  return `${ADMISSION}/${kind.toLowerCase()}s/${name}`;
}

function decode(base64: unknown): string {
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString() : '';
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function memberOf(object: unknown, key: string): JsonObject {
  const member = isJsonObject(object) ? object[key] : undefined;
  return isJsonObject(member) ? member : {};
}

function versionOf(path: string, object: unknown): string {
  const version = memberOf(object, 'metadata')['resourceVersion'];
  if (typeof version === 'string' && version !== '') return version;
  throw new ApiError({
    kind: 'transient',
    status: 200,
    reason: 'Malformed',
    message: `GET ${path}: no object with metadata.resourceVersion`,
  });
}

function toSecret(path: string, object: unknown): StoredSecret {
  const data = Object.entries(memberOf(object, 'data')).map(([key, value]) => [key, decode(value)] as const);
  return { resourceVersion: versionOf(path, object), data: Object.fromEntries(data) };
}

function toState(at: ConfigurationName, object: unknown): WebhookConfigurationState {
  const webhooks = isJsonObject(object) && Array.isArray(object['webhooks']) ? object['webhooks'] : [];
  return {
    kind: at.kind,
    name: at.name,
    resourceVersion: versionOf(configurationPath(at), object),
    caBundles: webhooks.map((webhook: unknown) => decode(memberOf(webhook, 'clientConfig')['caBundle'])),
    isInjectedByCertManager: memberOf(memberOf(object, 'metadata'), 'annotations')[INJECTION] !== undefined,
  };
}

/**
 * Secrets of one namespace, and our webhook configurations. Writes are bound to the version that was read. Needs get and
 * patch of those by name, and create of Secrets in the namespace.
 */
export function createWebhookCertificateStore(
  transport: ApiTransport,
  namespace: string,
): WebhookCertificateStore {
  const secrets = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
  const query = { fieldManager: FIELD_MANAGER };

  async function read(path: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await transport.request({ method: 'GET', path, signal });
    } catch (error) {
      if (isApiError(error, 'absent')) return undefined;
      throw error;
    }
  }

  return {
    async readSecret(name, signal) {
      const path = `${secrets}/${name}`;
      const object = await read(path, signal);
      return object === undefined ? undefined : toSecret(path, object);
    },

    async writeSecret(name, data, stored, signal) {
      const encoded = Object.entries(data).map(
        ([key, text]) => [key, text === undefined ? null : encode(text)] as const,
      );
      if (stored === undefined) {
        const body = {
          apiVersion: 'v1',
          kind: 'Secret',
          type: 'kubernetes.io/tls',
          metadata: {
            name,
            labels: {
              'app.kubernetes.io/name': 'multi-eni-operator',
              'app.kubernetes.io/component': 'webhook',
            },
          },
          data: Object.fromEntries(encoded.filter(([, text]) => text !== null)),
        };
        await transport.request({ method: 'POST', path: secrets, query, body, signal });
        return;
      }
      const { resourceVersion } = stored;
      await transport.request({
        method: 'PATCH',
        path: `${secrets}/${name}`,
        query,
        contentType: 'application/merge-patch+json',
        body: { metadata: { resourceVersion }, data: Object.fromEntries(encoded) },
        signal,
      });
    },

    async readConfigurations(signal) {
      const found = await Promise.all(
        CONFIGURATIONS.map(async (at) => {
          const object = await read(configurationPath(at), signal);
          return object === undefined ? [] : [toState(at, object)];
        }),
      );
      return found.flat();
    },

    async setCaBundle(configuration, pem, signal) {
      const caBundle = encode(pem);
      await transport.request({
        method: 'PATCH',
        path: configurationPath(configuration),
        query,
        contentType: 'application/json-patch+json',
        body: [
          { op: 'replace', path: '/metadata/resourceVersion', value: configuration.resourceVersion },
          ...configuration.caBundles.map((_, index) => ({
            op: 'add',
            path: `/webhooks/${index}/clientConfig/caBundle`,
            value: caBundle,
          })),
        ],
        signal,
      });
    },
  };
}
