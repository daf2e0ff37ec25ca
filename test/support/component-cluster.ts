import { runCommand } from '../../hack/control-plane/run-command.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubeconfigPath, kubectlPath } from './shared-control-plane.ts';

/** One object as `kubectl get -o json` prints it, as far as wiping needs it. */
interface StoredObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
}

const ownGroup = 'networking.k8s.aws';
const builtInResources = ['nodes', 'pods', 'leases.coordination.k8s.io', 'events'];
const wipeDeadlineMs = 30_000;

/**
 * Runs kubectl against the shared control plane as administrator.
 * @param stdin for example a manifest for `apply -f -`
 * @returns standard output
 * @throws Error with kubectl's own words when it fails.
 */
export async function kubectl(args: readonly string[], stdin = ''): Promise<string> {
  const result = await runCommand(kubectlPath(), ['--kubeconfig', kubeconfigPath(), ...args], {
    stdin,
  });
  if (result.exitCode !== 0) {
    throw new Error(`kubectl ${args.join(' ')} failed: ${result.stderr.trim()}`);
  }
  return result.stdout;
}

/**
 * Removes what tests make: all NodeENIs and NodeENIAttachments (finalizers taken away), nodes, pods, Leases but the
 * API server's own, and events. Call it when no controller runs. CRDs, namespaces and RBAC stay.
 * @throws Error when something is still there after 30 s.
 */
export async function wipeCluster(): Promise<void> {
  const own = await kubectl(['api-resources', `--api-group=${ownGroup}`, '--output=name']);
  const resources = [...own.split('\n').filter(Boolean), ...builtInResources].join(',');
  await waitUntil(async () => ((await wipeOnce(resources)) === 0 ? true : undefined), {
    what: `an empty cluster (${resources})`,
    deadlineMs: wipeDeadlineMs,
  });
}

/** @returns how many objects it found. */
async function wipeOnce(resources: string): Promise<number> {
  const found = (await list(resources)).filter((object) => !isOfApiServer(object));
  if (found.length > 0) {
    const force = ['--wait=false', '--ignore-not-found', '--force', '--grace-period=0'];
    await kubectl(['delete', ...force, '-f', '-'], asList(found));
  }
  const held = (await list(resources)).filter((object) => (object.metadata.finalizers ?? []).length > 0);
  if (held.length > 0) {
    const release = ['--type=merge', '--patch={"metadata":{"finalizers":null}}'];
    await kubectl(['patch', ...release, '-f', '-'], asList(held));
  }
  return found.length;
}

async function list(resources: string): Promise<readonly StoredObject[]> {
  const text = await kubectl(['get', resources, '--all-namespaces', '--output=json']);
  // The shape is kubectl's promise for a list of more than one resource.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return (JSON.parse(text) as { readonly items: readonly StoredObject[] }).items;
}

function asList(items: readonly StoredObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** Each kube-apiserver keeps a Lease of its own identity and makes it anew when deleted. */
function isOfApiServer(object: StoredObject): boolean {
  return object.metadata.labels?.['apiserver.kubernetes.io/identity'] !== undefined;
}
