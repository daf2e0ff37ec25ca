import { type Agent, request } from 'node:https';
import { TLSSocket } from 'node:tls';
import { anAdmissionReview } from '../builders/admission-request.ts';
import { aNodeEni } from '../builders/node-eni.ts';

/** Where a review goes, and how. */
export interface ReviewRoute {
  /** Base URL of the webhooks. */
  readonly url: string;
  /** The authority that is trusted. */
  readonly ca: string;
  /** Its connections; `false`: one of its own, which sees the newest certificate. */
  readonly agent: Agent | false;
}

/** What came back. */
export interface ReviewReply {
  readonly status: number;
  readonly text: string;
  /** Serial number of the certificate; undefined when the connection, or its TLS session, was there before. */
  readonly serial: string | undefined;
}

const review = JSON.stringify(anAdmissionReview({ object: { ...aNodeEni() } }));

/** Has the webhooks review a good NodeENI over TLS. @throws Error when no reply comes. */
export function sendReview({ url, ca, agent }: ReviewRoute): Promise<ReviewReply> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, ca, headers: { 'content-type': 'application/json' } };
    let serial: string | undefined;
    const sent = request(`${url}/validate-networking-k8s-aws-v1alpha1-nodeeni`, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, serial }));
      response.on('error', reject);
    });
    sent.on('socket', (socket) => {
      if (!(socket instanceof TLSSocket) || !socket.connecting) return;
      // Once it is closed it tells its certificate no more; a session that is taken up again may show none.
      socket.once('secureConnect', () => {
        if (!socket.isSessionReused()) serial = socket.getPeerCertificate().serialNumber;
      });
    });
    sent.on('error', reject);
    sent.end(review);
  });
}
