/** A pod as far as its networks are concerned. */
export interface NetworkedPod {
  readonly namespace: string;
  readonly name: string;
  /** Text of the annotation `k8s.v1.cni.cncf.io/network-status`, by which Multus tells what a pod got. */
  readonly networkStatus?: string;
  /** Text of the annotation `k8s.v1.cni.cncf.io/networks`, by which a pod asks; it stands alone until Multus has answered. */
  readonly networks?: string;
  /** It has ended (phase Succeeded or Failed): its interfaces are gone. */
  readonly isOver: boolean;
}

/** A NetworkAttachmentDefinition. */
export interface NetworkDefinition {
  readonly namespace: string;
  readonly name: string;
  /** CNI configuration, JSON, from `spec.config`. */
  readonly config: string;
}

/** By which names a CNI configuration can mean a link. */
export interface LinkNames {
  /** Name and alternative names. */
  readonly names: readonly string[];
  /** Lower case. */
  readonly macAddress: string;
  readonly pciAddress?: string;
}

function parse(text: string | undefined): unknown {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Users write these texts; what cannot be read names no link.
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Configuration keys by which CNI plugins (host-device, macvlan, ipvlan, vlan, bond, sriov) name a link of the host. */
function namesLink(plugin: unknown, link: LinkNames): boolean {
  const named = ['master', 'device', 'link'].map((key) => member(plugin, key));
  if (named.some((name) => typeof name === 'string' && link.names.includes(name))) return true;
  const hwaddr = member(plugin, 'hwaddr');
  if (typeof hwaddr === 'string' && hwaddr.toLowerCase() === link.macAddress) return true;
  const pci = [member(plugin, 'pciBusID'), member(plugin, 'deviceID')];
  return link.pciAddress !== undefined && pci.includes(link.pciAddress);
}

/** Whether the definition hands the link, or something on top of it, to pods. */
function usesLink(definition: NetworkDefinition, link: LinkNames): boolean {
  const config = parse(definition.config);
  const plugins = member(config, 'plugins');
  return [config, ...(Array.isArray(plugins) ? plugins : [])].some((plugin) => namesLink(plugin, link));
}

/** `namespace/name` of every network in a Multus annotation, its two forms alike; a bare name is of the pod's namespace. */
function networksOf(text: string | undefined, podNamespace: string): string[] {
  const parsed = parse(text);
  const entries: unknown[] = Array.isArray(parsed) ? parsed : (text ?? '').split(',');
  return entries.flatMap((entry) => {
    const name = typeof entry === 'string' ? entry.trim().split('@')[0] : member(entry, 'name');
    if (typeof name !== 'string' || name === '') return [];
    const namespace = member(entry, 'namespace');
    if (name.includes('/')) return [name];
    return [`${typeof namespace === 'string' ? namespace : podNamespace}/${name}`];
  });
}

/** What the device plugin or the network gave a pod by PCI address, as network-status tells it. */
function hasDevice(text: string | undefined, pciAddress: string | undefined): boolean {
  const parsed = parse(text);
  if (pciAddress === undefined || !Array.isArray(parsed)) return false;
  return parsed.some(
    (entry) => member(member(member(entry, 'device-info'), 'pci'), 'pci-address') === pciAddress,
  );
}

/**
 * Names, `namespace/name`, of the pods that use a link. The host cannot see them: a child of the link in a pod leaves no
 * trace outside of the pod.
 */
export function podsUsingLink(
  link: LinkNames,
  pods: readonly NetworkedPod[],
  definitions: readonly NetworkDefinition[],
): string[] {
  const networks = new Set(
    definitions
      .filter((definition) => usesLink(definition, link))
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  return pods
    .filter((pod) => {
      if (pod.isOver) return false;
      const used = [
        ...networksOf(pod.networkStatus, pod.namespace),
        ...networksOf(pod.networks, pod.namespace),
      ];
      return used.some((network) => networks.has(network)) || hasDevice(pod.networkStatus, link.pciAddress);
    })
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .toSorted();
}
