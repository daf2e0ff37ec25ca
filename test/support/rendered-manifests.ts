import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { kubectl } from './component-cluster.ts';

const root = join(import.meta.dirname, '..', '..');

/** An object of a rendered kustomization, as far as tests look at it. */
export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly subjects?: readonly { readonly namespace?: string }[];
  readonly webhooks?: readonly {
    readonly clientConfig: { readonly service: { readonly namespace: string } };
  }[];
  readonly spec?: {
    readonly replicas?: number;
    readonly dnsNames?: readonly string[];
    readonly template?: {
      readonly metadata: object;
      readonly spec: {
        readonly containers: readonly {
          readonly image: string;
          readonly args?: readonly string[];
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
          readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
        }[];
      };
    };
  };
}

/**
 * What `kubectl kustomize` makes of a folder.
 * @param path from the root of the repository, or absolute
 */
export async function render(path: string): Promise<readonly RenderedObject[]> {
  const text = await kubectl(['kustomize', join(path.startsWith('/') ? '' : root, path)]);
  return parseAllDocuments(text).map((document): RenderedObject => document.toJS());
}

/** The object of that kind and name; a generated name counts without its hash. */
export function findObject(objects: readonly RenderedObject[], kind: string, name: string): RenderedObject {
  const found = objects.find(
    ({ kind: other, metadata }) =>
      other === kind && (metadata.name === name || metadata.name.replace(/-[a-z0-9]{10}$/, '') === name),
  );
  if (found === undefined) throw new Error(`${kind} ${name} is not rendered`);
  return found;
}

/** Objects that other tests need, or that nothing in a bare control plane deletes. */
export function isKept({ kind }: RenderedObject): boolean {
  return kind === 'CustomResourceDefinition' || kind === 'Namespace';
}

/** Kinds that only cert-manager serves; an API server without it does not know them. */
export function isOfCertManager({ apiVersion }: RenderedObject): boolean {
  return apiVersion.startsWith('cert-manager.io/');
}

/** The objects as one that `kubectl -f -` reads. */
export function asList(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
