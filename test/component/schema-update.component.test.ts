import { array, assert, asyncProperty, constantFrom, record } from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isApiError } from '../../src/adapters/kubernetes/api-error.ts';
import type { ApiTransport } from '../../src/adapters/kubernetes/api-transport.ts';
import { isJsonObject } from '../../src/adapters/kubernetes/json-object.ts';
import { mergeSubnetSlots, type SubnetFields } from '../../src/domain/subnet-slots.ts';
import { allowedSubnetChanges, refusedSubnetChanges } from '../support/subnet-change-cases.ts';
import { many, nodeENI, nodeENIs, refusals, valid, without } from './schema-api.ts';
import { openComponentTransport } from '../support/component-transport.ts';

const path = `${nodeENIs}/changing`;
const noSubnet = without('subnetID');
const merged = 'the merged subnet list (subnetID, subnetIDs, subnetName, subnetNames)';
const onlyAtItsEnd =
  'may only grow or shrink at its end, because device indexes are counted along it; append or remove subnets at the end, or create another NodeENI and delete this one';

let transport: ApiTransport;
beforeAll(() => {
  transport = openComponentTransport();
});
afterAll(() => transport.close());
afterEach(forget);

async function forget(): Promise<void> {
  try {
    await transport.request({ method: 'DELETE', path });
  } catch (error) {
    if (!isApiError(error, 'absent')) throw error;
  }
}

/** Stores a NodeENI, then says what the API server answers when its spec is to become `after`. */
async function change(before: object, after: object): Promise<readonly string[]> {
  const created = await transport.request({
    method: 'POST',
    path: nodeENIs,
    body: nodeENI('changing', before),
  });
  const metadata = isJsonObject(created) && isJsonObject(created['metadata']) ? created['metadata'] : {};
  const body = nodeENI('changing', after, { resourceVersion: metadata['resourceVersion'] });
  return refusals(transport.request({ method: 'PUT', path, query: { dryRun: 'All' }, body }));
}

function slotKeys(fields: SubnetFields): string[] {
  return mergeSubnetSlots(fields).map(({ key }) => key);
}

function beginsWith(long: readonly string[], short: readonly string[]): boolean {
  return short.every((key, index) => long[index] === key);
}

function moveFix(what: string): string {
  return `EC2 cannot move an attached ENI; create a NodeENI with the new ${what}, then delete this one`;
}

describe('the subnets of a NodeENI', () => {
  it.each(allowedSubnetChanges)('%s', async (_promise, before, after) => {
    expect(await change({ ...noSubnet, ...before }, { ...noSubnet, ...after })).toEqual([]);
  });

  it.each(refusedSubnetChanges)('refuse %s', async (_promise, before, after, says) => {
    expect(await change({ ...noSubnet, ...before }, { ...noSubnet, ...after })).toEqual([
      `spec.subnetIDs: Invalid value: ${merged} is ${says}: it ${onlyAtItsEnd}`,
    ]);
  });

  it('are judged within the cost limit of the API server, however many and long they are', async () => {
    const ids = many(16, (index) => `subnet-${String(index).padStart(57, 'i')}`);
    const names = many(16, (index) => String(index).padStart(255, 'n'));
    const before = {
      ...noSubnet,
      subnetID: 'subnet-first',
      subnetIDs: ids,
      subnetName: 'f'.repeat(255),
      subnetNames: names,
    };
    const exchanged = { ...before, subnetIDs: ids.toReversed(), subnetNames: names.toReversed() };

    expect(await change(before, { ...before, subnetNames: names.slice(0, -1) })).toEqual([]);
    await forget();
    expect(await change(before, exchanged)).toEqual([
      `spec.subnetIDs: Invalid value: ${merged} ${onlyAtItsEnd}`,
    ]);
  });

  it('are judged as the operator merges them: one list must begin with the other', async () => {
    const value = constantFrom('subnet-a', 'subnet-b', 'subnet-c');
    const fields = record(
      {
        subnetID: value,
        subnetIDs: array(value, { maxLength: 4 }),
        subnetName: value,
        subnetNames: array(value, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    ).filter((candidate) => mergeSubnetSlots(candidate).length > 0);

    await assert(
      asyncProperty(fields, fields, async (before, after) => {
        const [old, next] = [slotKeys(before), slotKeys(after)];
        const isAllowed = beginsWith(old, next) || beginsWith(next, old);
        const answer = await change({ ...noSubnet, ...before }, { ...noSubnet, ...after });
        await forget();
        expect(answer.length === 0).toBe(isAllowed);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the place of a NodeENI', () => {
  it('keeps its device index', async () => {
    expect(await change({ ...valid, deviceIndex: 3 }, { ...valid, deviceIndex: 4 })).toEqual([
      `spec.deviceIndex: Invalid value: deviceIndex is 3 and cannot become 4: ${moveFix('index')}`,
    ]);
  });

  it('keeps its device index when the field is left out later', async () => {
    expect(await change({ ...valid, deviceIndex: 3 }, valid)).toEqual([
      `spec.deviceIndex: Invalid value: deviceIndex is 3 and cannot become 2: ${moveFix('index')}`,
    ]);
  });

  it('keeps its network card', async () => {
    expect(await change(valid, { ...valid, networkCardIndex: 1 })).toEqual([
      `spec.networkCardIndex: Invalid value: networkCardIndex is 0 and cannot become 1: ${moveFix('card')}`,
    ]);
  });

  it('lets everything else change', async () => {
    const changed = {
      ...valid,
      nodeSelector: { role: 'core' },
      securityGroupIDs: ['sg-b'],
      deviceIndex: 2,
      networkCardIndex: 0,
      mtu: 9001,
      deleteOnTermination: false,
      sourceDestCheck: false,
      description: 'changed',
      tags: { team: 'core' },
      secondaryPrivateIPCount: 2,
      ipv6PrefixCount: 1,
      enableDPDK: false,
      dpdkResourceName: 'intel.com/sriov_kernel',
    };
    expect(await change(valid, changed)).toEqual([]);
  });
});
