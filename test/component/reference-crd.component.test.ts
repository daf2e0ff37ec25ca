import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { type ControlPlane, startControlPlane } from '../../hack/control-plane/start-control-plane.ts';
import { FINALIZER } from '../../api/v1alpha1/names.ts';

const CRD = join(
  import.meta.dirname,
  '..',
  '..',
  'config',
  'crd',
  'bases',
  'networking.k8s.aws_nodeenis.yaml',
);
const text = { type: 'string' };
const texts = { type: 'array', items: text };
const whole = { type: 'integer' };

/** A NodeENI CRD as the reference ships it, as far as it matters here: types only, and its own default of deviceIndex. */
const REFERENCE_CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'nodeenis.networking.k8s.aws' },
  spec: {
    group: 'networking.k8s.aws',
    scope: 'Cluster',
    names: {
      kind: 'NodeENI',
      plural: 'nodeenis',
      singular: 'nodeeni',
      shortNames: ['neni'],
      listKind: 'NodeENIList',
    },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['nodeSelector'],
                properties: {
                  nodeSelector: { type: 'object', additionalProperties: text },
                  subnetID: text,
                  subnetIDs: texts,
                  securityGroupIDs: texts,
                  deviceIndex: { type: 'integer', default: 1 },
                  deleteOnTermination: { type: 'boolean', default: true },
                  mtu: whole,
                },
              },
              status: {
                type: 'object',
                properties: {
                  attachments: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: {
                        nodeID: text,
                        instanceID: text,
                        eniID: text,
                        subnetID: text,
                        deviceIndex: whole,
                        status: text,
                        lastUpdated: { type: 'string', format: 'date-time' },
                        dpdkBound: { type: 'boolean' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const SPEC = {
  nodeSelector: { ng: 'voice' },
  subnetID: 'subnet-0a1b2c3d4e5f6000a',
  securityGroupIDs: ['sg-0a1b2c3d4e5f60000'],
};

/** A NodeENI as the reference keeps it. */
function nodeEni(name: string, spec: object): string {
  return JSON.stringify({
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name, finalizers: [FINALIZER] },
    spec,
  });
}

describe('a cluster whose CRD of the reference is replaced by ours', () => {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-reference-crd-'));
  let controlPlane: ControlPlane;

  async function kubectl(
    args: readonly string[],
    stdin = '',
  ): Promise<{ exitCode: number | null; out: string }> {
    const flags = ['--kubeconfig', controlPlane.kubeconfigPath, ...args];
    const { exitCode, stdout, stderr } = await runCommand(controlPlane.kubectlPath, flags, { stdin });
    return { exitCode, out: stdout + stderr };
  }

  async function must(args: readonly string[], stdin = ''): Promise<string> {
    const { exitCode, out } = await kubectl(args, stdin);
    if (exitCode !== 0) throw new Error(out);
    return out;
  }

  async function stored(name: string): Promise<{
    readonly metadata: { readonly uid: string; readonly finalizers: readonly string[] };
    readonly spec: Readonly<Record<string, unknown>>;
    readonly status: { readonly attachments: readonly object[] };
  }> {
    return JSON.parse(await must(['get', 'nodeeni', name, '--output=json']));
  }

  let before: Awaited<ReturnType<typeof stored>>;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ dir });
    await must(['apply', '-f', '-'], JSON.stringify(REFERENCE_CRD));
    await must([
      'wait',
      '--for=condition=Established',
      '--timeout=60s',
      `crd/${REFERENCE_CRD.metadata.name}`,
    ]);
    await must(['apply', '-f', '-'], nodeEni('voice', SPEC));
    await must(['apply', '-f', '-'], nodeEni('odd', { ...SPEC, mtu: 999_999 }));
    const attachments = [
      { nodeID: 'n', eniID: 'eni-1', deviceIndex: 1, status: 'attached', dpdkBound: true },
    ];
    const patch = `--patch=${JSON.stringify({ status: { attachments } })}`;
    await must(['patch', 'nodeeni', 'voice', '--subresource=status', '--type=merge', patch]);
    before = await stored('voice');
    await must(['apply', '--server-side', '--force-conflicts', '-f', CRD]);
    await must(['wait', '--for=condition=Established', '--timeout=60s', '-f', CRD]);
  });

  afterAll(async () => {
    await controlPlane.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('keeps its NodeENIs with uid, finalizer and status', async () => {
    const after = await stored('voice');
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.metadata.finalizers).toEqual([FINALIZER]);
    expect(after.status.attachments).toMatchObject([{ nodeID: 'n', eniID: 'eni-1', deviceIndex: 1 }]);
  });

  it('keeps the device index 1 of objects that named none; new ones get 2', async () => {
    expect((await stored('voice')).spec).toMatchObject({ deviceIndex: 1, deleteOnTermination: true });
    await must(['apply', '-f', '-'], nodeEni('new', SPEC));
    expect((await stored('new')).spec).toMatchObject({ deviceIndex: 2 });
  });

  it('takes the same manifest again without a change of the index', async () => {
    await must(['apply', '-f', '-'], nodeEni('voice', SPEC));
    expect((await stored('voice')).spec).toMatchObject({ deviceIndex: 1 });
    await must(['apply', '--server-side', '--field-manager=gitops', '-f', '-'], nodeEni('voice', SPEC));
    expect((await stored('voice')).spec).toMatchObject({ deviceIndex: 1 });
  });

  it('names what ours refuses, of the object as it is stored', async () => {
    const json = await must(['get', 'nodeeni', 'odd', '--output=json']);
    const { metadata, ...rest } = JSON.parse(json);
    const copy = { ...rest, metadata: { name: `${metadata.name}-copy` } };
    const { exitCode, out } = await kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(copy));
    expect(exitCode).toBe(1);
    expect(out).toContain('spec.mtu');
    // What is stored is not refused as long as the field itself does not change.
    await must(['annotate', 'nodeeni', 'odd', 'example.com/touched=true']);
  });
});
