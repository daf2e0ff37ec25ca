import { readFileSync, writeFileSync } from 'node:fs';
import { type ControlPlaneDirectory, claimDirectory } from './claim-directory.ts';
import { compactEtcd, isEtcdHealthy } from './etcd-client.ts';
import { findFreePort, isFree } from './find-free-port.ts';
import { type CertificatePaths, issueCertificates } from './issue-certificates.ts';
import { kubeconfigYaml } from './kubeconfig.ts';
import { PrerequisiteError } from './prerequisite-error.ts';
import { type ClientTls, requestLoopback } from './request-loopback.ts';
import type { ControlPlaneBinaries } from './resolve-binaries.ts';
import { prepareBinaries } from './prepare-binaries.ts';
import { apiServerArguments, type ControlPlanePorts, etcdArguments } from './server-arguments.ts';
import { type ServerProcess, startServerProcess, waitForServer } from './start-server-process.ts';

/** How to run a control plane. */
export interface ControlPlaneOptions {
  /** Folder for data, certificates, logs and kubeconfig; made if absent. */
  readonly dir: string;
  /** Found or built as by the command line when absent. */
  readonly binaries?: ControlPlaneBinaries;
  /** Port of the API server; 0 or absent = any free one. */
  readonly port?: number;
  /** Goes on with data and certificates of an earlier run in the same folder. */
  readonly keepData?: boolean;
  /** Further flags of kube-apiserver; they win over ours. */
  readonly apiServerArgs?: readonly string[];
  /** Aborts the start. */
  readonly signal?: AbortSignal;
}

/** A running etcd and kube-apiserver on loopback. */
export interface ControlPlane {
  /** Administrator's kubeconfig, self-contained. */
  readonly kubeconfigPath: string;
  /** `https://127.0.0.1:PORT`; the same over restarts. */
  readonly endpoint: string;
  readonly kubectlPath: string;
  /** Ends both servers; may be called again. */
  readonly stop: () => Promise<void>;
  /** Ends the API server and leaves etcd running: clients see refused connections. */
  readonly stopApiServer: () => Promise<void>;
  /** Starts the API server again, with the same port and data, and waits until it is ready. */
  readonly startApiServer: () => Promise<void>;
  /** {@link stopApiServer}, then {@link startApiServer}; its watch cache is empty afterwards. */
  readonly restartApiServer: () => Promise<void>;
  /**
   * Drops etcd's history up to now. Lists that continue from before get 410; a watch from before does once the API
   * server has been restarted, because until then its watch cache still remembers.
   */
  readonly compact: () => Promise<void>;
  /** Resolves with an explanation when a server ends without having been asked to. */
  readonly failed: Promise<string>;
}

const startDeadlineMs = 120_000;

