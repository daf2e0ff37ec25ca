import { LEADER_LEASE_NAME } from '../../api/v1alpha1/names.ts';
import type { BucketSize } from '../domain/rate-bucket.ts';
import type { ClusterIdentity } from '../domain/ownership.ts';
import { OptionReader } from '../runtime/option-reader.ts';
import {
  type LogLevel,
  programOptions,
  type ProgramOptions,
  readKubeconfigPath,
  readLogLevel,
} from '../runtime/program-options.ts';
import { parseEc2Buckets } from './parse-ec2-buckets.ts';

/** Whether the nodes run the daemon. */
export type HostDaemonMode = 'Required' | 'Disabled';

/** Everything that can be set from outside. */
export interface OperatorConfig {
  /** Path of a kubeconfig; undefined inside a pod. */
  readonly kubeconfig: string | undefined;
  readonly awsRegion: string;
  /** Undefined: the uid of namespace kube-system. */
  readonly clusterName: string | undefined;
  readonly leaseName: string;
  readonly leaseNamespace: string;
  readonly leaseDurationMs: number;
  readonly resyncPeriodMs: number;
  readonly detachGraceMs: number;
  readonly nodeGoneGraceMs: number;
  /** Share of each EC2 throttle bucket that this operator takes, above 0 and at most 1. */
  readonly ec2Share: number;
  /** The account's EC2 throttle buckets that differ from the documented ones, by action. */
  readonly ec2Buckets: Readonly<Record<string, BucketSize>>;
  /** NodeENIs worked on at a time. */
  readonly maxConcurrentReconciles: number;
  /** Detach and delete calls under way at a time. */
  readonly maxConcurrentEniCleanup: number;
  /** One pass of the collection of leaked ENIs goes on in spite of its brakes. */
  readonly acknowledgeOrphans: boolean;
  /** An earlier identity of this cluster whose ENIs and attachments are taken over. */
  readonly adoptIdentity: ClusterIdentity | undefined;
  /** ENIs of the reference controller are taken over, and those that cannot be are told of. */
  readonly takeOverReference: boolean;
  /** The leader makes and renews the certificates of the webhooks. */
  readonly managesWebhookCertificates: boolean;
  /** Whether an attachment is Ready only when its node has configured the link. */
  readonly hostDaemon: HostDaemonMode;
  /** How long a daemon that is dead holds a detach up. */
  readonly releaseDeadlineMs: number;
  /** Nodes whose pods are evicted at a time when they keep an ENI from being detached; 0: none. */
  readonly evictMaxUnavailable: number;
  /** Key of the taint that a node bears until its ENIs are Ready. */
  readonly startupTaint: string | undefined;
  readonly httpPort: number;
  readonly podName: string;
  readonly logLevel: LogLevel;
}

const USAGE =
  'Usage: operator.js [OPTION]...\n\nGives Kubernetes nodes on AWS the network interfaces that NodeENIs ask for.';

/** NAME/UID; a name may hold a slash, a uid does not. What is wrong is added to `problems`. */
function readAdoptedIdentity(options: OptionReader, problems: string[]): ClusterIdentity | undefined {
  const text = options.text('adopt-identity', {
    placeholder: 'NAME/UID',
    description: 'Earlier identity of this cluster: takes over its attachments and the ENIs on nodes here',
  });
  const [, name, uid] = /^(.+)\/([^/\s]+)$/.exec(text ?? '') ?? [];
  if (name !== undefined && uid !== undefined) return { name, uid };
  if (text !== undefined) {
    problems.push(
      `--adopt-identity is "${text}": give the cluster name and the uid as NAME/UID, as the refusal prints them`,
    );
  }
  return undefined;
}

