import { OptionReader } from '../runtime/option-reader.ts';
import {
  type LogLevel,
  programOptions,
  type ProgramOptions,
  readKubeconfigPath,
  readLogLevel,
} from '../runtime/program-options.ts';

/** Everything that can be set from outside. */
export interface DaemonConfig {
  /** Path of a kubeconfig; undefined inside a pod. */
  readonly kubeconfig: string | undefined;
  readonly nodeName: string;
  readonly resyncPeriodMs: number;
  /** Whether a veth may stand for an ENI. */
  readonly areVirtualLinksAllowed: boolean;
  readonly stateDirectory: string;
  readonly sysfs: string;
  readonly procSysNet: string;
  readonly hostRun: string;
  readonly hostEtc: string;
  /** Socket by which the kubelet tells which pods have which devices. */
  readonly podResourcesSocket: string;
  readonly bindAddress: string;
  readonly httpPort: number;
  readonly logLevel: LogLevel;
}

const USAGE =
  'Usage: daemon.js [OPTION]...\n\nConfigures the links of the network interfaces that the operator attached to this node.';

interface PathOption {
  readonly name: string;
  readonly fallback: string;
  readonly description: string;
}

function readPath(options: OptionReader, { name, fallback, description }: PathOption): string {
  const text = options.text(name, {
    placeholder: 'PATH',
    description: `${description}; ${fallback} where it is not given`,
  });
  return text ?? fallback;
}

/** Reads flags and environment; every problem is reported, not just the first. */
export function readDaemonConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ProgramOptions<DaemonConfig> {
  const options = new OptionReader(args, env);
  const config: DaemonConfig = {
    kubeconfig: readKubeconfigPath(options),
    nodeName: options.required('node-name', {
      placeholder: 'NAME',
      description: 'Name of the Node that this process runs on',
    }),
    resyncPeriodMs: options.durationMs('resync-period', {
      fallback: '30s',
      minMs: 1_000,
      description: 'How often the host is looked at even if nothing seems to happen',
    }),
    areVirtualLinksAllowed:
      options.choice('allow-virtual-links', {
        choices: ['false', 'true'],
        fallback: 'false',
        description: 'Takes a veth for an ENI, for tests and development clusters',
      }) === 'true',
    stateDirectory: readPath(options, {
      name: 'state-directory',
      fallback: '/run/multi-eni-operator',
      description: "Folder below the host's /run, where changes of links are noted",
    }),
    sysfs: readPath(options, { name: 'sysfs', fallback: '/sys', description: "The host's /sys" }),
    procSysNet: readPath(options, {
      name: 'proc-sys-net',
      fallback: '/proc/sys/net',
      description: "The host's /proc/sys/net, writable",
    }),
    hostRun: readPath(options, { name: 'host-run', fallback: '/run', description: "The host's /run" }),
    hostEtc: readPath(options, { name: 'host-etc', fallback: '/etc', description: "The host's /etc" }),
    podResourcesSocket: readPath(options, {
      name: 'pod-resources-socket',
      fallback: '/var/lib/kubelet/pod-resources/kubelet.sock',
      description: "The kubelet's socket of pod resources",
    }),
    bindAddress:
      options.text('bind-address', {
        placeholder: 'ADDRESS',
        description: 'Address of the HTTP port; 127.0.0.1 where it is not given',
      }) ?? '127.0.0.1',
    httpPort: options.number('http-port', {
      fallback: 9_810,
      min: 0,
      max: 65_535,
      description: 'Port of /healthz, /readyz and /metrics; 0 takes any free port',
    }),
    logLevel: readLogLevel(options),
  };
  return programOptions(options, { usage: USAGE, config });
}
