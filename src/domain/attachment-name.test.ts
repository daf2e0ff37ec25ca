import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachmentName } from './attachment-name.ts';

const intent = {
  nodeEniName: 'tenant-a',
  nodeEniUid: '9b2f0c4e-1a2b-4c3d-8e4f-5a6b7c8d9e0f',
  instanceId: 'i-0123456789abcdef0',
  slotKey: 'id/subnet-0123456789abcdef0',
};
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

describe('attachment name', () => {
  it('never changes between releases, because a restart must find the same object', () => {
    expect(attachmentName(intent)).toBe('tenant-a-9b2f0c-i-0123456789abcdef0-369a4471');
  });

  it.each([
    ['the NodeENI', { nodeEniName: 'tenant-b' }],
    ['a NodeENI made anew under the same name', { nodeEniUid: 'aaaaaaaa-1a2b-4c3d-8e4f-5a6b7c8d9e0f' }],
    ['the instance', { instanceId: 'i-0123456789abcdef1' }],
    ['the subnet entry', { slotKey: 'name/tenant-a' }],
  ])('differs with %s', (_, change) => {
    expect(attachmentName({ ...intent, ...change })).not.toBe(attachmentName(intent));
  });

  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

  it('is a valid object name of at most 253 characters for every NodeENI name up to 63 characters', () => {
    fc.assert(
      fc.property(
        label,
        fc.uuid(),
        fc.string({ maxLength: 300, unit: 'grapheme' }),
        (nodeEniName, nodeEniUid, slotKey) => {
          const name = attachmentName({ ...intent, nodeEniName, nodeEniUid, slotKey });
          expect(name).toMatch(DNS_SUBDOMAIN);
          expect(name.length).toBeLessThanOrEqual(253);
        },
      ),
    );
    const longest = attachmentName({ ...intent, nodeEniName: 'a'.repeat(63) });
    expect(longest).toMatch(DNS_SUBDOMAIN);
  });

  it('keeps the subnet entries of one NodeENI apart', () => {
    const slots = Array.from({ length: 5_000 }, (_, number) => `name/subnet-${number}`);
    expect(new Set(slots.map((slotKey) => attachmentName({ ...intent, slotKey }))).size).toBe(slots.length);
  });
});