/**
 * Starts etcd and kube-apiserver (RBAC on, no controllers, no nodes) and waits until the API server is ready.
 * @throws PrerequisiteError when the programs, openssl, the folder or the port are not available.
 * @throws Error with the tail of the log when a server does not come up.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { signal } = options;
  const binaries =
    options.binaries ?? (await prepareBinaries({ env: process.env, ...(signal && { signal }) }));
  const ports = await choosePorts(options.port ?? 0);
  const directory = await claimDirectory(options.dir, options.keepData ?? false);
  const servers = serverSet(directory);
  try {
    const certificates = await issueCertificates(directory.certificateDir, signal);
    const start = starters({ binaries, certificates, directory, ports, servers, signal });
    await start.etcd();
    await start.apiServer(options.apiServerArgs ?? []);
    const endpoint = endpointOf(ports);
    writeFileSync(directory.kubeconfigPath, kubeconfigYaml(endpoint, adminTls(certificates)), {
      mode: 0o600,
    });
    const stopApiServer = async (): Promise<void> => servers.stop('apiServer');
    const startApiServer = async (): Promise<void> => start.apiServer(options.apiServerArgs ?? []);
    return {
      kubeconfigPath: directory.kubeconfigPath,
      endpoint,
      kubectlPath: binaries.kubectl,
      stop: servers.stopAll,
      stopApiServer,
      startApiServer,
      restartApiServer: async () => {
        await stopApiServer();
        await startApiServer();
      },
      compact: async () => compactEtcd(ports.etcdClient),
      failed: servers.failed,
    };
  } catch (error) {
    await servers.stopAll();
    throw error;
  }
}

type ServerName = 'etcd' | 'apiServer';

interface ServerSet {
  readonly add: (name: ServerName, server: ServerProcess) => void;
  readonly stop: (name: ServerName) => Promise<void>;
  readonly stopAll: () => Promise<void>;
  readonly failed: Promise<string>;
}

/** Which servers run, kept in step with the record on disk. */
function serverSet(directory: ControlPlaneDirectory): ServerSet {
  const running = new Map<ServerName, ServerProcess>();
  const { promise: failed, resolve } = Promise.withResolvers<string>();
  const record = (): void => {
    const etcdPid = running.get('etcd')?.pid;
    const apiServerPid = running.get('apiServer')?.pid;
    directory.record({ ...(etcdPid && { etcdPid }), ...(apiServerPid && { apiServerPid }) });
  };
  const watch = async (name: ServerName, server: ServerProcess): Promise<void> => {
    const ending = await server.ended;
    if (running.get(name) === server) {
      resolve(`${ending}\n${server.explain()}`);
    }
  };
  const stop = async (name: ServerName): Promise<void> => {
    const server = running.get(name);
    if (server === undefined) {
      return;
    }
    running.delete(name);
    await server.stop();
    record();
  };
  return {
    failed,
    stop,
    add: (name, server) => {
      running.set(name, server);
      record();
      void watch(name, server);
    },
    stopAll: async () => {
      await stop('apiServer');
      await stop('etcd');
      directory.release();
    },
  };
}

interface StartDeps {
  readonly binaries: ControlPlaneBinaries;
  readonly certificates: CertificatePaths;
  readonly directory: ControlPlaneDirectory;
  readonly ports: ControlPlanePorts;
  readonly servers: ServerSet;
  readonly signal: AbortSignal | undefined;
}

interface Starters {
  readonly etcd: () => Promise<void>;
  readonly apiServer: (extra: readonly string[]) => Promise<void>;
}

function starters(deps: StartDeps): Starters {
  const { binaries, certificates, directory, ports, servers, signal } = deps;
  const wait = { deadlineMs: startDeadlineMs, signal };
  return {
    etcd: async () => {
      const server = await startServerProcess({
        name: 'etcd',
        executable: binaries.etcd,
        args: etcdArguments(directory.dataDir, ports),
        logPath: directory.etcdLogPath,
      });
      servers.add('etcd', server);
      const probe = async (): Promise<boolean> => isEtcdHealthy(ports.etcdClient);
      await waitForServer(server, probe, { ...wait, what: 'etcd to become healthy' });
    },
    apiServer: async (extra) => {
      const server = await startServerProcess({
        name: 'kube-apiserver',
        executable: binaries.kubeApiServer,
        args: apiServerArguments(certificates, ports, extra),
        logPath: directory.apiServerLogPath,
      });
      servers.add('apiServer', server);
      const ready = { url: `${endpointOf(ports)}/readyz`, tls: adminTls(certificates) };
      const probe = async (): Promise<boolean> => (await requestLoopback(ready))?.status === 200;
      await waitForServer(server, probe, { ...wait, what: 'kube-apiserver to become ready' });
    },
  };
}

function endpointOf(ports: ControlPlanePorts): string {
  return `https://127.0.0.1:${ports.apiServer}`;
}

function adminTls(paths: CertificatePaths): ClientTls {
  return {
    ca: readFileSync(paths.caCertificate, 'utf8'),
    cert: readFileSync(paths.adminCertificate, 'utf8'),
    key: readFileSync(paths.adminKey, 'utf8'),
  };
}

async function choosePorts(wanted: number): Promise<ControlPlanePorts> {
  if (wanted !== 0 && !(await isFree(wanted))) {
    throw new PrerequisiteError(
      `port ${wanted} on 127.0.0.1 is taken; name another with --port, or 0 for any`,
    );
  }
  const apiServer = wanted === 0 ? await findFreePort() : wanted;
  const etcdClient = await findFreePort((port) => port === apiServer);
  const etcdPeer = await findFreePort((port) => port === apiServer || port === etcdClient);
  return { apiServer, etcdClient, etcdPeer };
}
