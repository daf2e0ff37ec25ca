import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { afterEach, expect, it, vi } from 'vitest';
import { type Ec2Simulator, type Ec2SimulatorOptions, startEc2Simulator } from './ec2-simulator.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Ec2SimulatorOptions = {}): Promise<Ec2Simulator> {
  const simulator = await startEc2Simulator(options);
  cleanups.push(() => simulator.close());
  return simulator;
}

function post(
  simulator: Ec2Simulator,
  fields: Readonly<Record<string, string>>,
  authorization = '',
): Promise<Response> {
  return fetch(simulator.url, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(fields),
  });
}

async function createdId(reply: Response, element: string): Promise<string> {
  return new RegExp(`<${element}>([^<]+)</${element}>`).exec(await reply.text())?.[1] ?? '';
}

interface Attached {
  readonly eni: string;
  readonly attachmentId: string;
}

async function attachOne(simulator: Ec2Simulator): Promise<Attached> {
  const vpc = await createdId(
    await post(simulator, { Action: 'CreateVpc', CidrBlock: '10.0.0.0/16' }),
    'vpcId',
  );
  const subnetFields = { Action: 'CreateSubnet', VpcId: vpc, CidrBlock: '10.0.0.0/24' };
  const SubnetId = await createdId(await post(simulator, subnetFields), 'subnetId');
  const launch = {
    Action: 'RunInstances',
    ImageId: 'ami-12345678',
    InstanceType: 'm5.large',
    SubnetId,
    MinCount: '1',
    MaxCount: '1',
  };
  const InstanceId = await createdId(await post(simulator, launch), 'instanceId');
  const eni = await createdId(
    await post(simulator, { Action: 'CreateNetworkInterface', SubnetId }),
    'networkInterfaceId',
  );
  const attach = { Action: 'AttachNetworkInterface', NetworkInterfaceId: eni, InstanceId, DeviceIndex: '1' };
  return { eni, attachmentId: await createdId(await post(simulator, attach), 'attachmentId') };
}

it('answers in the envelopes of the query protocol', async () => {
  const simulator = await start();
  const parser = new XMLParser({ ignoreAttributes: false });
  const good = await post(simulator, { Action: 'CreateVpc', CidrBlock: '10.0.0.0/16' });
  expect(good.headers.get('content-type')).toContain('text/xml');
  expect(parser.parse(await good.text())).toMatchObject({
    CreateVpcResponse: {
      '@_xmlns': 'http://ec2.amazonaws.com/doc/2016-11-15/',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      vpc: { vpcId: expect.stringMatching(/^vpc-[0-9a-f]{17}$/) },
    },
  });
  const bad = await post(simulator, { Action: 'DeleteVpc', VpcId: '<vpc>&' });
  expect(bad.status).toBe(400);
  expect(parser.parse(await bad.text())).toMatchObject({
    Response: {
      Errors: { Error: { Code: 'InvalidVpcID.Malformed', Message: expect.stringContaining('"<vpc>&"') } },
      RequestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
});

it('takes the caller and the region from the signature and keeps the signature out of the log', async () => {
  const simulator = await start();
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/eu-west-1/ec2/aws4_request, Signature=abcdef';
  const reply = await post(simulator, { Action: 'DescribeAvailabilityZones' }, authorization);
  expect(await reply.text()).toContain('<regionName>eu-west-1</regionName>');
  const log = JSON.stringify(simulator.auditLog.read({ since: 0, action: undefined }).calls);
  expect(log).toContain('AKIAEXAMPLE');
  expect(log).not.toContain('abcdef');
});

it('loses a reply on the wire although the call took effect, and cuts a broken one short', async () => {
  const simulator = await start();
  simulator.faults.add({ action: 'CreateVpc', kind: 'reset-after-commit', nth: 1 });
  simulator.faults.add({ action: 'DescribeVpcs', kind: 'malformed-xml', nth: 1 });
  await expect(post(simulator, { Action: 'CreateVpc', CidrBlock: '10.0.0.0/16' })).rejects.toThrow(
    'fetch failed',
  );
  expect(simulator.state().vpcs).toHaveLength(1);
  const broken = await post(simulator, { Action: 'DescribeVpcs' });
  expect(await broken.text()).not.toContain('</DescribeVpcsResponse>');
});

it('answers admin requests as JSON beside the EC2 calls', async () => {
  const simulator = await start();
  const health = await fetch(`${simulator.url}/_sim/healthz`);
  expect(await health.json()).toEqual({ status: 'ok' });
  const refused = await fetch(`${simulator.url}/_sim/clock`, { method: 'POST', body: '{"advanceMs":1}' });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { fix: expect.stringContaining('--virtual-clock') } });
});

it('runs a command when an interface is attached and when it is gone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ec2-simulator-'));
  cleanups.push(() => rm(directory, { recursive: true }));
  const file = join(directory, 'events');
  const script = `require('fs').appendFileSync(${JSON.stringify(file)}, [process.env.EVENT, process.env.ENI_ID, process.env.DEVICE_INDEX, process.argv[1]].join(' ') + '\\n')`;
  const hook = { kind: 'command', command: process.execPath, args: ['-e', script] } as const;
  const simulator = await start({ attachHook: hook, detachHook: hook });
  const { eni, attachmentId } = await attachOne(simulator);
  await vi.waitUntil(() => simulator.state().hooks.length === 2, { timeout: 20_000 });
  await post(simulator, { Action: 'DetachNetworkInterface', AttachmentId: attachmentId });
  await vi.waitUntil(() => simulator.state().hooks.length === 3, { timeout: 20_000 });
  const lines = (await readFile(file, 'utf8')).split('\n');
  expect(lines).toContain(`attached ${eni} 1 attached`);
  expect(lines).toContain(`detached ${eni} 1 detached`);
  expect(simulator.state().hooks.map((delivery) => delivery.result)).toEqual(['ok', 'ok', 'ok']);
}, 60_000);

it('posts to a URL, and a failing hook is recorded and never breaks EC2', async () => {
  const bodies: string[] = [];
  const receiver = createServer((request, response) => {
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => void bodies.push(chunk));
    request.on('end', () => {
      response.statusCode = 500;
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  cleanups.push(async () => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const address = receiver.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const logged: string[] = [];
  const simulator = await start({
    attachHook: { kind: 'url', url: `http://127.0.0.1:${port}/hook` },
    log: (message) => void logged.push(message),
  });
  const { eni } = await attachOne(simulator);
  await vi.waitUntil(() => simulator.state().hooks.length === 2, { timeout: 20_000 });
  expect(simulator.state().hooks.map(({ result, detail }) => [result, detail])).toEqual([
    ['failed', 'answered 500'],
    ['failed', 'answered 500'],
  ]);
  expect(logged).toEqual(['hook failed', 'hook failed']);
  expect(bodies.map((body): unknown => JSON.parse(body))).toContainEqual(
    expect.objectContaining({ EVENT: 'attached', ENI_ID: eni, CARD_INDEX: '0', DEVICE_INDEX: '1' }),
  );
  expect(simulator.state().networkInterfaces.map((item) => item.attachment?.status)).toEqual([
    'attached',
    'attached',
  ]);
}, 60_000);
