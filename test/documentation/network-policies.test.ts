import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import {
  type Connection,
  type Endpoint,
  isAllowed,
  type NetworkPolicy,
} from '../support/network-policies.ts';
import { root } from './documents.ts';

const NAMESPACE = 'eni-controller-system';
const config = join(root, 'config');

const policies = parseAllDocuments(
  readFileSync(join(config, 'components', 'network-policy', 'network-policies.yaml'), 'utf8'),
).map((document): NetworkPolicy => document.toJS());

/** A pod with the labels that the manifest gives it. */
function podOf(manifest: string): Endpoint {
  const { spec } = parse(readFileSync(join(config, manifest), 'utf8'));
  return { namespace: NAMESPACE, labels: spec.template.metadata.labels };
}

const operator = podOf('manager/deployment.yaml');
const webhook = podOf('webhook/deployment.yaml');
const apiServer: Endpoint = { address: '10.0.7.31' };
const dns: Endpoint = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const prometheus: Endpoint = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
const stranger: Endpoint = { namespace: 'tenant', labels: { 'k8s-app': 'kube-dns' } };
const neighbour: Endpoint = { namespace: NAMESPACE, labels: { app: 'something-else' } };
const ec2: Endpoint = { address: '52.95.245.0' };
const podIdentity: Endpoint = { address: '169.254.170.23' };
const podIdentityV6: Endpoint = { address: 'fd00:ec2::23' };
const metadata: Endpoint = { address: '169.254.169.254' };
const database: Endpoint = { address: '10.0.9.9' };

function tcp(from: Endpoint, to: Endpoint, port: number): Connection {
  return { from, to, port, protocol: 'TCP' };
}

const allowed: readonly (readonly [string, Connection])[] = [
  ['the API server to the webhooks', tcp(apiServer, webhook, 9443)],
  ['Prometheus to the webhooks', tcp(prometheus, webhook, 8080)],
  ['Prometheus to the operator', tcp(prometheus, operator, 8080)],
  ['the webhooks to the API server', tcp(webhook, apiServer, 443)],
  ['the operator to the API server', tcp(operator, apiServer, 6443)],
  ['the operator to EC2 and STS', tcp(operator, ec2, 443)],
  ['the operator to the agent of Pod Identity', tcp(operator, podIdentity, 80)],
  ['the operator to the agent of Pod Identity by IPv6', tcp(operator, podIdentityV6, 80)],
  ['the operator to the metadata service', tcp(operator, metadata, 80)],
  ['the operator to DNS', { from: operator, to: dns, port: 53, protocol: 'UDP' }],
  ['the webhooks to DNS, by TCP as well', tcp(webhook, dns, 53)],
  ['strangers among themselves', tcp(stranger, neighbour, 12_345)],
];

const refused: readonly (readonly [string, Connection])[] = [
  ['a pod of another namespace to the metrics of the webhooks', tcp(stranger, webhook, 8080)],
  ['a pod of another namespace to the metrics of the operator', tcp(stranger, operator, 8080)],
  ['a pod of the same namespace to the operator', tcp(neighbour, operator, 8080)],
  ['the API server to the metrics of the webhooks', tcp(apiServer, webhook, 8080)],
  ['the API server to the operator', tcp(apiServer, operator, 9443)],
  ['the webhooks to the metadata service', tcp(webhook, metadata, 80)],
  ['the webhooks to the agent of Pod Identity', tcp(webhook, podIdentity, 80)],
  ['the operator to a database', tcp(operator, database, 5432)],
  [
    'the operator to a pod that only looks like DNS',
    { from: operator, to: stranger, port: 53, protocol: 'UDP' },
  ],
  ['the webhooks to the operator', tcp(webhook, operator, 8080)],
];

describe('a network that enforces the NetworkPolicies', () => {
  it.each(allowed)('lets pass: %s', (_, connection) => {
    expect(isAllowed(policies, connection)).toBe(true);
  });

  it.each(refused)('stops: %s', (_, connection) => {
    expect(isAllowed(policies, connection)).toBe(false);
    expect(isAllowed([], connection)).toBe(true);
  });

  it('is told the ports that the containers have', () => {
    const ports = ['manager', 'webhook'].flatMap((name) => {
      const { spec } = parse(readFileSync(join(config, name, 'deployment.yaml'), 'utf8'));
      return spec.template.spec.containers[0].ports.map(
        ({ containerPort }: { containerPort: number }) => containerPort,
      );
    });
    const opened = policies.flatMap(({ spec }) =>
      (spec.ingress ?? []).flatMap(({ ports = [] }) => ports.map(({ port }) => port)),
    );
    expect(new Set(opened)).toEqual(new Set(ports));
  });
});
