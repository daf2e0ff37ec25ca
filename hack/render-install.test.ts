import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderInstall } from './render-install.ts';

describe('the manifests as one file', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'multi-eni-operator-install-'));
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'kustomization.yaml'), '');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const kubectl = (script: string): string => {
    const path = join(root, 'kubectl');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('are what kubectl renders', async () => {
    expect(await renderInstall(root, kubectl('echo "kind: $1"'))).toBe('dist/install.yaml 0 kB');
    expect(readFileSync(join(root, 'dist', 'install.yaml'), 'utf8')).toBe('kind: kustomize\n');
  });

  it('are left out where there is no kubectl', async () => {
    expect(await renderInstall(root, join(root, 'none'))).toBe(
      'dist/install.yaml left out: no kubectl on the PATH',
    );
  });

  it('fail loudly where they do not render', async () => {
    await expect(renderInstall(root, kubectl('echo broken >&2; exit 1'))).rejects.toThrow(
      'kubectl kustomize failed: broken',
    );
  });
});
