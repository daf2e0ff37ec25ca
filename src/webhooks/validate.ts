import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import type { AdmissionView, Finding } from '../domain/admission/admission-view.ts';
import {
  judgeCreate,
  judgeDelete,
  judgeNodeLabels,
  judgeUpdate,
} from '../domain/admission/judge-admission.ts';
import { allow, type Answer, deny, refuseUnreadable } from './admission-review.ts';
import { type ReadResult, readNode, readNodeEni } from './reviewed-objects.ts';

function warningsOf(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ effect }) => effect === 'warn')
    .map(({ field, message }) => `${field}: ${message}`);
}

function refuse(request: AdmissionRequest, denials: readonly Finding[], warnings: readonly string[]): Answer {
  const causes = denials.map(({ field, message }) => ({
    reason: 'FieldValueForbidden',
    message: `Forbidden: ${message}`,
    field,
  }));
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  const [only] = lines;
  const { group, kind } = request.kind;
  return deny(
    request,
    {
      code: 403,
      reason: 'Forbidden',
      message: lines.length === 1 && only !== undefined ? only : `[${lines.join(', ')}]`,
      details: { group, kind, ...(request.name === undefined ? {} : { name: request.name }), causes },
    },
    {
      warnings,
      rules: [...new Set(denials.map(({ rule }) => rule))],
      auditAnnotations: auditOf(denials),
    },
  );
}

/** Most names that an audit annotation lists. */
const MOST_NAMES = 20;

function listOf(names: readonly (string | undefined)[]): string {
  const known = [...new Set(names.filter((name) => name !== undefined))];
  const more = known.length > MOST_NAMES ? `,+${known.length - MOST_NAMES}` : '';
  return `${known.slice(0, MOST_NAMES).join(',')}${more}`;
}

function auditOf(findings: readonly Finding[]): Record<string, string> {
  const [rules, partners] = [
    listOf(findings.map(({ rule }) => rule)),
    listOf(findings.map(({ conflictsWith }) => conflictsWith)),
  ];
  return {
    ...(rules === '' ? {} : { rules }),
    ...(partners === '' ? {} : { 'conflicts-with': partners }),
  };
}

function conclude(request: AdmissionRequest, findings: readonly Finding[]): Answer {
  const warnings = warningsOf(findings);
  const denials = findings.filter(({ effect }) => effect === 'deny');
  if (denials.length > 0) return refuse(request, denials, warnings);
  return allow(request, { warnings, auditAnnotations: auditOf(findings) });
}

/** Reads both objects and hands them on; an unreadable one is the sender's fault. */
function withBoth<T>(
  request: AdmissionRequest,
  read: (object: unknown) => ReadResult<T>,
  judge: (object: T, old: T) => Answer,
): Answer {
  const object = read(request.object);
  if (object.kind === 'unreadable') return refuseUnreadable(request, `object: ${object.problem}`);
  const old = read(request.oldObject);
  if (old.kind === 'unreadable') return refuseUnreadable(request, `oldObject: ${old.problem}`);
  return judge(object.object, old.object);
}

function withOne<T>(
  request: AdmissionRequest,
  name: 'object' | 'oldObject',
  on: { readonly read: (object: unknown) => ReadResult<T>; readonly judge: (object: T) => Answer },
): Answer {
  const result = on.read(request[name]);
  return result.kind === 'unreadable'
    ? refuseUnreadable(request, `${name}: ${result.problem}`)
    : on.judge(result.object);
}

/** Judges a review of a NodeENI by the rules across objects. Pure: nothing is written or remembered. */
export function validateNodeEni(request: AdmissionRequest, view: AdmissionView): Answer {
  const read = readNodeEni;
  switch (request.operation) {
    case 'CREATE':
      return withOne(request, 'object', {
        read,
        judge: (object) => conclude(request, judgeCreate(object, view)),
      });
    case 'UPDATE':
      return withBoth(request, read, (object, old) =>
        // What is being deleted is only released from now on; refusing would keep its finalizer for ever.
        object.isDeleting ? allow(request) : conclude(request, judgeUpdate(object, old, view)),
      );
    case 'DELETE':
      return withOne(request, 'oldObject', {
        read,
        judge: (object) => conclude(request, judgeDelete(object, view)),
      });
    case 'CONNECT':
      return allow(request);
  }
}

/** Warns of what new labels of a Node cause. A Node is never refused. */
export function warnOfNodeLabels(request: AdmissionRequest, view: AdmissionView): Answer {
  if (request.operation !== 'UPDATE') return allow(request);
  const [node, old] = [readNode(request.object), readNode(request.oldObject)];
  if (node.kind === 'unreadable' || old.kind === 'unreadable') return allow(request);
  const findings = judgeNodeLabels(node.object, old.object, view);
  const warnings = findings.map(({ message }) => message);
  return allow(request, { warnings, auditAnnotations: auditOf(findings) });
}
