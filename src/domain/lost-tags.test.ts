import { expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import { anAttachedEni, anEni } from '../../test/builders/ec2-resources.ts';
import { isOursWithoutTags } from './lost-tags.ts';

const CLUSTER = { name: 'demo', uid: 'cluster-uid' };
const CLAIM = {
  attachmentUid: 'nea-uid',
  purpose: { nodeEniName: 'tenant-a', instanceId: 'i-1', slotKey: 'id/subnet-a' },
  networkCardIndex: 0,
  deviceIndex: 2,
};

it.each([
  ['all of them', {}],
  ['all but tags of no meaning', { Name: 'renamed', team: 'core' }],
  ['some of them', { [ENI_TAGS.cluster]: 'demo', [ENI_TAGS.attachment]: 'nea-uid' }],
])('an ENI in its place that lost %s is still ours', (_, tags) => {
  expect(isOursWithoutTags(anAttachedEni({}, { tags }), CLAIM, CLUSTER)).toBe(true);
});

it.each([
  ['is another cluster’s', { [ENI_TAGS.cluster]: 'another' }],
  ['is another operator’s', { [ENI_TAGS.managedBy]: 'somebody' }],
  ['is another attachment’s', { [ENI_TAGS.attachment]: 'another' }],
  ['is the VPC CNI’s', { 'node.k8s.amazonaws.com/instance_id': 'i-1' }],
  ['is EKS’s', { 'eks:eni:owner': 'amazon-vpc-cni' }],
])('an ENI whose tags say that it %s is not', (_, tags) => {
  expect(isOursWithoutTags(anAttachedEni({}, { tags }), CLAIM, CLUSTER)).toBe(false);
});

it.each([
  ['free', anEni()],
  ['on another instance', anAttachedEni({ instanceId: 'i-2' })],
  ['at another index', anAttachedEni({ deviceIndex: 3 })],
  ['on another card', anAttachedEni({ networkCardIndex: 1 })],
  ['being detached', anAttachedEni({ status: 'detaching' })],
])('an ENI that is %s proves nothing', (_, eni) => {
  expect(isOursWithoutTags(eni, CLAIM, CLUSTER)).toBe(false);
});
