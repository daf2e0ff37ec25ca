import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { IMAGE_NAMES } from './images.ts';

const config = join(import.meta.dirname, '..', '..', '..', 'config');

/** A folder as a user keeps it, on top of the overlays of the product (docs/install.md). */
export interface Layer {
  /** Folder below `config` that it stands on. */
  readonly base: string;
  /** Folders below `config`. */
  readonly components?: readonly string[];
  /** Options of the operator, as `NAME=VALUE`. */
  readonly options: readonly string[];
  readonly tag: string;
}

/** Writes its kustomization. @returns the folder, for `kubectl apply -k` */
export function writeLayer(path: string, { base, components = [], options, tag }: Layer): string {
  mkdirSync(path, { recursive: true });
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [relative(path, join(config, base))],
    components: components.map((component) => relative(path, join(config, component))),
    images: IMAGE_NAMES.map((name) => ({ name, newTag: tag })),
    configMapGenerator: [
      {
        name: 'eni-controller-config',
        namespace: 'eni-controller-system',
        behavior: 'merge',
        literals: options,
      },
    ],
  };
  writeFileSync(join(path, 'kustomization.yaml'), stringify(kustomization));
  return path;
}
