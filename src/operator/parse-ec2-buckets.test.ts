import { describe, expect, it } from 'vitest';
import { parseEc2Buckets } from './parse-ec2-buckets.ts';

describe('--ec2-buckets', () => {
  it('takes burst and refill of any action that the operator calls', () => {
    expect(parseEc2Buckets('CreateNetworkInterface=200/10, DescribeSubnets=50/2.5')).toEqual({
      value: {
        CreateNetworkInterface: { burst: 200, tokensPerSecond: 10 },
        DescribeSubnets: { burst: 50, tokensPerSecond: 2.5 },
      },
      problems: [],
    });
  });

  it('changes nothing when it is not given', () => {
    expect(parseEc2Buckets(undefined)).toEqual({ value: {}, problems: [] });
  });

  it.each([
    ['CreateNetworkInterface', 'give ACTION=BURST/REFILL'],
    ['CreateNetworkInterface=5', 'give ACTION=BURST/REFILL'],
    ['CreateNetworkInterface=-5/1', 'give ACTION=BURST/REFILL'],
    ['CreateNetworkInterface=0/5', 'give a burst of at least 1'],
    ['CreateNetworkInterface=5/0', 'give a refill above 0'],
    ['RunInstances=5/2', 'give one of CreateNetworkInterface, AttachNetworkInterface,'],
    ['DescribeSubnets=1/1,DescribeSubnets=2/2', 'give DescribeSubnets once'],
  ])('refuses %s and says how it should be', (text, fix) => {
    const { problems } = parseEc2Buckets(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`--ec2-buckets has "${text.split(',').at(-1)}": ${fix}`);
  });

  it('tells every problem at once', () => {
    expect(parseEc2Buckets('Create=1/1,DeleteNetworkInterface=0/1,x').problems).toHaveLength(3);
  });
});
