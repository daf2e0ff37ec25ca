import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import { createPodResources } from './pod-resources.ts';

const DEVICE = '0000:00:07.0';
const forEver = new AbortController().signal;

/** A length-delimited field of a protobuf message. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length % 128) + 128, bytes.length >> 7];
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes]);
}

const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);

/** A pod with one container, which has devices of one resource, and CPUs and memory, which are no devices. */
function pod(namespace: string, name: string, ids: readonly string[]): Buffer {
  const numa = message(Buffer.from([0x08, 0x96, 0x01]));
  const devices = message(
    field(1, 'example.com/n3'),
    ...ids.map((id) => field(2, id)),
    field(3, field(1, numa)),
  );
  const cpus = Buffer.from([0x1a, 0x02, 0x03, 0x04]);
  const container = message(field(1, 'main'), field(2, devices), cpus, field(4, field(1, 'memory')));
  return message(field(1, name), field(2, namespace), field(3, field(1, 'sidecar')), field(3, container));
}

function framed(payload: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
}

function answer(payload: Buffer): (stream: ServerHttp2Stream) => void {
  return (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    const bytes = framed(payload);
    // In two parts, as a network may deliver it.
    stream.write(bytes.subarray(0, 3));
    stream.end(bytes.subarray(3));
  };
}

function refuse(code: number, text: string): (stream: ServerHttp2Stream) => void {
  return (stream) =>
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': String(code),
        'grpc-message': encodeURIComponent(text),
      },
      { endStream: true },
    );
}

describe('what the kubelet tells of devices', () => {
  let directory: string;
  let socketPath: string;
  let logger: RecordingLogger;
  let close: () => Promise<void>;

  const podsWith = (id: string, signal = forEver): Promise<readonly string[]> =>
    createPodResources({ socketPath, logger }).podsWith(id, signal);

  async function serve(handle: (stream: ServerHttp2Stream) => void): Promise<string[]> {
    const calls: string[] = [];
    const server = createServer();
    const sessions = new Set<{ destroy(): void }>();
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream, headers) => {
      calls.push([':method', ':path', ':authority', 'te'].map((name) => String(headers[name])).join(' '));
      stream.on('error', () => undefined);
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        calls.push(Buffer.concat(parts).toString('hex'));
        handle(stream);
      });
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    close = () => {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    };
    return calls;
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubelet-'));
    socketPath = join(directory, 'kubelet.sock');
    logger = new RecordingLogger();
    close = () => Promise.resolve();
  });

  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('names the pods that have a device, once each, and no others', async () => {
    const calls = await serve(
      answer(
        message(
          field(1, pod('core', 'upf-1', ['0000:00:06.0', DEVICE])),
          field(1, pod('core', 'upf-0', [DEVICE, DEVICE])),
          field(1, pod('default', 'other', ['0000:00:08.0'])),
        ),
      ),
    );
    expect(await podsWith(DEVICE)).toEqual(['core/upf-0', 'core/upf-1']);
    expect(calls.slice(0, 2)).toEqual(['POST /v1.PodResourcesLister/List localhost trailers', '0000000000']);
    expect(await podsWith('0000:00:09.0')).toEqual([]);
  });

  it('is nothing on a node without pods', async () => {
    await serve(answer(message()));
    expect(await podsWith(DEVICE)).toEqual([]);
  });

  it('is nothing where there is no socket, which is told once', async () => {
    const devices = createPodResources({ socketPath, logger });
    expect(await devices.podsWith(DEVICE, forEver)).toEqual([]);
    expect(await devices.podsWith(DEVICE, forEver)).toEqual([]);
    expect(logger.lines).toHaveLength(1);
  });

  it('is nothing where the kubelet has no such service', async () => {
    await serve(refuse(12, 'unknown service v1.PodResourcesLister'));
    expect(await podsWith(DEVICE)).toEqual([]);
  });

  it('is unknown where the kubelet refuses, answers nonsense, hangs up or never answers', async () => {
    await serve(refuse(8, 'too many requests: 100 %'));
    await expect(podsWith(DEVICE)).rejects.toThrow('too many requests: 100 %');
    await close();
    await serve(answer(message(field(1, pod('core', 'upf-0', [DEVICE]))).subarray(0, 20)));
    await expect(podsWith(DEVICE)).rejects.toThrow('cut off');
    await close();
    await serve((stream) => stream.session?.destroy());
    await expect(podsWith(DEVICE)).rejects.toThrow(Error);
    await close();
    const stop = new AbortController();
    await serve(() => stop.abort(new Error('stopped')));
    await expect(podsWith(DEVICE, stop.signal)).rejects.toThrow('stopped');
  });

  it('is unknown while a dead kubelet has left its socket', async () => {
    await serve(answer(message()));
    await close();
    writeFileSync(socketPath, '');
    await expect(podsWith(DEVICE)).rejects.toThrow('ECONNREFUSED');
  });
});
