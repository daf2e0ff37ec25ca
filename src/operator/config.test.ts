import { describe, expect, it } from 'vitest';
import { readOperatorConfig } from './config.ts';

describe('the operator’s configuration', () => {
  it('needs the Region only; everything else has the documented default', () => {
    expect(readOperatorConfig([], { AWS_REGION: 'us-east-1' })).toEqual({
      kind: 'config',
      config: {
        kubeconfig: undefined,
        awsRegion: 'us-east-1',
        clusterName: undefined,
        leaseName: 'nodeeni-controller-leader-election',
        leaseNamespace: 'eni-controller-system',
        leaseDurationMs: 15_000,
        resyncPeriodMs: 300_000,
        detachGraceMs: 30_000,
        nodeGoneGraceMs: 300_000,
        ec2Share: 0.7,
        ec2Buckets: {},
        maxConcurrentReconciles: 5,
        maxConcurrentEniCleanup: 3,
        acknowledgeOrphans: false,
        adoptIdentity: undefined,
        takeOverReference: true,
        managesWebhookCertificates: false,
        httpPort: 8080,
        hostDaemon: 'Disabled',
        releaseDeadlineMs: 600_000,
        evictMaxUnavailable: 0,
        startupTaint: undefined,
        podName: 'multi-eni-operator',
        logLevel: 'info',
      },
    });
  });

  it('takes every option from its environment twin', () => {
    const env = {
      KUBECONFIG: '/k',
      AWS_REGION: 'eu-west-1',
      CLUSTER_NAME: 'demo',
      LEASE_NAME: 'lease',
      POD_NAMESPACE: 'ns',
      LEASE_DURATION: '30s',
      RESYNC_PERIOD: '10m',
      DETACH_GRACE: '0s',
      NODE_GONE_GRACE: '1m',
      EC2_SHARE: '1',
      EC2_BUCKETS: 'CreateNetworkInterface=200/10,DescribeInstances=50/2.5',
      MAX_CONCURRENT_RECONCILES: '9',
      MAX_CONCURRENT_ENI_CLEANUP: '8',
      ACKNOWLEDGE_ORPHANS: 'true',
      ADOPT_IDENTITY: 'old/one/uid-0',
      TAKE_OVER_REFERENCE: 'false',
      WEBHOOK_CERTIFICATES: 'Managed',
      HTTP_PORT: '0',
      HOST_DAEMON: 'Required',
      RELEASE_DEADLINE: '5m',
      EVICT_MAX_UNAVAILABLE: '3',
      STARTUP_TAINT: 'example.com/no-enis',
      POD_NAME: 'pod-1',
      LOG_LEVEL: 'debug',
    };
    expect(readOperatorConfig([], env)).toEqual({
      kind: 'config',
      config: {
        kubeconfig: '/k',
        awsRegion: 'eu-west-1',
        clusterName: 'demo',
        leaseName: 'lease',
        leaseNamespace: 'ns',
        leaseDurationMs: 30_000,
        resyncPeriodMs: 600_000,
        detachGraceMs: 0,
        nodeGoneGraceMs: 60_000,
        ec2Share: 1,
        ec2Buckets: {
          CreateNetworkInterface: { burst: 200, tokensPerSecond: 10 },
          DescribeInstances: { burst: 50, tokensPerSecond: 2.5 },
        },
        maxConcurrentReconciles: 9,
        maxConcurrentEniCleanup: 8,
        acknowledgeOrphans: true,
        adoptIdentity: { name: 'old/one', uid: 'uid-0' },
        takeOverReference: false,
        managesWebhookCertificates: true,
        httpPort: 0,
        hostDaemon: 'Required',
        releaseDeadlineMs: 300_000,
        evictMaxUnavailable: 3,
        startupTaint: 'example.com/no-enis',
        podName: 'pod-1',
        logLevel: 'debug',
      },
    });
  });

  it('lets flags win over the environment', () => {
    const result = readOperatorConfig(['--aws-region=us-west-2', '--lease-duration', '20s'], {
      AWS_REGION: 'us-east-1',
      LEASE_DURATION: '30s',
    });
    expect(result).toMatchObject({ config: { awsRegion: 'us-west-2', leaseDurationMs: 20_000 } });
  });

  it('tells every problem at once', () => {
    const args = [
      '--lease-duration=1ms',
      '--ec2-share=0',
      '--ec2-buckets=RunInstances=5/2,Create',
      '--max-concurrent-reconciles=0',
      '--max-concurrent-eni-cleanup=1.5',
      '--host-daemon=Maybe',
      '--log-level=loud',
      '--acknowledge-orphans=yes',
      '--adopt-identity=demo',
      '--oops',
    ];
    const result = readOperatorConfig(args, {});
    expect(result.kind).toBe('problems');
    const problems = result.kind === 'problems' ? result.problems : [];
    const flags = problems.map((problem) => /^--[a-z0-9-]+/.exec(problem)?.[0] ?? problem);
    expect(flags.toSorted()).toEqual([
      '--acknowledge-orphans',
      '--adopt-identity',
      '--aws-region',
      '--ec2-buckets',
      '--ec2-buckets',
      '--ec2-share',
      '--host-daemon',
      '--lease-duration',
      '--log-level',
      '--max-concurrent-eni-cleanup',
      '--max-concurrent-reconciles',
      '--oops',
    ]);
  });

  it('prints help before it complains', () => {
    const result = readOperatorConfig(['--help', '--oops'], {});
    expect(result.kind).toBe('help');
    expect(result.kind === 'help' ? result.text : '').toContain('--detach-grace=DURATION');
  });
});
