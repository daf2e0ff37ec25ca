import { describe, expect, it } from 'vitest';
import { anExistingAttachment, anIntentInput } from '../../test/builders/attachment-intent.ts';
import { aClusterNode, anUnidentifiedNode } from '../../test/builders/cluster-node.ts';
import { anInstance } from '../../test/builders/ec2-resources.ts';
import { type IntentInput, planAttachments } from './attachment-intent.ts';

const NOW = 1_000_000;
const attached = anExistingAttachment();
const unlabelled = [aClusterNode({ labels: {} })];

function since(ms: number): ReturnType<typeof anExistingAttachment> {
  return anExistingAttachment({ unwantedSinceMs: NOW - ms });
}

/** What the plan does with the one attachment. */
function verdict(input: Partial<IntentInput>): string {
  const plan = planAttachments(anIntentInput({ attachments: [attached], ...input }));
  const parts = [
    ...plan.marksUnwanted.map(() => 'mark'),
    ...plan.unmarks.map(() => 'unmark'),
    ...plan.releases.map(({ cause }) => `release: ${cause}`),
    ...(plan.recheckAfterMs === undefined ? [] : [`recheck ${plan.recheckAfterMs}`]),
  ];
  return parts.join(', ');
}

describe('a node that loses its label', () => {
  it('starts the detach grace and nothing else', () => {
    expect(verdict({ nodes: unlabelled })).toBe('mark, recheck 30000');
  });

  it('stays untouched within the grace and is looked at when it ends', () => {
    expect(verdict({ nodes: unlabelled, attachments: [since(29_000)] })).toBe('recheck 1000');
  });

  it('loses its attachment when the grace has run', () => {
    const cause = 'release: nodeSelector no longer matches the node';
    expect(verdict({ nodes: unlabelled, attachments: [since(30_000)] })).toBe(cause);
    expect(verdict({ nodes: unlabelled, attachments: [since(3_600_000)] })).toBe(cause);
  });

  it('keeps it when the label comes back within the grace', () => {
    expect(verdict({ attachments: [since(29_000)] })).toBe('unmark');
  });

  it('keeps it when the label comes back late but before the release began', () => {
    expect(verdict({ attachments: [since(3_600_000)] })).toBe('unmark');
  });

  it('loses it at once where the operator is told to use no grace', () => {
    expect(verdict({ nodes: unlabelled, detachGraceMs: 0 })).toMatch(/^release/);
  });

  it('keeps it while another Node object of the same instance still bears the label', () => {
    expect(verdict({ nodes: [...unlabelled, aClusterNode({ name: 'renamed' })] })).toBe('');
  });
});

describe('a node whose Node object is gone', () => {
  it('starts the longer grace while its instance runs', () => {
    expect(verdict({ nodes: [] })).toBe('mark, recheck 300000');
    expect(verdict({ nodes: [], attachments: [since(299_000)] })).toBe('recheck 1000');
    expect(verdict({ nodes: [], attachments: [since(300_000)] })).toBe('release: the Node object is gone');
  });

  it('keeps its attachment when it registers again', () => {
    expect(verdict({ attachments: [since(200_000)] })).toBe('unmark');
  });

  it('has the whole detach grace for its labels when it registers again without them', () => {
    const nodes = [aClusterNode({ labels: {}, createdAtMs: NOW - 10_000 })];
    expect(verdict({ nodes, attachments: [since(200_000)] })).toBe('recheck 20000');
  });

  it.each(['shutting-down', 'terminated'] as const)('loses it at once when its instance is %s', (state) => {
    const instances = new Map([['i-1', anInstance({ state })]]);
    expect(verdict({ nodes: [], instances })).toBe('release: instance i-1 is gone');
  });

  it('loses it at once when EC2 does not know the instance any more', () => {
    expect(verdict({ nodes: [], instances: new Map() })).toBe('release: instance i-1 is gone');
  });

  it('keeps it while the instance is only stopped, for the grace', () => {
    expect(verdict({ nodes: [], instances: new Map([['i-1', anInstance({ state: 'stopped' })]]) })).toBe(
      'mark, recheck 300000',
    );
  });
});

describe('a node name that is used again', () => {
  it('proves nothing while the new Node has no providerID', () => {
    expect(verdict({ nodes: [anUnidentifiedNode()] })).toBe('');
    expect(verdict({ nodes: [anUnidentifiedNode()], attachments: [since(3_600_000)] })).toBe('');
  });

  it('proves nothing for another node', () => {
    expect(verdict({ nodes: [anUnidentifiedNode({ name: 'node-9' })] })).toBe('mark, recheck 300000');
  });

  it('by another instance gives up the old attachment and makes a new one', () => {
    const input = anIntentInput({
      nodes: [aClusterNode({ instanceId: 'i-2' })],
      instances: new Map([
        ['i-1', anInstance({ state: 'terminated' })],
        ['i-2', anInstance({ instanceId: 'i-2' })],
      ]),
      attachments: [attached],
    });
    const plan = planAttachments(input);
    expect(plan.releases).toEqual([{ attachment: attached, cause: 'instance i-1 is gone' }]);
    expect(plan.creates.map(({ node }) => node)).toEqual([{ name: 'node-1', instanceId: 'i-2' }]);
  });

  it('by another instance gives the old one the grace while it still runs', () => {
    const instances = new Map([
      ['i-1', anInstance()],
      ['i-2', anInstance({ instanceId: 'i-2' })],
    ]);
    expect(verdict({ nodes: [aClusterNode({ instanceId: 'i-2' })], instances })).toBe('mark, recheck 300000');
  });
});

describe('several graces', () => {
  it('are rechecked when the first of them ends', () => {
    const gone = anExistingAttachment({
      uid: 'uid-2',
      instanceId: 'i-2',
      nodeName: 'node-2',
      unwantedSinceMs: NOW,
    });
    const instances = new Map([
      ['i-1', anInstance()],
      ['i-2', anInstance({ instanceId: 'i-2' })],
    ]);
    expect(verdict({ nodes: unlabelled, instances, attachments: [gone, since(10_000)] })).toBe(
      'recheck 20000',
    );
  });
});
