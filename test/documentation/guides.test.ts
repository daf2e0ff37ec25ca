import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { podsUsingLink } from '../../src/domain/host/link-users.ts';
import { readDocument, root } from './documents.ts';

const folder = join(root, 'config', 'samples', 'guides');
const NETWORKS = 'k8s.v1.cni.cncf.io/networks';
/** Linux' limit of a link's name, which CNI plugins keep to for alternative names, too. */
const LONGEST_LINK_NAME = 15;

interface GuideObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly config?: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly deviceIndex?: number;
    readonly nodeName?: string;
    readonly hostInterface?: { readonly altName?: string };
    readonly secondaryPrivateIPCount?: number;
    readonly template?: Pick<GuideObject, 'metadata' | 'spec'>;
  };
}

function readGuide(name: string): readonly GuideObject[] {
  return parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document): GuideObject =>
    document.toJS(),
  );
}

const guides = readdirSync(folder)
  .filter((name) => name !== 'karpenter.yaml')
  .map((name) => ({ name, objects: readGuide(name) }));

/** The pods of a guide: by themselves, or of a workload. */
function podsOf(objects: readonly GuideObject[]): readonly Pick<GuideObject, 'metadata' | 'spec'>[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    if (kind === 'Pod') return [{ metadata, spec }];
    if (spec?.template === undefined) return [];
    const { namespace = '', name } = metadata;
    return [{ ...spec.template, metadata: { ...spec.template.metadata, namespace, name } }];
  });
}

function ofKind(objects: readonly GuideObject[], kind: string): readonly GuideObject[] {
  return objects.filter((object) => object.kind === kind);
}

/** Name and nodes of a NodeENI, as far as two must not share them. */
function claimsOf(objects: readonly GuideObject[]): readonly string[] {
  return ofKind(objects, 'NodeENI').flatMap(({ metadata, spec }) => [
    metadata.name,
    ...Object.entries(spec.nodeSelector ?? {}).map(
      ([key, value]) => `${key}=${value} at ${spec.deviceIndex ?? ''}`,
    ),
  ]);
}

const samples = readdirSync(join(folder, '..'))
  .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
  .map((name) => ({ name, claims: claimsOf(readGuide(join('..', name))) }));

describe.each(guides)('the guide $name', ({ name, objects }) => {
  it('says at its top which samples it cannot be applied beside, and there are no others', () => {
    const claims = new Set(claimsOf(objects));
    const clashing = samples.filter((sample) => sample.claims.some((claim) => claims.has(claim)));
    const [top = ''] = readFileSync(join(folder, name), 'utf8').split(/^[^#]/m);
    const named = Array.from(top.matchAll(/this file or config\/samples\/(\S+),/g), ([, file]) => file);
    expect(named).toEqual(clashing.map((sample) => sample.name));
    expect(named.length).toBeGreaterThan(0);
  });

  const nodeEnis = ofKind(objects, 'NodeENI');
  const definitions = ofKind(objects, 'NetworkAttachmentDefinition').map(({ metadata, spec }) => ({
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    config: spec.config ?? '',
  }));
  const pods = podsOf(objects).map(({ metadata, spec }) => ({
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    networks: metadata.annotations?.[NETWORKS] ?? '',
    isOver: false,
    spec,
  }));

  it('has pods whose use of each ENI the operator sees, which must not be detached under them', () => {
    const users = nodeEnis.map(({ metadata }) =>
      podsUsingLink({ names: [`ne-${metadata.name}`], macAddress: '02:00:00:00:00:01' }, pods, definitions),
    );
    expect(nodeEnis.length).toBeGreaterThan(1);
    // The second tenant brings its own pods.
    const unused = name === 'tenants.yaml' ? 1 : 0;
    expect(users.filter((each) => each.length === 0)).toHaveLength(unused);
  });

  it('names links that a CNI plugin can take', () => {
    const links = nodeEnis.map(({ metadata }) => `ne-${metadata.name}`);
    expect(links.filter((link) => link.length > LONGEST_LINK_NAME)).toEqual([]);
    const named = definitions.map(({ config }): string => {
      const { master, device } = JSON.parse(config);
      return master ?? device;
    });
    expect(named.toSorted()).toEqual(links.toSorted());
  });

  it('uses only what works in a VPC', () => {
    for (const { config } of definitions) {
      const { type, mode, ipam } = JSON.parse(config);
      const isWorking = {
        'host-device': mode === undefined,
        ipvlan: mode === 'l2',
        macvlan: mode === 'passthru',
      };
      expect(isWorking).toHaveProperty(type, true);
      expect(ipam.type).toBe(type === 'ipvlan' ? 'static' : 'dhcp');
    }
  });

  it('puts pods on the nodes that the NodeENIs select', () => {
    const [selector] = nodeEnis.map(({ spec }) => spec.nodeSelector);
    for (const { spec } of nodeEnis) expect(spec.nodeSelector).toEqual(selector);
    for (const { spec } of pods)
      expect(spec.nodeName === undefined ? spec.nodeSelector : selector).toEqual(selector);
    expect(pods.length).toBeGreaterThan(0);
  });

  it('is explained on the page', () => {
    expect(readDocument('docs/guides.md').text).toContain(`(../config/samples/guides/${name})`);
  });
});

describe('the sample for Karpenter', () => {
  it('has the taint that the page tells the operator of', () => {
    const [{ spec }] = parseAllDocuments(readFileSync(join(folder, 'karpenter.yaml'), 'utf8')).map(
      (document) => document.toJS(),
    );
    const [{ key }] = spec.template.spec.startupTaints;
    expect(readDocument('docs/eks.md').text).toContain(`STARTUP_TAINT=${key}`);
    expect(spec.template.metadata.labels).toEqual({ ng: 'multi-eni' });
  });
});