/** Reads flags and environment; every problem is reported, not just the first. */
export function readOperatorConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ProgramOptions<OperatorConfig> {
  const options = new OptionReader(args, env);
  const identityProblems: string[] = [];
  const config: OperatorConfig = {
    kubeconfig: readKubeconfigPath(options),
    awsRegion: options.required('aws-region', {
      placeholder: 'REGION',
      description: 'AWS Region of the cluster, such as us-east-1',
    }),
    clusterName: options.text('cluster-name', {
      placeholder: 'NAME',
      description: 'Cluster name in EC2 tags; the uid of namespace kube-system where it is not given',
    }),
    leaseName:
      options.text('lease-name', {
        placeholder: 'NAME',
        description: `Lease of the leader; ${LEADER_LEASE_NAME} where it is not given`,
      }) ?? LEADER_LEASE_NAME,
    leaseNamespace:
      options.text('pod-namespace', {
        placeholder: 'NAMESPACE',
        description: 'Namespace of the Lease; eni-controller-system where it is not given',
      }) ?? 'eni-controller-system',
    leaseDurationMs: options.durationMs('lease-duration', {
      fallback: '15s',
      minMs: 1_000,
      description: 'How long the leader is respected after its last renewal',
    }),
    resyncPeriodMs: options.durationMs('resync-period', {
      fallback: '5m',
      minMs: 1_000,
      description: 'Time between full listings of the ENIs of this cluster',
    }),
    detachGraceMs: options.durationMs('detach-grace', {
      fallback: '30s',
      description: 'How long a node may lose its labels without losing its ENIs',
    }),
    nodeGoneGraceMs: options.durationMs('node-gone-grace', {
      fallback: '5m',
      description: 'How long a Node object may be gone while its instance runs without losing its ENIs',
    }),
    ec2Share: options.number('ec2-share', {
      fallback: 0.7,
      min: 0.01,
      max: 1,
      isInteger: false,
      description: "Share of each of the account's EC2 throttle buckets to use",
    }),
    ec2Buckets: options.parsed('ec2-buckets', {
      placeholder: 'ACTION=BURST/REFILL,...',
      description:
        "Throttle buckets of the account that differ from EC2's documented ones, refill per second; the share is taken of them, too",
      parse: parseEc2Buckets,
    }),
    maxConcurrentReconciles: options.number('max-concurrent-reconciles', {
      fallback: 5,
      min: 1,
      max: 100,
      description: 'NodeENIs worked on at a time',
    }),
    maxConcurrentEniCleanup: options.number('max-concurrent-eni-cleanup', {
      fallback: 3,
      min: 1,
      max: 32,
      description:
        'EC2 calls under way at a time that detach or delete ENIs; how many ENIs wait for EC2 to detach them has no limit',
    }),
    acknowledgeOrphans:
      options.choice('acknowledge-orphans', {
        choices: ['false', 'true'],
        fallback: 'false',
        description: 'Lets the collection of leaked ENIs go on once although a brake holds it',
      }) === 'true',
    adoptIdentity: readAdoptedIdentity(options, identityProblems),
    takeOverReference:
      options.choice('take-over-reference', {
        choices: ['true', 'false'],
        fallback: 'true',
        description: 'Takes over the ENIs that aws-multi-eni-controller attached for NodeENIs to nodes here',
      }) === 'true',
    managesWebhookCertificates:
      options.choice('webhook-certificates', {
        choices: ['External', 'Managed'],
        fallback: 'External',
        description:
          'Managed: makes and renews the certificates of the webhooks, where no cert-manager or other issuer does',
      }) === 'Managed',
    hostDaemon: options.choice('host-daemon', {
      choices: ['Disabled', 'Required'],
      fallback: 'Disabled',
      description: 'Whether an attachment is Ready only when its node has configured the link',
    }),
    releaseDeadlineMs: options.durationMs('release-deadline', {
      fallback: '10m',
      description: 'How long a detach waits for a daemon that is dead to give the host back',
    }),
    evictMaxUnavailable: options.number('evict-max-unavailable', {
      fallback: 0,
      min: 0,
      max: 1_000,
      description:
        'Nodes whose pods are evicted at a time when they keep an ENI from being detached; 0 evicts none, more needs the right to (config/components/pod-eviction)',
    }),
    startupTaint: options.text('startup-taint', {
      placeholder: 'KEY',
      description: 'Key of a taint that is taken off a node once all its ENIs are Ready; it is never put on',
    }),
    httpPort: options.number('http-port', {
      fallback: 8080,
      min: 0,
      max: 65_535,
      description: 'Port of /healthz, /readyz and /metrics; 0 takes any free port',
    }),
    podName:
      options.text('pod-name', {
        placeholder: 'NAME',
        description: 'Name of this process in the Lease and in events',
      }) ?? 'multi-eni-operator',
    logLevel: readLogLevel(options),
  };
  return programOptions(options, { usage: USAGE, config, problems: identityProblems });
}
