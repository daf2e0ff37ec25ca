import { describe, expect, it } from 'vitest';
import { Ec2Error, incompleteReply, toEc2Error } from './ec2-error.ts';

function sdkError(name: string, message: string, httpStatusCode?: number): Error {
  const metadata = httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } };
  return Object.assign(new Error(message), { name }, metadata);
}

describe('what the SDK throws', () => {
  it('becomes an error that says what was tried, and keeps its cause', () => {
    const cause = sdkError('InvalidGroup.NotFound', 'no such group', 400);
    const error = toEc2Error('CreateNetworkInterface', cause);
    expect(error).toMatchObject({
      name: 'Ec2Error',
      kind: 'rejected',
      reason: 'SecurityGroupNotFound',
      code: 'InvalidGroup.NotFound',
      message: 'CreateNetworkInterface failed: InvalidGroup.NotFound: no such group',
    });
    expect(error.cause).toBe(cause);
  });

  it.each([
    ['ECONNREFUSED', undefined],
    ['TimeoutError', undefined],
    ['CredentialsProviderError', undefined],
    // A code that would be a refusal, had EC2 said it.
    ['InvalidParameter', undefined],
    // A reply that could not be read: the call may have been carried out.
    ['SyntaxError', 200],
  ])('%s with status %s leaves open whether the call was carried out', (name, status) => {
    expect(toEc2Error('CreateNetworkInterface', sdkError(name, 'x', status))).toMatchObject({
      kind: 'transient',
      reason: 'EC2Unavailable',
      code: name,
    });
  });

  it('about the quota of the Region names the quota and where it is raised, and blames no instance', () => {
    const text = 'Your quota allows for 5000 network interfaces in this Region.';
    const error = toEc2Error('CreateNetworkInterface', sdkError('NetworkInterfaceLimitExceeded', text, 400));
    expect(error).toMatchObject({ kind: 'waiting', reason: 'NetworkInterfaceQuotaExceeded' });
    expect(error.message).toBe(
      `CreateNetworkInterface failed: NetworkInterfaceLimitExceeded: ${text}; the account has used up its quota "Network interfaces per Region": raise it in Service Quotas (L-DF5E4CA3), or delete interfaces that nobody needs`,
    );
  });

  it('says the same of every refusal for lack of rights, and leaves the ciphertext of each to the log', () => {
    const why =
      'You are not authorized to perform this operation. User: arn:aws:sts::111122223333:assumed-role/eni-controller/s is ' +
      'not authorized to perform: ec2:CreateNetworkInterface because no identity-based policy allows it.';
    const refusal = (details: string): Ec2Error => {
      const text = `${why} Encoded authorization failure message: ${details}`;
      return toEc2Error('CreateNetworkInterface', sdkError('UnauthorizedOperation', text, 403));
    };
    const [first, second] = [refusal('kR5x-_8'.repeat(150)), refusal('Zz0y-_1'.repeat(150))];
    expect(first).toMatchObject({ kind: 'rejected', reason: 'Unauthorized' });
    expect(first.message).toBe(`CreateNetworkInterface failed: UnauthorizedOperation: ${why}`);
    expect(second.message).toBe(first.message);
    expect(String(first.cause)).toContain('kR5x-_8');
  });

  it('need not be an error', () => {
    expect(toEc2Error('DeleteNetworkInterface', 'boom')).toMatchObject({
      kind: 'transient',
      code: 'Unknown',
      message: 'DeleteNetworkInterface failed: Unknown: boom',
    });
  });

  it('is left alone when it is ours already', () => {
    const error = incompleteReply('AttachmentId');
    expect(error).toBeInstanceOf(Ec2Error);
    expect(toEc2Error('AttachNetworkInterface', error)).toBe(error);
  });
});
