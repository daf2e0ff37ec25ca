/** Kubernetes version of the development control plane; also in `kubernetes/go.mod`. */
export const kubernetesVersion = 'v1.36.3';

/** The programs a control plane needs, by the file names that `KUBEBUILDER_ASSETS` uses too. */
export const programNames: readonly string[] = ['etcd', 'kube-apiserver', 'kubectl'];

/**
 * Newest official envtest archives of the same Kubernetes minor, with the SHA-512 published in
 * `envtest-releases.yaml` of kubernetes-sigs/controller-tools. Pinned here, so a changed archive is refused.
 */
export const envtestArchives: {
  readonly version: string;
  readonly sha512ByPlatform: Readonly<Record<string, string>>;
} = {
  version: 'v1.36.2',
  sha512ByPlatform: {
    'linux-amd64':
      'ea743186c8a799f5cf8faf16969f86189d003cb7d130e0ac4b58789f1e5748dcf30ebe91c837a10d5ac415383da3e10b9e64d65785c938c23e739781cfb76f08',
    'linux-arm64':
      '2d72ee985a8e262a3c57dc9f7f0fd891f6a8c7bf7ebaa2db6dc6d8eac8ae28181afe51c1f368b67756cdb40b10de9b205609e1726e5f27f7c6d824dd9c6649ac',
    'darwin-amd64':
      'b4fe9f973cd1992e3880f8b230ed32c0c243b83371591e3e3315f4404df2cdbef8ee94eeb9bb245b7e5feb987d5c4a76c43e0877654ab73f00d7bbc2b9984514',
    'darwin-arm64':
      '9278f9e5af556b2f1f2d139769c1f0d717c7b4426917fdebdba898bcb725a916e4910d6160886194ff9be9589ea7c5c32c2b8ae0754703874b7c8ba8ddfc41ce',
  },
};

/** One `go build` in one of our two modules. */
export interface GoBuild {
  /** Folder beside this file. */
  readonly module: string;
  readonly packages: readonly string[];
  readonly ldflags: string;
  /** Relative to the output folder; empty puts each program there under its own name. */
  readonly output: string;
}

const versionPackage = 'k8s.io/component-base/version';
const [kubernetesMajor = '', kubernetesMinor = ''] = kubernetesVersion.slice(1).split('.');

/** What is built from source. `-trimpath` stays away: it would not share the Go cache with plain builds. */
export const goBuilds: readonly GoBuild[] = [
  {
    module: 'etcd',
    packages: ['go.etcd.io/etcd/server/v3'],
    ldflags: '-s -w',
    output: 'etcd',
  },
  {
    module: 'kubernetes',
    packages: ['k8s.io/kubernetes/cmd/kube-apiserver', 'k8s.io/kubernetes/cmd/kubectl'],
    // Without these the server calls itself v0.0.0-master and kubectl complains.
    ldflags: [
      '-s -w',
      `-X ${versionPackage}.gitVersion=${kubernetesVersion}`,
      `-X ${versionPackage}.gitMajor=${kubernetesMajor}`,
      `-X ${versionPackage}.gitMinor=${kubernetesMinor}`,
      `-X ${versionPackage}.gitTreeState=clean`,
      `-X ${versionPackage}.gitCommit=local`,
      `-X ${versionPackage}.buildDate=1970-01-01T00:00:00Z`,
    ].join(' '),
    output: '',
  },
];
