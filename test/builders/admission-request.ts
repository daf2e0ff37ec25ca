import type { AdmissionRequest, AdmissionReview } from '../../gen/admission/admission-review.ts';

/** A request for the creation of a NodeENI, as the API server sends it. */
export function anAdmissionRequest(overrides: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    uid: '33333333-3333-4333-8333-333333333333',
    kind: { group: 'networking.k8s.aws', version: 'v1alpha1', kind: 'NodeENI' },
    resource: { group: 'networking.k8s.aws', version: 'v1alpha1', resource: 'nodeenis' },
    name: 'tenant-b',
    operation: 'CREATE',
    userInfo: { username: 'alice', groups: ['system:authenticated'] },
    object: null,
    oldObject: null,
    dryRun: false,
    options: null,
    ...overrides,
  };
}

/** The body of a call. */
export function anAdmissionReview(overrides: Partial<AdmissionRequest> = {}): AdmissionReview {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: anAdmissionRequest(overrides),
  };
}
