import type { Node, NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { PlacedPod } from '../domain/admission/pods-in-use.ts';
import type { NetworkDefinition } from '../domain/host/link-users.ts';
import type { ApiObject, ListWatch } from '../runtime/list-watch.ts';

/** The collections that verdicts are taken from. */
export interface WebhookListWatches {
  readonly nodeEnis: ListWatch<NodeENI & ApiObject>;
  readonly attachments: ListWatch<NodeENIAttachment & ApiObject>;
  readonly nodes: ListWatch<Node & ApiObject>;
}

/** Reading who may use the links of nodes. Methods throw what the API server answers. */
export interface PodReader {
  /** Pods with networks of their own on one node, or on all where none is named. */
  list(nodeName: string | undefined, signal: AbortSignal): Promise<readonly PlacedPod[]>;
  /** All NetworkAttachmentDefinitions; none where the cluster does not know the kind. */
  networkDefinitions(signal: AbortSignal): Promise<readonly NetworkDefinition[]>;
}

/** A certificate chain and its key, both PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** Where the certificate comes from. */
export interface CertificateFiles {
  /**
   * Both files of one issue, never one of the old and one of the new.
   *
   * @throws Error when one of them cannot be read.
   */
  read(): Promise<CertificatePair>;
  /** Calls `onChange` soon after the files may have changed; best effort, so poll as well. Ends with `signal`. */
  watch(onChange: () => void, signal: AbortSignal): void;
}
