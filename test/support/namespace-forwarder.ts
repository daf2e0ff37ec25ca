/**
 * Runs inside a network namespace: listens on a loopback port there and passes every connection to a Unix socket, which
 * namespaces do not separate. Arguments: the port and the socket's path. Prints `ready`.
 */
import { connect, createServer } from 'node:net';

const [port = '0', path = ''] = process.argv.slice(2);
const server = createServer((inner) => {
  const outer = connect(path);
  inner.pipe(outer).pipe(inner);
  inner.on('error', () => outer.destroy());
  outer.on('error', () => inner.destroy());
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
