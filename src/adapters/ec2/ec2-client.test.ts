import { DescribeSubnetsCommand, DetachNetworkInterfaceCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  clientOf,
  type RecordingEc2,
  startRecordingEc2,
  xmlError,
  xmlReply,
} from '../../../test/support/recording-ec2.ts';
import { rateAt } from '../../domain/rate-bucket.ts';
import { Ec2Budget } from '../../operator/engine/ec2-budget.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { toEc2Error } from './ec2-error.ts';

let server: RecordingEc2;

beforeEach(async () => {
  server = await startRecordingEc2();
});

afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

const detach = new DetachNetworkInterfaceCommand({ AttachmentId: 'eni-attach-1' });

describe('the EC2 client', () => {
  it('tries a call that finds EC2 overloaded twice, no more', async () => {
    server.answer(() => xmlError('InternalError', 'try again', 500));
    const { client } = clientOf(server.url);
    await expect(client.send(detach)).rejects.toMatchObject({ name: 'InternalError' });
    expect(server.requests).toHaveLength(2);
  });

  it('does not repeat what EC2 refuses', async () => {
    server.answer(() => xmlError('InvalidAttachmentID.NotFound', 'none'));
    const { client } = clientOf(server.url);
    await expect(client.send(detach)).rejects.toMatchObject({ name: 'InvalidAttachmentID.NotFound' });
    expect(server.requests).toHaveLength(1);
  });

  it('says whose calls these are', async () => {
    server.answer(({ Action = '' }) => xmlReply(Action, ''));
    await clientOf(server.url).client.send(detach);
    expect(server.userAgents[0]).toContain('multi-eni-operator/test');
  });

  it('records each call once, its retries included, with what came of it', async () => {
    server.answer(({ Action = '' }, count) =>
      count === 1 ? xmlError('InternalError', 'once', 500) : xmlReply(Action, ''),
    );
    const { client, records } = clientOf(server.url);
    await client.send(new DescribeSubnetsCommand({}));
    server.answer(() => xmlError('InvalidAttachmentID.NotFound', 'none'));
    await client.send(detach).catch(() => undefined);
    expect(records.map(({ action, result }) => [action, result])).toEqual([
      ['DescribeSubnets', 'ok'],
      ['DetachNetworkInterface', 'InvalidAttachmentID.NotFound'],
    ]);
    expect(records.every(({ durationMs }) => durationMs >= 0)).toBe(true);
  });

  it('gives up a silent server after 15 s and tries once more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    server.answer(() => 'never');
    const { client, records } = clientOf(server.url);
    const call = client.send(detach).catch((error: unknown) => error);
    await server.arrived(1);
    await vi.advanceTimersByTimeAsync(15_000);
    // The SDK waits a moment before it tries again.
    await vi.advanceTimersByTimeAsync(5_000);
    await server.arrived(2);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(toEc2Error('DetachNetworkInterface', await call)).toMatchObject({
      kind: 'transient',
      reason: 'EC2Unavailable',
      code: 'TimeoutError',
    });
    expect(server.requests).toHaveLength(2);
    expect(records.map(({ result }) => result)).toEqual(['TimeoutError']);
  });

  it('ends at once when the caller gives up', async () => {
    server.answer(() => 'never');
    const stop = new AbortController();
    const call = clientOf(server.url).client.send(detach, { abortSignal: stop.signal });
    const outcome = call.catch((error: unknown) => error);
    await server.arrived(1);
    stop.abort();
    expect(toEc2Error('DetachNetworkInterface', await outcome)).toMatchObject({ kind: 'transient' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a throttled read', () => {
  it('slows its bucket although the SDK repeats it with success', async () => {
    const clock = new FakeClock();
    const budget = new Ec2Budget({ clock, sizeOf: () => ({ burst: 100, tokensPerSecond: 20 }) });
    server.answer((_, count) =>
      count === 1
        ? xmlError('RequestLimitExceeded', 'Request limit exceeded.', 503)
        : xmlReply('DescribeSubnets', ''),
    );
    const { client, records } = clientOf(server.url, {
      onThrottle: (action) => budget.noticeThrottle(action),
    });
    await client.send(new DescribeSubnetsCommand({}));
    expect(records.map(({ result }) => result)).toEqual(['ok']);
    expect(rateAt(budget.bucketOf('DescribeSubnets'), clock.monotonicMs())).toBe(10);
    expect(rateAt(budget.bucketOf('DescribeInstances'), clock.monotonicMs())).toBe(20);
  });

  it('counts once for each request that EC2 throttled, and other failures not at all', async () => {
    const throttled: string[] = [];
    const { client } = clientOf(server.url, { onThrottle: (action) => throttled.push(action) });
    server.answer(() => xmlError('RequestLimitExceeded', 'Request limit exceeded.', 503));
    await client.send(new DescribeSubnetsCommand({})).catch(() => undefined);
    expect(throttled).toEqual(['DescribeSubnets', 'DescribeSubnets']);
    server.answer(() => xmlError('InternalError', 'try again', 500));
    await client.send(detach).catch(() => undefined);
    expect(throttled).toHaveLength(2);
  });
});

describe('admission', () => {
  it('is asked before every request that goes out, retries too, counted from 1 for each call', async () => {
    server.answer(() => xmlError('InternalError', 'try again', 500));
    const asked: string[] = [];
    const { client } = clientOf(server.url, {
      admit: async (action, attempt) => {
        asked.push(`${action} ${attempt} after ${server.requests.length}`);
      },
    });
    await client.send(detach).catch(() => undefined);
    await client.send(detach).catch(() => undefined);
    expect(asked).toEqual([
      'DetachNetworkInterface 1 after 0',
      'DetachNetworkInterface 2 after 1',
      'DetachNetworkInterface 1 after 2',
      'DetachNetworkInterface 2 after 3',
    ]);
  });

  it('is awaited: no request goes out before it is given', async () => {
    server.answer(({ Action = '' }) => xmlReply(Action, ''));
    const [asked, given] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { client } = clientOf(server.url, {
      admit: () => {
        asked.resolve();
        return given.promise;
      },
    });
    const call = client.send(detach);
    await asked.promise;
    // Other calls come and go meanwhile.
    const other = clientOf(server.url).client;
    for (let round = 0; round < 3; round += 1) await other.send(new DescribeSubnetsCommand({}));
    expect(server.requests.map(({ Action }) => Action)).toEqual(
      Array.from({ length: 3 }, () => 'DescribeSubnets'),
    );
    given.resolve();
    await call;
    expect(server.requests.at(-1)?.['Action']).toBe('DetachNetworkInterface');
  });
});
