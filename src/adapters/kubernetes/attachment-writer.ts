import { API_GROUP, FIELD_MANAGERS, FINALIZER } from '../../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { AttachmentWriter } from '../../operator/ports.ts';
import { withoutManagedFields } from '../../runtime/without-managed-fields.ts';
import { isApiError } from './api-error.ts';
import type { TypedClient } from './typed-client.ts';

const PAGE_SIZE = 500;

async function listAll(client: TypedClient, signal: AbortSignal): Promise<NodeENIAttachment[]> {
  const items: NodeENIAttachment[] = [];
  let continueToken: string | undefined;
  do {
    const page = await client.nodeENIAttachments.list({
      limit: PAGE_SIZE,
      signal,
      ...(continueToken === undefined ? {} : { continueToken }),
    });
    // As big as all the rest, and nobody's business here: thousands of them would not fit into memory.
    for (const item of page.items) items.push(withoutManagedFields(item));
    ({ continueToken } = page);
  } while (continueToken !== undefined);
  return items;
}

/** Writes NodeENIAttachments by server-side apply, one field manager per writer; what is bound to a version is a patch. */
export function createAttachmentWriter(client: TypedClient): AttachmentWriter {
  const attachments = client.nodeENIAttachments;
  const intent = { fieldManager: FIELD_MANAGERS.intent, force: true };
  const engine = { fieldManager: FIELD_MANAGERS.attachment, force: true };
  return {
    async applyIntent({ name, owner, spec }, signal) {
      const ownerReference = {
        apiVersion: `${API_GROUP}/v1alpha1`,
        kind: 'NodeENI',
        name: owner.name,
        uid: owner.uid,
        controller: true,
        blockOwnerDeletion: true,
      };
      const metadata = { name, finalizers: [FINALIZER], ownerReferences: [ownerReference] };
      await attachments.apply({ metadata, spec }, { ...intent, signal });
    },

    freezeAttempt(attachment, attempt, signal) {
      const { name, resourceVersion } = attachment.metadata;
      return attachments.patch(
        name,
        {
          type: 'json',
          body: [
            // Not `test`: the API server answers its failure with 422, as if the attempt were invalid; a version that
            // is written is compared with the stored one, and a stale one is a conflict.
            { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
            { op: 'add', path: '/spec/attempt', value: attempt },
          ],
        },
        { fieldManager: FIELD_MANAGERS.attachment, signal },
      );
    },

    async setUnwantedSince({ name }, since, signal) {
      const status = since === undefined ? {} : { unwantedSince: since };
      await attachments.applyStatus({ metadata: { name }, status }, { ...intent, signal });
    },

    async applyStatus(attachment, status, signal) {
      const { name, resourceVersion } = attachment.metadata;
      // The API server ignores a uid here; the version keeps a late status off a new object of the same name.
      await attachments.applyStatus({ metadata: { name, resourceVersion }, status }, { ...engine, signal });
    },

    async delete({ name, uid }, signal) {
      try {
        await attachments.delete(name, { preconditions: { uid }, signal });
      } catch (error) {
        // Another object bears the name by now: the one that was meant is gone.
        if (!isApiError(error, 'conflict')) throw error;
      }
    },

    async retract({ name, uid, resourceVersion }, signal) {
      await attachments.delete(name, { preconditions: { uid, resourceVersion }, signal });
    },

    async removeFinalizer(attachment, signal) {
      const { name, uid, resourceVersion, finalizers = [] } = attachment.metadata;
      const left = finalizers.filter((finalizer) => finalizer !== FINALIZER);
      const body = { metadata: { uid, resourceVersion, finalizers: left } };
      await attachments.patch(
        name,
        { type: 'merge', body },
        { fieldManager: FIELD_MANAGERS.attachment, signal },
      );
    },

    get: (name, signal) => attachments.get(name, { signal }),

    ownerExists: async (name, signal) => (await client.nodeENIs.get(name, { signal })) !== undefined,

    list: (signal) => listAll(client, signal),
  };
}
