import { Ec2Error, incompleteReply } from '../../src/adapters/ec2/ec2-error.ts';
import { classifyFailure } from '../../src/adapters/ec2/error-codes.ts';
import type { Eni, Subnet } from '../../src/domain/ec2-resources.ts';
import type { CreateEniInput, OnUnreadableEni } from '../../src/operator/ports.ts';

/** A refusal in EC2's words, classified as the adapter classifies it. */
export function refusal(code: string, text: string): Ec2Error {
  return new Ec2Error({ ...classifyFailure(code, text, 400), code, message: `${code}: ${text}` });
}

/** The ENI as it is once nothing holds it. */
export function detached(eni: Eni): Eni {
  const { attachment: _, ...rest } = eni;
  return { ...rest, status: 'available' };
}

/** The ENI once the state that it is in is over. */
export function settled(eni: Eni): Eni {
  if (eni.status === 'pending') return { ...eni, status: 'available' };
  if (eni.attachment?.status === 'attaching') {
    return { ...eni, attachment: { ...eni.attachment, status: 'attached' } };
  }
  return eni.attachment?.status === 'detaching' ? detached(eni) : eni;
}

function prefixes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.200.${index}.0/28`);
}

function byte(value: number): string {
  return (Math.floor(value) % 256).toString(16).padStart(2, '0');
}

/** The n-th ENI of a fake region, as the create call answers it. */
export function newInterface(input: CreateEniInput, subnet: Subnet, n: number): Eni {
  const address = (index: number): string => `10.${index}.${Math.floor(n / 250)}.${(n % 250) + 4}`;
  return {
    eniId: `eni-${String(n).padStart(17, '0')}`,
    status: 'pending',
    subnetId: subnet.subnetId,
    vpcId: subnet.vpcId,
    zone: subnet.zone,
    macAddress: `02:00:00:00:${byte(n / 256)}:${byte(n)}`,
    description: input.description,
    securityGroupIds: input.securityGroupIds,
    sourceDestCheck: true,
    tags: input.tags,
    privateIpAddress: address(0),
    secondaryPrivateIpAddresses: Array.from({ length: input.secondaryPrivateIpCount ?? 0 }, (_, index) =>
      address(index + 1),
    ),
    ipv4Prefixes: prefixes(input.ipv4PrefixCount ?? 0),
    ipv6Addresses: [],
    ipv6Prefixes: [],
  };
}

/** What a reader makes of the ENIs if it cannot understand some of them. */
export function readableEnis(
  enis: readonly Eni[],
  unreadable: ReadonlySet<string>,
  tell: OnUnreadableEni | undefined,
): Eni[] {
  return enis.filter(({ eniId }) => {
    if (!unreadable.has(eniId)) return true;
    const error = incompleteReply('a known network interface status, it has "levitating"');
    if (tell === undefined) throw error;
    tell(eniId, error);
    return false;
  });
}
