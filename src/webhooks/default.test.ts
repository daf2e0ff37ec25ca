import { describe, expect, it } from 'vitest';
import { anAdmissionRequest } from '../../test/builders/admission-request.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import { defaultNodeEniReview } from './default.ts';

const bare = {
  metadata: { name: 'tenant-b' },
  spec: { nodeSelector: { pool: 'a' }, subnetID: 'subnet-a', deviceIndex: 5 },
};

function patchOf(request: AdmissionRequest): unknown {
  const { patch, patchType } = defaultNodeEniReview(request).response;
  if (patch === undefined) return patchType;
  const operations: unknown = JSON.parse(Buffer.from(patch, 'base64').toString());
  return { patchType, operations };
}

describe('a NodeENI without defaults', () => {
  it.each(['CREATE', 'UPDATE'] as const)('gets those that are absent on %s, and no others', (operation) => {
    expect(patchOf(anAdmissionRequest({ operation, object: bare }))).toEqual({
      patchType: 'JSONPatch',
      operations: [
        { op: 'add', path: '/spec/networkCardIndex', value: 0 },
        { op: 'add', path: '/spec/deleteOnTermination', value: true },
        { op: 'add', path: '/spec/sourceDestCheck', value: true },
        { op: 'add', path: '/spec/deletionPolicy', value: 'Delete' },
      ],
    });
  });
});

describe('a NodeENI that nothing is to be written into', () => {
  it.each([
    ['because it has all defaults', { object: { ...aNodeEni() } }],
    ['because it is being deleted', { operation: 'DELETE', object: null, oldObject: bare }],
    ['because it has no spec', { object: { metadata: {} } }],
    ['because its spec is no object', { object: { spec: [] } }],
  ] as const)('passes without a patch, %s', (_, overrides) => {
    const request = anAdmissionRequest(overrides);

    expect(defaultNodeEniReview(request).response).toEqual({ uid: request.uid, allowed: true });
  });
});
