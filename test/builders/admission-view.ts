import type { AdmissionView } from '../../src/domain/admission/admission-view.ts';

/** What the webhooks know of an empty cluster, but for what a test names. */
export function anAdmissionView(overrides: Partial<AdmissionView> = {}): AdmissionView {
  return { nodeEnis: [], nodes: [], attachments: [], cardLimits: new Map(), ...overrides };
}
