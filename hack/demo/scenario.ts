import { join } from 'node:path';
import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { DemoWorld } from './demo-world.ts';
import type { Observer } from './observer.ts';
import { NODE_LABEL } from './seed-region.ts';
import type { Snapshot } from './snapshot.ts';

const root = join(import.meta.dirname, '..', '..');

/** The sample that the scenario applies, as it is, and the NodeENI in it. */
export const SAMPLE: { readonly path: string; readonly nodeEni: string } = {
  path: 'config/samples/subnet-by-name.yaml',
  nodeEni: 'secondary-by-name',
};

/** An MTU that no ENI can have. */
const IMPOSSIBLE_MTU = 99_999;

/** What the scenario works on. */
export interface ScenarioDeps {
  readonly world: DemoWorld;
  readonly observer: Observer;
}

/** Applies the sample as a user does and waits until it is Ready on every node. */
export async function attachEverywhere({ world, observer }: ScenarioDeps): Promise<Snapshot> {
  await world.kubectl.mustRun(['apply', '-f', join(root, SAMPLE.path)]);
  return observer.follow(
    `NodeENI ${SAMPLE.nodeEni} to be Ready on ${world.nodes.length} nodes`,
    ({ nodeEni }) => nodeEni?.reason === 'Ready' && nodeEni.ready === world.nodes.length,
  );
}

/**
 * Asks for something impossible.
 * @returns the API server's refusal
 * @throws Error when it is accepted.
 */
export async function makeMistake({ world }: ScenarioDeps): Promise<string> {
  const result = await world.kubectl.run(mistakeArguments());
  if (result.exitCode === 0) throw new Error(`the API server accepted mtu ${IMPOSSIBLE_MTU}`);
  return result.stderr.trim();
}

/** Arguments of kubectl in {@link makeMistake}. */
export function mistakeArguments(): readonly string[] {
  return ['patch', 'nodeeni', SAMPLE.nodeEni, '--type=merge', `--patch={"spec":{"mtu":${IMPOSSIBLE_MTU}}}`];
}

/** Arguments of kubectl in {@link unlabelNode}. */
export function unlabelArguments(node: string): readonly string[] {
  return ['label', 'node', node, `${NODE_LABEL.key}-`];
}

/** Takes the label from a node and waits until EC2 has no ENI of ours on it. */
export async function unlabelNode({ world, observer }: ScenarioDeps, node: string): Promise<Snapshot> {
  const instanceId = world.nodes.find(({ name }) => name === node)?.instanceId;
  if (instanceId === undefined) throw new Error(`${node} is no node of the demo`);
  await world.kubectl.mustRun(unlabelArguments(node));
  return observer.follow(`the ENI of ${node} to be gone`, ({ rows }) =>
    rows.every((row) => row.node !== node || row.attachment === undefined),
  );
}

/** Deletes the NodeENI and waits until it and its attachments are gone. */
export async function deleteNodeEni({ world, observer }: ScenarioDeps): Promise<Snapshot> {
  await world.kubectl.mustRun(['delete', 'nodeeni', SAMPLE.nodeEni, '--wait=false']);
  return observer.follow(
    `NodeENI ${SAMPLE.nodeEni} to be gone`,
    ({ rows, nodeEni }) => nodeEni === undefined && rows.every(({ attachment }) => attachment === undefined),
  );
}

/**
 * Looks in EC2 for what the operator may have left.
 * @throws Error that names the ENIs.
 */
export async function proveNothingLeft({ world }: ScenarioDeps): Promise<void> {
  const left: readonly NetworkInterface[] = await world.ownedEnis();
  if (left.length > 0) {
    const ids = left.map(({ NetworkInterfaceId, Status }) => `${NetworkInterfaceId} (${Status})`);
    throw new Error(`EC2 still holds ENIs of the operator: ${ids.join(', ')}`);
  }
}
