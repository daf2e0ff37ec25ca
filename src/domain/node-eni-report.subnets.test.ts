import { describe, expect, it } from 'vitest';
import { aSubnet } from '../../test/builders/ec2-resources.ts';
import { aNodeEniFacts } from '../../test/builders/node-eni-facts.ts';
import { reportNodeEni } from './node-eni-report.ts';

const base = aNodeEniFacts();

describe('subnets in the status', () => {
  it('are those that a name means in each zone, in a fixed order', () => {
    const slots = [{ kind: 'name', value: 'tenant', key: 'name/tenant' } as const];
    const subnets = [
      aSubnet({ subnetId: 'subnet-b', name: 'tenant', zone: 'us-east-1b' }),
      aSubnet({ subnetId: 'subnet-a2', name: 'tenant' }),
      aSubnet({ subnetId: 'subnet-a1', name: 'tenant' }),
      aSubnet({ subnetId: 'subnet-x', name: 'other' }),
    ];
    const ids = reportNodeEni({ ...base, slots, subnets }).subnets?.map(({ subnetID }) => subnetID);
    expect(ids).toEqual(['subnet-a1', 'subnet-a2', 'subnet-b']);
  });

  it('never exceed what the API server accepts', () => {
    const slots = [{ kind: 'name', value: 'tenant', key: 'name/tenant' } as const];
    const subnets = Array.from({ length: 300 }, (_, n) =>
      aSubnet({ subnetId: `subnet-${n}`, name: 'tenant' }),
    );
    expect(reportNodeEni({ ...base, slots, subnets }).subnets).toHaveLength(256);
  });

  it('stay what they resolved to while EC2 cannot be asked', () => {
    const previous = reportNodeEni(base);
    const blocker = { reason: 'EC2Unavailable', message: 'no reply' } as const;
    const report = reportNodeEni({ ...base, slots: [], subnets: [], previous, blocker });
    expect(report.subnets).toEqual(previous.subnets);
    expect(report.subnets).toHaveLength(1);
  });
});
