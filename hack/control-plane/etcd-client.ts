import { requestLoopback } from './request-loopback.ts';

/** Whether etcd has a leader and accepts writes. */
export async function isEtcdHealthy(port: number): Promise<boolean> {
  const reply = await requestLoopback({ url: `http://127.0.0.1:${port}/health` });
  return reply?.status === 200;
}

/**
 * Compacts etcd at its current revision, through its JSON gateway.
 * @throws Error when etcd refuses or does not answer.
 */
export async function compactEtcd(port: number): Promise<void> {
  const range = await post(port, '/v3/kv/range', { key: Buffer.from('\0').toString('base64') });
  const revision = /"revision":"(\d+)"/.exec(range)?.[1];
  if (revision === undefined) {
    throw new Error(`etcd named no revision in its reply: ${range}`);
  }
  await post(port, '/v3/kv/compaction', { revision, physical: true });
}

async function post(port: number, path: string, body: object): Promise<string> {
  const reply = await requestLoopback({
    url: `http://127.0.0.1:${port}${path}`,
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (reply?.status !== 200) {
    throw new Error(
      `etcd refused ${path}: ${reply === undefined ? 'no answer' : `${reply.status} ${reply.body}`}`,
    );
  }
  return reply.body;
}
