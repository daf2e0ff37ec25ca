// Generated from api/admission/admission-review.schema.yaml by "npm run gen". Do not edit.

export interface AdmissionReview {
  apiVersion: 'admission.k8s.io/v1';
  kind: 'AdmissionReview';
  request?: AdmissionRequest;
  response?: AdmissionResponse;
  [k: string]: unknown;
}
export interface AdmissionRequest {
  /**
   * Identifies this call; the response repeats it.
   */
  uid: string;
  kind: GroupVersionKind;
  resource: GroupVersionResource;
  /**
   * For example status; absent for the object itself.
   */
  subResource?: string;
  requestKind?: GroupVersionKind;
  requestResource?: GroupVersionResource;
  requestSubResource?: string;
  /**
   * Absent on CREATE with generateName.
   */
  name?: string;
  namespace?: string;
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  userInfo: UserInfo;
  /**
   * The object after this operation; null on DELETE.
   */
  object?: {
    [k: string]: unknown;
  } | null;
  /**
   * The object before this operation; null on CREATE and CONNECT.
   */
  oldObject?: {
    [k: string]: unknown;
  } | null;
  /**
   * True when nothing will be stored.
   */
  dryRun?: boolean;
  /**
   * The options of the operation, for example CreateOptions.
   */
  options?: {
    [k: string]: unknown;
  } | null;
  [k: string]: unknown;
}
export interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
  [k: string]: unknown;
}
export interface GroupVersionResource {
  group: string;
  version: string;
  resource: string;
  [k: string]: unknown;
}
export interface UserInfo {
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: {
    [k: string]: string[];
  };
  [k: string]: unknown;
}
export interface AdmissionResponse {
  uid: string;
  allowed: boolean;
  status?: AdmissionStatus;
  /**
   * A JSON Patch, encoded in base64.
   */
  patch?: string;
  patchType?: 'JSONPatch';
  /**
   * Shown to the user; at most 120 characters each are sure to be shown.
   */
  warnings?: string[];
  auditAnnotations?: {
    [k: string]: string;
  };
}
/**
 * Why the operation was refused.
 */
export interface AdmissionStatus {
  code?: number;
  message?: string;
  reason?: string;
  details?: AdmissionStatusDetails;
}
/**
 * What is at fault, field by field.
 */
export interface AdmissionStatusDetails {
  group?: string;
  kind?: string;
  name?: string;
  causes?: AdmissionStatusCause[];
}
export interface AdmissionStatusCause {
  /**
   * For machines, for example FieldValueForbidden.
   */
  reason?: string;
  message?: string;
  /**
   * Path of the field, for example spec.deviceIndex.
   */
  field?: string;
}
