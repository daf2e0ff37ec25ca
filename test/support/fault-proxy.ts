import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback that can misbehave. TLS passes through it untouched. */
export interface FaultProxy {
  readonly port: number;
  /** Connections that are open now. */
  readonly connectionCount: number;
  /** Breaks every open connection with a TCP reset; new ones work. */
  reset(): void;
  /** Stops passing bytes, silently, also on new connections: they look open to both sides. */
  stall(): void;
  /** Stops passing bytes, silently, on the connections that are open now; new ones work. */
  freeze(): void;
  /** Passes bytes again, those held back first. */
  resume(): void;
  /** Refuses new connections and resets the open ones, as a server that went down. */
  refuse(): Promise<void>;
  /** Listens again on the same port. */
  accept(): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the proxy listens on no port'));
    });
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
}

/** Starts a proxy to `targetPort` of `targetHost` (default 127.0.0.1). */
export async function startFaultProxy(targetPort: number, targetHost = '127.0.0.1'): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let isStalled = false;

  function hold({ client, upstream }: Pair): void {
    client.pause();
    upstream.pause();
  }

  function forward(pair: Pair, from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (!to.destroyed) to.write(chunk);
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      to.destroy();
      pairs.delete(pair);
    });
  }

  function onConnection(client: Socket): void {
    const upstream = connect(targetPort, targetHost);
    const pair: Pair = { client, upstream };
    pairs.add(pair);
    forward(pair, client, upstream);
    forward(pair, upstream, client);
    if (isStalled) hold(pair);
  }

  function resetAll(): void {
    for (const { client, upstream } of pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  let server = createServer(onConnection);
  const port = await listen(server, 0);

  async function refuse(): Promise<void> {
    const stopped = stopListening(server);
    resetAll();
    await stopped;
  }

  return {
    port,
    get connectionCount() {
      return pairs.size;
    },
    reset: resetAll,
    stall() {
      isStalled = true;
      for (const pair of pairs) hold(pair);
    },
    freeze() {
      for (const pair of pairs) hold(pair);
    },
    resume() {
      isStalled = false;
      for (const { client, upstream } of pairs) {
        client.resume();
        upstream.resume();
      }
    },
    refuse,
    async accept() {
      server = createServer(onConnection);
      await listen(server, port);
    },
    close: refuse,
  };
}
