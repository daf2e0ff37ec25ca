/** An address as a Node's status has it. */
interface NodeAddressEntry {
  readonly type: string;
  readonly address: string;
}

/**
 * The addresses by which others reach a Node: of each family the first InternalIP, or the first ExternalIP where there is none
 * (Kubernetes, `GetNodeHostIPs`). The AWS cloud provider lists the addresses of every interface, those of ENIs too, in the order of device
 * indexes, unless the kubelet runs with `--node-ip`: the others say nothing of what the Node depends on.
 */
export function nodeHostAddresses(addresses: readonly NodeAddressEntry[]): readonly string[] {
  const inOrder = ['InternalIP', 'ExternalIP'].flatMap((wanted) =>
    addresses.filter(({ type }) => type === wanted).map(({ address }) => address),
  );
  const first = (isSix: boolean): string | undefined =>
    inOrder.find((address) => address.includes(':') === isSix);
  return [first(false), first(true)].filter((address) => address !== undefined);
}
