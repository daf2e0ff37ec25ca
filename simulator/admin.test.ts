import { describe, expect, it } from 'vitest';
import { type AdminReply, answerAdmin } from './admin.ts';
import { type TestRegion, openTestRegion } from './test-region.ts';

function ask(region: TestRegion, method: string, path: string, body?: unknown): AdminReply {
  const url = new URL(path, 'http://simulator');
  return answerAdmin(region.admin, { method, url, body: body === undefined ? '' : JSON.stringify(body) });
}

describe('admin endpoints', () => {
  it('add, list and remove faults', () => {
    const region = openTestRegion();
    const rule = { action: 'DescribeVpcs', kind: 'throttle', times: 1 };
    expect(ask(region, 'POST', '/_sim/faults', rule)).toMatchObject({
      status: 200,
      body: { id: 'fault-1', ...rule },
    });
    expect(region.code('DescribeVpcs')).toBe('RequestLimitExceeded');
    expect(ask(region, 'GET', '/_sim/faults').body).toMatchObject({ faults: [{ seen: 1, fired: 1 }] });
    expect(ask(region, 'DELETE', '/_sim/faults?id=fault-1')).toEqual({ status: 200, body: { faults: [] } });
    expect(ask(region, 'DELETE', '/_sim/faults?id=fault-1').status).toBe(400);
    expect(ask(region, 'DELETE', '/_sim/faults').status).toBe(200);
  });

  it('move a virtual clock', () => {
    const region = openTestRegion();
    const { nowMs } = region.state();
    expect(ask(region, 'POST', '/_sim/clock', { advanceMs: 5_000 })).toEqual({
      status: 200,
      body: { nowMs: nowMs + 5_000 },
    });
  });

  it.each([
    ['/_sim/faults', { action: 'Nothing', kind: 'error' }, 'action'],
    ['/_sim/faults', { action: '*', kind: 'gremlin' }, 'kind'],
    ['/_sim/faults', { action: '*', kind: 'error', colour: 'red' }, 'colour'],
    ['/_sim/faults', { action: '*', kind: 'error', nth: 0 }, 'nth'],
    ['/_sim/faults', { action: '*', kind: 'error', probability: 2 }, 'probability'],
    ['/_sim/faults', { action: '*', kind: 'error', match: { a: 1 } }, 'match.a'],
    ['/_sim/faults', { action: '*', kind: 'latency' }, 'latencyMs'],
    ['/_sim/faults', { action: '*', kind: 'throttle', latencyMs: 5 }, 'latencyMs'],
    ['/_sim/faults', { action: '*', kind: 'stale-describe', durationMs: 60_001 }, 'durationMs'],
    ['/_sim/faults', 'text', 'body'],
    ['/_sim/clock', { advanceMs: -1 }, 'advanceMs'],
    ['/_sim/actions', { kind: 'dance' }, 'kind'],
    ['/_sim/actions', { kind: 'delete', networkInterfaceId: 'eni-0123456789abcdef0' }, 'networkInterfaceId'],
    ['/_sim/actions', { kind: 'delete' }, 'networkInterfaceId'],
    ['/_sim/actions', { kind: 'retag', resourceId: 'x', tags: {} }, 'kind'],
    ['/_sim/actions', { kind: 'delete', networkInterfaceId: 'eni-1', force: true }, 'force'],
  ])('answer %s %j with 400 naming %s', (path, body, field) => {
    const reply = ask(openTestRegion(), 'POST', path, body);
    expect(reply).toMatchObject({ status: 400, body: { error: { field, fix: expect.stringMatching(/./) } } });
  });

  it('answer broken JSON, unknown paths, methods and sequence numbers', () => {
    const region = openTestRegion();
    const url = new URL('/_sim/faults', 'http://simulator');
    expect(answerAdmin(region.admin, { method: 'POST', url, body: '{' })).toMatchObject({
      status: 400,
      body: { error: { field: 'body' } },
    });
    expect(ask(region, 'GET', '/_sim/nothing').status).toBe(404);
    expect(ask(region, 'PUT', '/_sim/state').status).toBe(405);
    expect(ask(region, 'GET', '/_sim/calls?since=x').status).toBe(400);
    expect(ask(region, 'GET', '/_sim/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
  });
});

describe('out-of-band actors', () => {
  it('detach, delete, retag and change interfaces behind the back of the caller', () => {
    const region = openTestRegion();
    const instance = region.newInstance();
    const id = region.newInterface();
    region.attach(id, instance, 1);
    const read = (): unknown => region.state().networkInterfaces.find((item) => item.id === id);
    region.act({ kind: 'retag', resourceId: id, tags: { a: '1', b: '2' } });
    region.act({ kind: 'untag', resourceId: id, keys: ['a'] });
    region.act({ kind: 'modify-groups', networkInterfaceId: id, groupIds: [region.groupId] });
    region.act({ kind: 'modify-source-dest-check', networkInterfaceId: id, sourceDestCheck: false });
    region.act({ kind: 'modify-delete-on-termination', networkInterfaceId: id, deleteOnTermination: true });
    expect(read()).toMatchObject({
      tags: { b: '2' },
      groupIds: [region.groupId],
      sourceDestCheck: false,
      attachment: { deleteOnTermination: true },
    });
    region.act({ kind: 'detach', networkInterfaceId: id });
    expect(read()).toMatchObject({ status: 'available' });
    region.attach(id, instance, 1);
    region.act({ kind: 'delete', networkInterfaceId: id });
    expect(read()).toBeUndefined();
  });

  it('fill a device index like a CNI, once', () => {
    const region = openTestRegion();
    const instanceId = region.newInstance();
    const [eni = ''] = region.act({ kind: 'fill-index', instanceId, deviceIndex: 1 });
    expect(region.state().networkInterfaces.find(({ id }) => id === eni)).toMatchObject({
      description: `aws-K8S-${instanceId}`,
      attachment: { instanceId, deviceIndex: 1, networkCardIndex: 0, deleteOnTermination: true },
    });
    expect(() => region.act({ kind: 'fill-index', instanceId, deviceIndex: 1 })).toThrow('choose a free one');
  });

  it('fill a subnet but for a few addresses', () => {
    const region = openTestRegion();
    const [subnetId = ''] = region.subnetIds;
    region.act({ kind: 'fill-subnet', subnetId, leaveFree: 1 });
    region.newInterface();
    expect(region.code('CreateNetworkInterface', { SubnetId: subnetId })).toBe(
      'InsufficientFreeAddressesInSubnet',
    );
  });

  it('stop, start and reclaim instances', () => {
    const region = openTestRegion();
    const instanceId = region.newInstance();
    region.act({ kind: 'stop-instance', instanceId });
    expect(region.state().instances[0]?.state).toBe('stopped');
    region.act({ kind: 'start-instance', instanceId });
    expect(region.state().instances[0]?.state).toBe('running');
    region.act({ kind: 'terminate-instance', instanceId });
    expect(region.state().instances[0]).toMatchObject({
      state: 'terminated',
      stateReason: 'Server.SpotInstanceTermination',
    });
    expect(region.state().networkInterfaces).toEqual([]);
  });
});
