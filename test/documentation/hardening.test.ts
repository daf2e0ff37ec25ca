import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './documents.ts';

interface PodTemplate {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext: object;
  readonly containers: readonly {
    readonly securityContext: Readonly<Record<string, unknown>>;
    readonly resources: object;
    readonly volumeMounts?: readonly { readonly mountPath: string; readonly readOnly?: boolean }[];
  }[];
  readonly volumes?: readonly object[];
}

function templateOf(manifest: string): PodTemplate {
  return parse(readFileSync(join(root, 'config', manifest), 'utf8')).spec.template.spec;
}

const workloads = ['manager/deployment.yaml', 'webhook/deployment.yaml', 'daemon/daemon-set.yaml'];

describe('pods of the product', () => {
  it.each(workloads)(
    '%s: have no writable root, no way to more privileges, and the default seccomp',
    (path) => {
      const { securityContext, containers } = templateOf(path);
      expect(securityContext).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' } });
      expect(containers).toHaveLength(1);
      for (const container of containers) {
        expect(container.securityContext).toMatchObject({
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.securityContext).not.toHaveProperty('privileged');
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        });
      }
    },
  );

  it.each(workloads.slice(0, 2))('%s: run as somebody without rights, apart from the host', (path) => {
    const { securityContext, containers, volumes = [], ...pod } = templateOf(path);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65_532 });
    expect([pod.hostNetwork, pod.hostPID, pod.hostIPC]).toEqual([undefined, undefined, undefined]);
    expect(JSON.stringify(volumes)).not.toContain('hostPath');
    for (const { securityContext: own, volumeMounts = [] } of containers) {
      expect(own).not.toHaveProperty('capabilities.add');
      for (const { readOnly } of volumeMounts) expect(readOnly).toBe(true);
    }
  });

  it('write on the host only where the page on security says so', () => {
    const { containers, hostPID, hostIPC } = templateOf('daemon/daemon-set.yaml');
    const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
    const written = mounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath);
    const page = readFileSync(join(root, 'docs', 'security.md'), 'utf8');
    expect(written).toEqual(['/run/multi-eni-operator', '/host/proc/sys/net']);
    for (const path of written) expect(page).toContain(`\`${path.replace('/host', '')}\``);
    expect([hostPID, hostIPC]).toEqual([undefined, undefined]);
  });
});
