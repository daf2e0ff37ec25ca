import type { CertificatePaths } from './issue-certificates.ts';

/** Ports on 127.0.0.1. */
export interface ControlPlanePorts {
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
}

/** Command line of etcd: one member on loopback that does not wait for the disk. */
export function etcdArguments(dataDir: string, ports: ControlPlanePorts): readonly string[] {
  const client = `http://127.0.0.1:${ports.etcdClient}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    '--name=default',
    `--data-dir=${dataDir}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

/** Command line of kube-apiserver; `extra` comes last, so it wins. */
export function apiServerArguments(
  certificates: CertificatePaths,
  ports: ControlPlanePorts,
  extra: readonly string[],
): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.apiServer}`,
    `--tls-cert-file=${certificates.serverCertificate}`,
    `--tls-private-key-file=${certificates.serverKey}`,
    `--client-ca-file=${certificates.caCertificate}`,
    '--anonymous-auth=false',
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${certificates.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${certificates.serviceAccountKey}`,
    // Without a controller manager no namespace gets its default service account, which this plugin demands of pods.
    '--disable-admission-plugins=ServiceAccount',
    // Addresses of Services stay on loopback, so a webhook named by a Service never leaves the machine.
    '--service-cluster-ip-range=127.96.0.0/16',
    '--allow-privileged=true',
    ...extra,
  ];
}
