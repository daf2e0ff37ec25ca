import { describe, expect, it } from 'vitest';
import { anAdmissionRequest } from '../../test/builders/admission-request.ts';
import { aView } from '../../test/builders/judged-node-eni.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import { toJudgedNodeEni } from '../domain/admission/judged-objects.ts';
import { validateNodeEni, warnOfNodeLabels } from './validate.ts';

const ids = { subnetID: 'subnet-0123456789abcdef0', securityGroupIDs: ['sg-0123456789abcdef0'] };
const otherIds = { ...ids, subnetID: 'subnet-0123456789abcdef1' };
const first = aNodeEni(ids);
const second = aNodeEni(otherIds, { name: 'tenant-b' });
const view = aView({
  nodeEnis: [toJudgedNodeEni(first)],
  nodes: [{ name: 'node-1', labels: first.spec.nodeSelector }],
});

function request(overrides: Partial<AdmissionRequest>): AdmissionRequest {
  return anAdmissionRequest(overrides);
}

function node(labels: Readonly<Record<string, string>>): { [k: string]: unknown } {
  return { metadata: { name: 'node-1', labels } };
}

describe('a new NodeENI', () => {
  it('passes in silence when nothing is to be said', () => {
    const answer = validateNodeEni(request({ object: { ...second } }), aView());

    expect(answer).toEqual({
      verdict: 'allowed',
      response: { uid: answer.response.uid, allowed: true },
      rules: [],
    });
  });

  it('is forbidden with field, cause and way out when its index is taken', () => {
    const { response, rules, verdict } = validateNodeEni(request({ object: { ...second } }), view);

    expect(verdict).toBe('denied');
    expect(rules).toEqual(['deviceIndexConflict']);
    const sentence =
      'Forbidden: index 2 is already used by NodeENI "tenant-a" (nodes matching eni.example.com/multus=true: node-1); free: 3, 4, 5';
    expect(response).toEqual({
      uid: response.uid,
      allowed: false,
      status: {
        code: 403,
        reason: 'Forbidden',
        message: `spec.deviceIndex: ${sentence}`,
        details: {
          group: 'networking.k8s.aws',
          kind: 'NodeENI',
          name: 'tenant-b',
          causes: [{ reason: 'FieldValueForbidden', field: 'spec.deviceIndex', message: sentence }],
        },
      },
      auditAnnotations: { rules: 'deviceIndexConflict', 'conflicts-with': 'tenant-a' },
    });
  });

  it('is told everything that forbids it at once', () => {
    const twin = aNodeEni(ids, { name: 'tenant-b' });

    const { response } = validateNodeEni(request({ object: { ...twin } }), view);

    expect(response.status?.message).toMatch(
      /^\[spec\.deviceIndex: Forbidden: .*, spec\.subnetID: Forbidden: .*\]$/,
    );
    expect(response.status?.details?.causes).toHaveLength(2);
  });

  it('passes with warnings that name the field', () => {
    const { response } = validateNodeEni(request({ object: { ...aNodeEni() } }), aView());

    expect(response.allowed).toBe(true);
    expect(response.warnings?.[0]).toMatch(/^spec\.subnetID: "subnet-a" does not look like an EC2 id/);
  });

  it('gets the same verdict when it is only tried', () => {
    const [real, dry] = [false, true].map((dryRun) =>
      validateNodeEni(request({ object: { ...second }, dryRun }), view),
    );

    expect(dry).toEqual(real);
  });

  it('that cannot be read is a bad request, not a guess', () => {
    const { response, verdict } = validateNodeEni(request({ object: { metadata: {} } }), view);

    expect(verdict).toBe('invalid');
    expect(response.status).toEqual({
      code: 400,
      reason: 'BadRequest',
      message: "object: the object must have required property 'spec'",
    });
  });
});

describe('a changed NodeENI', () => {
  it('is not held to a conflict that it had before', () => {
    const update = { operation: 'UPDATE', object: { ...second }, oldObject: { ...second } } as const;

    const { response } = validateNodeEni(request(update), view);

    expect(response.allowed).toBe(true);
    expect(response.warnings).toHaveLength(1);
  });

  it('is forbidden a conflict that it makes', () => {
    const old = aNodeEni({ ...otherIds, nodeSelector: { other: 'nodes' } }, { name: 'tenant-b' });
    const update = { operation: 'UPDATE', object: { ...second }, oldObject: { ...old } } as const;

    expect(validateNodeEni(request(update), view).verdict).toBe('denied');
  });

  it('that is being deleted passes, or its finalizer would stay for ever', () => {
    const metadata = { ...second.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    const update = {
      operation: 'UPDATE',
      object: { ...second, metadata },
      oldObject: { ...second, metadata, spec: { ...second.spec, nodeSelector: { other: 'nodes' } } },
    } as const;

    expect(validateNodeEni(request(update), view).response).toMatchObject({ allowed: true });
  });

  it('is not judged without what it was', () => {
    const update = { operation: 'UPDATE', object: { ...second }, oldObject: null } as const;

    expect(validateNodeEni(request(update), view).response.status?.message).toBe(
      'oldObject: the object must be object',
    );
  });
});

describe('the deletion of a NodeENI', () => {
  it('passes and tells where it is in use', () => {
    const attachments = [{ name: 'nea', nodeEniName: 'tenant-a', nodeName: 'node-1', eniId: 'eni-0a' }];

    const { response } = validateNodeEni(
      request({ operation: 'DELETE', oldObject: { ...first } }),
      aView({ attachments }),
    );

    expect(response).toMatchObject({
      allowed: true,
      warnings: ['metadata.name: in use by 1 ENI on 1 node: node-1'],
    });
  });

  it('is forbidden while it is protected', () => {
    const oldObject = aNodeEni(ids, { annotations: { 'networking.k8s.aws/deletion-protection': 'true' } });

    const { verdict } = validateNodeEni(request({ operation: 'DELETE', oldObject: { ...oldObject } }), view);

    expect(verdict).toBe('denied');
  });
});

describe('labels of a node', () => {
  const both = aView({
    nodeEnis: [
      toJudgedNodeEni(first),
      toJudgedNodeEni(aNodeEni({ ...otherIds, nodeSelector: { tier: 'edge' } }, { name: 'tenant-b' })),
    ],
  });
  const labelled = node({ ...first.spec.nodeSelector, tier: 'edge' });

  it('warn of the NodeENIs that clash on it from now on', () => {
    const update = {
      operation: 'UPDATE',
      object: labelled,
      oldObject: node(first.spec.nodeSelector),
    } as const;

    expect(warnOfNodeLabels(request(update), both).response).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('which both want device index 2')],
    });
  });

  it.each([
    ['is new', { operation: 'CREATE', object: labelled }],
    ['cannot be read', { operation: 'UPDATE', object: { metadata: { labels: 1 } }, oldObject: labelled }],
  ] as const)('pass when the node %s', (_, overrides) => {
    const { response } = warnOfNodeLabels(request(overrides), both);

    expect(response).toEqual({ uid: response.uid, allowed: true });
  });
});
