import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

/** A reply of the API server. */
export interface ApiServerReply {
  readonly status: number;
  /** Parsed; for an error the Status. */
  readonly body: {
    readonly message?: string;
    readonly reason?: string;
    readonly details?: {
      readonly group?: string;
      readonly kind?: string;
      readonly name?: string;
      readonly causes?: readonly {
        readonly reason?: string;
        readonly message?: string;
        readonly field?: string;
      }[];
    };
    readonly metadata?: { readonly resourceVersion?: string; readonly name?: string };
    readonly items?: readonly { readonly metadata: { readonly name: string } }[];
  };
  /** Texts of its Warning headers. */
  readonly warnings: readonly string[];
}

/** The API server as an administrator reaches it, with nothing between: statuses, causes and warnings as they come. */
export interface ApiServer {
  /** @param headers further ones, for example to impersonate. */
  call(
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiServerReply>;
  close(): void;
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}

/** The texts of a Warning header, such as `299 - "text", 299 - "text"`. */
function warningsOf(header: string | undefined): string[] {
  return Array.from((header ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g), ([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1'),
  );
}

/** Opens connections to the API server of a kubeconfig; they are kept for further calls. */
export function openApiServer(kubeconfigPath: string): ApiServer {
  const kubeconfig: Kubeconfig = parse(readFileSync(kubeconfigPath, 'utf8'));
  const [cluster, user] = [kubeconfig.clusters[0]?.cluster, kubeconfig.users[0]?.user];
  if (cluster === undefined || user === undefined) throw new Error(`${kubeconfigPath} names no cluster`);
  const agent = new Agent({
    keepAlive: true,
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  });
  return {
    call: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
        const options = { method, agent, headers: { 'content-type': contentType, ...headers } };
        const call = request(`${cluster.server}${path}`, options, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('error', reject);
          response.on('end', () => {
            const warning = response.headers.warning;
            resolve({
              status: response.statusCode ?? 0,
              body: JSON.parse(text),
              warnings: warningsOf(Array.isArray(warning) ? warning.join(', ') : warning),
            });
          });
        });
        call.on('error', reject);
        call.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}
