import { type PythonServer, startPythonServer } from './python-server.ts';

/** A moto server that this process started; boto3 comes with its Python. */
export type MotoServer = PythonServer;

/** The release the contract suite is written against. */
const MOTO_VERSION = '5.2.5';

/** Starts moto on a free loopback port. @throws Error that says what is missing */
export function startMoto(): Promise<MotoServer> {
  return startPythonServer({
    name: 'moto',
    version: MOTO_VERSION,
    requirement: `moto[server,ec2]==${MOTO_VERSION}`,
    executable: 'moto_server',
    arguments: (port) => ['-H', '127.0.0.1', '-p', String(port)],
    readyPath: '/moto-api/',
  });
}
