import type { DeviceUsers } from '../../daemon/ports.ts';
import type { Logger } from '../../runtime/logger.ts';
import { callGrpc, GrpcError } from './grpc-call.ts';
import { type LengthDelimitedField, lengthDelimitedFields } from './protobuf-fields.ts';

/** What {@link createPodResources} needs. */
export interface PodResourcesDeps {
  /** `/var/lib/kubelet/pod-resources/kubelet.sock` of the host. */
  readonly socketPath: string;
  readonly logger: Logger;
}

/** A device that the kubelet gave to a container. */
interface AssignedDevice {
  readonly deviceId: string;
  /** `namespace/name`. */
  readonly pod: string;
}

const LIST = '/v1.PodResourcesLister/List';
const TIMEOUT_MS = 5_000;
const UNIMPLEMENTED = 12;

function text(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString('utf8');
}

function valuesOf(message: Uint8Array, number: number): Uint8Array[] {
  const isWanted = (field: LengthDelimitedField): boolean => field.number === number;
  return [...lengthDelimitedFields(message)].filter(isWanted).map(({ value }) => value);
}

/** Numbers of fields: k8s.io/kubelet, pkg/apis/podresources/v1/api.proto. */
function devicesOfPod(pod: Uint8Array): AssignedDevice[] {
  const [name] = valuesOf(pod, 1);
  const [namespace] = valuesOf(pod, 2);
  const devices = valuesOf(pod, 3).flatMap((container) => valuesOf(container, 2));
  const ids = devices.flatMap((device) => valuesOf(device, 2));
  return ids.map((id) => ({ deviceId: text(id), pod: `${text(namespace)}/${text(name)}` }));
}

/** Nobody listens, or the kubelet has no such service: there are no devices to tell of. */
function isWithoutService(error: unknown): boolean {
  if (error instanceof GrpcError) return error.code === UNIMPLEMENTED;
  return error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
}

/**
 * The kubelet's own record of which pod has which device (Kubernetes documentation, "Monitoring device plugin resources").
 * Device plugins for network devices name them by PCI address.
 */
export function createPodResources({ socketPath, logger }: PodResourcesDeps): DeviceUsers {
  let isTold = false;
  return {
    async podsWith(deviceId, signal) {
      try {
        const message = new Uint8Array();
        const reply = await callGrpc({ socketPath, path: LIST, message, timeoutMs: TIMEOUT_MS, signal });
        const devices = valuesOf(reply, 1).flatMap((pod) => devicesOfPod(pod));
        const pods = devices.filter((device) => device.deviceId === deviceId).map(({ pod }) => pod);
        return [...new Set(pods)].toSorted();
      } catch (error) {
        if (!isWithoutService(error)) throw error;
        if (!isTold) logger.info({ socketPath, err: error }, 'kubelet does not tell which pods use devices');
        isTold = true;
        return [];
      }
    },
  };
}
