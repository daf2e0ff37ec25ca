/**
 * Attach and detach hook of the EC2 simulator (docs/simulator.md): an attached interface becomes a veth with its MAC
 * address in the network namespace of its instance, and goes with the detach, wherever it was moved to meanwhile.
 *
 * Arguments: a JSON file `{"INSTANCE-ID": "NAMESPACE"}`, and the namespace that stands for the VPC; what the simulator
 * adds to them is read from the environment. Namespaces are those of ip-netns(8), which gives a name to the namespace of
 * a container too: `ip netns attach NAME PID`. Primary interfaces and unlisted instances are left alone.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const {
  EVENT = '',
  INSTANCE_ID = '',
  ENI_ID = '',
  MAC = '',
  CARD_INDEX = '0',
  DEVICE_INDEX = '0',
} = process.env;
const [nodesFile = '', vpc = ''] = process.argv.slice(2);

/** At most 15 bytes (IFNAMSIZ), so of the id only its end. */
const peer = `vpc${ENI_ID.slice(-12)}`;

function ip(...args: readonly string[]): void {
  execFileSync('ip', ['-n', vpc, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** As udev names them on instances of the Nitro system, roughly; nobody may rely on it. */
function linkName(): string {
  return CARD_INDEX === '0' ? `ens${5 + Number(DEVICE_INDEX)}` : `enp${CARD_INDEX}s${DEVICE_INDEX}`;
}

const nodes: Readonly<Record<string, string>> = JSON.parse(readFileSync(nodesFile, 'utf8'));
const node = nodes[INSTANCE_ID];
if (node !== undefined && DEVICE_INDEX !== '0') {
  if (EVENT === 'attached') {
    ip('link', 'add', peer, 'up', 'type', 'veth', 'peer', linkName(), 'address', MAC, 'netns', node);
  } else {
    ip('link', 'del', peer);
  }
}
