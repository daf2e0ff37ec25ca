/** What an image can be made of. */
export const TARGETS = ['operator', 'webhook', 'daemon'] as const;
export const ARCHITECTURES = ['amd64', 'arm64'] as const;

/** A program that is shipped as an image. */
export type Target = (typeof TARGETS)[number];
/** A processor, as Debian and OCI name it. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** What is particular to the image of a program. */
export interface Recipe {
  /** Without a tag. */
  readonly image: string;
  readonly title: string;
  readonly description: string;
  /** `uid:gid`. */
  readonly user: string;
  /** Options of Node.js itself. */
  readonly nodeFlags: readonly string[];
  /** Debian packages besides {@link BASE_PACKAGES}. */
  readonly packages: readonly string[];
}

/** No account of the system has it. */
export const NON_ROOT = 65_532;

/** What Node.js is linked with, and the authorities for whoever asks Node.js to use the system's. */
export const BASE_PACKAGES: readonly string[] = ['ca-certificates', 'libc6', 'libgcc-s1', 'libstdc++6'];

/** ip(8) and what it is linked with; the other programs of iproute2, which need more, stay out. */
const IP_PACKAGES: readonly string[] = [
  'iproute2',
  'libbpf1',
  'libbsd0',
  'libcap2',
  'libelf1',
  'libmd0',
  'libmnl0',
  'zlib1g',
];

/**
 * Memory of every node for speed that the daemon has no use for: V8 interprets, and keeps its young generation small
 * (`node --v8-options`).
 */
const FRUGAL: readonly string[] = ['--lite-mode', '--max-semi-space-size=1'];

const nonRoot = `${NON_ROOT}:${NON_ROOT}`;

/** The images by program. */
export const RECIPES: Readonly<Record<Target, Recipe>> = {
  operator: {
    image: 'multi-eni-operator',
    title: 'multi-eni-operator',
    description: 'Gives Kubernetes nodes on AWS the network interfaces that NodeENIs ask for',
    user: nonRoot,
    nodeFlags: [],
    packages: [],
  },
  webhook: {
    image: 'multi-eni-operator-webhook',
    title: 'multi-eni-operator webhooks',
    description: 'Defaults and validates NodeENIs for the API server',
    user: nonRoot,
    nodeFlags: [],
    packages: [],
  },
  daemon: {
    image: 'multi-eni-operator-daemon',
    title: 'multi-eni-operator node daemon',
    description: 'Configures the links of attached network interfaces on a node',
    user: '0:0',
    nodeFlags: FRUGAL,
    packages: IP_PACKAGES,
  },
};

const LIBRARY =
  /^(?:usr\/)?lib(?:64)?\/(?:[^/]+-linux-gnu[^/]*\/)?(?:ld-linux-[^/]+|lib[^/]+\.so(?:\.[^/]+)*)$/;

/** Whether a file of a Debian package comes along: shared libraries, ip(8) with its tables, authorities and licences. */
export function isWanted(path: string): boolean {
  return (
    LIBRARY.test(path) ||
    /^(?:s?bin\/ip|etc\/iproute2\/.+|usr\/share\/doc\/[^/]+\/copyright)$/.test(path) ||
    /^usr\/share\/ca-certificates\/mozilla\/[^/]+\.crt$/.test(path)
  );
}
