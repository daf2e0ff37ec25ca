import { API_GROUP } from '../../api/v1alpha1/names.ts';
import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import type { AdmissionView } from '../domain/admission/admission-view.ts';
import { allow, type Answer, refuseUnreadable } from './admission-review.ts';
import type { Webhook } from './app.ts';
import { defaultNodeEniReview } from './default.ts';
import { validateNodeEni, warnOfNodeLabels } from './validate.ts';

/** Paths of the webhooks; config/webhook names them. */
const PATHS = {
  validate: '/validate-networking-k8s-aws-v1alpha1-nodeeni',
  mutate: '/mutate-networking-k8s-aws-v1alpha1-nodeeni',
  node: '/validate-v1-node',
} as const;

/** What {@link createWebhooks} needs. */
export interface WebhooksDeps {
  readonly view: () => AdmissionView;
  /** Warnings that have to be read for; default: none. */
  readonly moreWarnings?: Webhook['moreWarnings'];
}

/** The webhooks over a view of the cluster. */
export function createWebhooks({ view, moreWarnings }: WebhooksDeps): readonly Webhook[] {
  return [
    {
      name: 'validate-nodeeni',
      path: PATHS.validate,
      review: (request) => reviewOfNodeEni(request, () => validateNodeEni(request, view())),
      failsOpen: ({ operation }) => operation === 'DELETE',
      ...(moreWarnings === undefined ? {} : { moreWarnings }),
    },
    {
      name: 'default-nodeeni',
      path: PATHS.mutate,
      review: (request) => reviewOfNodeEni(request, () => defaultNodeEniReview(request)),
      failsOpen: () => true,
    },
    {
      name: 'warn-node-labels',
      path: PATHS.node,
      review: (request) =>
        request.resource.resource === 'nodes' && request.subResource === undefined
          ? warnOfNodeLabels(request, view())
          : allow(request),
      failsOpen: () => true,
    },
  ];
}

/** A review of anything else is let pass: no rule of ours is about it, whoever configured it. */
function reviewOfNodeEni(request: AdmissionRequest, review: () => Answer): Answer {
  const { group, resource, version } = request.resource;
  if (group !== API_GROUP || resource !== 'nodeenis' || (request.subResource ?? '') !== '')
    return allow(request);
  if (version !== 'v1alpha1')
    return refuseUnreadable(request, `resource.version is "${version}": use v1alpha1`);
  return review();
}
