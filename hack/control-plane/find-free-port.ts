import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range Linux takes client ports from (ip_local_port_range, 32768 up): a client that keeps dialling a
// stopped API server could otherwise be given that very port as its own, and occupy it.
const lowestPort = 20_000;
const highestPort = 32_767;
const attempts = 200;

/**
 * Finds a TCP port on 127.0.0.1 that nobody listens on now.
 * @throws Error when none of many tries is free.
 */
export async function findFreePort(isExcluded: (port: number) => boolean = () => false): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowestPort, highestPort + 1);
    if (!isExcluded(port) && (await isFree(port))) {
      return port;
    }
  }
  throw new Error(`no free port found on 127.0.0.1 between ${lowestPort} and ${highestPort}`);
}

/** Whether a TCP port on 127.0.0.1 can be listened on. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
