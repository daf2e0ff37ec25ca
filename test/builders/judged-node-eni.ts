import type { AdmissionView, JudgedNode, JudgedNodeEni } from '../../src/domain/admission/admission-view.ts';

/** A NodeENI for one subnet of its own, as the rules across objects read it. */
export function aJudgedNodeEni(
  name: string,
  spec: Partial<JudgedNodeEni['spec']> = {},
  rest: Partial<Omit<JudgedNodeEni, 'name' | 'spec'>> = {},
): JudgedNodeEni {
  const hasSubnets =
    spec.subnetIDs !== undefined || spec.subnetName !== undefined || spec.subnetNames !== undefined;
  return {
    name,
    isDeleting: false,
    annotations: {},
    subnets: [],
    ...rest,
    spec: {
      nodeSelector: { ng: 'edge' },
      ...(hasSubnets ? {} : { subnetID: `subnet-${name}` }),
      securityGroupIDs: ['sg-0123456789abcdef0'],
      ...spec,
    },
  };
}

/** A node that {@link aJudgedNodeEni} selects. */
export function aJudgedNode(name: string, labels: Readonly<Record<string, string>> = {}): JudgedNode {
  return { name, labels: { ng: 'edge', ...labels } };
}

/** A view of nothing but what is given. */
export function aView(view: Partial<AdmissionView> = {}): AdmissionView {
  return { nodeEnis: [], nodes: [], attachments: [], ...view };
}
