import { describe, expect, it } from 'vitest';
import { readDaemonConfig } from './config.ts';

describe('the options of the daemon', () => {
  it('have defaults that fit the shipped manifests', () => {
    expect(readDaemonConfig([], { NODE_NAME: 'node-1' })).toEqual({
      kind: 'config',
      config: {
        kubeconfig: undefined,
        nodeName: 'node-1',
        resyncPeriodMs: 30_000,
        areVirtualLinksAllowed: false,
        stateDirectory: '/run/multi-eni-operator',
        sysfs: '/sys',
        procSysNet: '/proc/sys/net',
        hostRun: '/run',
        hostEtc: '/etc',
        podResourcesSocket: '/var/lib/kubelet/pod-resources/kubelet.sock',
        bindAddress: '127.0.0.1',
        httpPort: 9_810,
        logLevel: 'info',
      },
    });
  });

  it('can be given by the environment each, and by flags, which win', () => {
    const env = {
      NODE_NAME: 'a',
      RESYNC_PERIOD: '1m',
      ALLOW_VIRTUAL_LINKS: 'true',
      HTTP_PORT: '1',
      HOST_RUN: '/r',
    };
    expect(readDaemonConfig(['--http-port=2', '--node-name=b'], env)).toMatchObject({
      config: {
        nodeName: 'b',
        resyncPeriodMs: 60_000,
        areVirtualLinksAllowed: true,
        httpPort: 2,
        hostRun: '/r',
      },
    });
  });

  it('are refused all at once, each with its name', () => {
    const result = readDaemonConfig(['--http-port=70000', '--log-level=loud', '--no-such=1'], {});
    const problems = result.kind === 'problems' ? result.problems.join('\n') : '';
    for (const name of ['--node-name', '--http-port', '--log-level', '--no-such'])
      expect(problems).toContain(name);
  });

  it('are explained by --help, each with its twin in the environment', () => {
    const result = readDaemonConfig(['--help'], {});
    const text = result.kind === 'help' ? result.text : '';
    for (const name of ['node-name', 'state-directory', 'sysfs', 'proc-sys-net', 'host-run', 'host-etc']) {
      expect(text).toContain(`--${name}=`);
      expect(text).toContain(name.toUpperCase().replaceAll('-', '_'));
    }
  });
});
