import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestLoopback } from '../../hack/control-plane/request-loopback.ts';
import {
  type ServerProcess,
  startServerProcess,
  waitForServer,
} from '../../hack/control-plane/start-server-process.ts';

/** How to run the built operator. */
export interface OperatorProcessOptions {
  /** Path of the kubeconfig of its cluster; empty: it finds what a pod finds. */
  readonly kubeconfig: string;
  /** Base URL of an EC2 endpoint, such as a simulator's. */
  readonly ec2Endpoint: string;
  /** Further flags of the operator. */
  readonly flags?: readonly string[];
  /** Further variables; the operator sees nothing else of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where its log goes. Default: a temporary file, removed by `stop` and `kill`. */
  readonly logPath?: string;
  /** Default `dist/operator.js`. */
  readonly entry?: string;
  /** A command that becomes the operator: it gets the operator's command line as its last arguments. */
  readonly wrapper?: readonly string[];
  /** Default: any free port, which is read from its log; where the log goes elsewhere it must be given. */
  readonly httpPort?: number;
  /** `ready` (default): until `/readyz` is ok. `listening`: until it answers, for a world in which it cannot become ready. */
  readonly until?: 'ready' | 'listening';
  /** Aborts the start. */
  readonly signal?: AbortSignal;
}

/** The operator as a process of its own. */
export interface OperatorProcess {
  readonly pid: number;
  /** Base URL of `/healthz`, `/readyz` and `/metrics`. */
  readonly httpUrl: string;
  /** What it logged so far, oldest first, one object per line; also after `stop` and `kill`. */
  readonly logLines: () => readonly Record<string, unknown>[];
  /** The last lines of its log, with the log's path. */
  readonly explain: () => string;
  /** Ends it as Kubernetes does (SIGTERM, SIGKILL after 10 s); may be called again. */
  readonly stop: () => Promise<void>;
  /** Ends it without a chance to clean up (SIGKILL); may be called again. */
  readonly kill: () => Promise<void>;
  /** Exit code once it has ended, asked to or not; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

const readyDeadlineMs = 60_000;
const builtOperator = join(import.meta.dirname, '..', '..', 'dist', 'operator.js');

/**
 * Starts the built operator and waits until it is up. It cannot reach AWS: its environment holds the given
 * endpoint, made-up credentials and no profile.
 * @throws Error when it is not built, or with the tail of its log when it ends or is not ready within a minute.
 */
export async function startOperatorProcess(options: OperatorProcessOptions): Promise<OperatorProcess> {
  const entry = options.entry ?? builtOperator;
  if (!existsSync(entry)) throw new Error(`${entry} does not exist: run npm run build`);
  const log = openLog(options.logPath);
  const server = await startServerProcess({
    name: 'operator',
    // env(1) becomes the operator, so that the process id is the operator's.
    executable: 'env',
    args: [
      '-i',
      ...Object.entries(environmentOf(options)).map(([name, value]) => `${name}=${value}`),
      ...(options.wrapper ?? []),
      process.execPath,
      entry,
      `--http-port=${options.httpPort ?? 0}`,
      ...(options.flags ?? []),
    ],
    logPath: log.path,
  });
  const end = async (how: () => Promise<void>): Promise<void> => {
    await how();
    log.close();
  };
  try {
    const httpUrl = await waitUntilUp(server, log, options);
    return {
      pid: server.pid,
      httpUrl,
      logLines: log.lines,
      explain: server.explain,
      exited: server.ended.then(exitCodeOf),
      stop: async () => end(server.stop),
      kill: async () => end(async () => kill(server)),
    };
  } catch (error) {
    await end(server.stop);
    throw error;
  }
}

function environmentOf(options: OperatorProcessOptions): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    KUBECONFIG: options.kubeconfig,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_EC2: options.ec2Endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...options.env,
  };
}

interface OperatorLog {
  readonly path: string;
  readonly lines: () => readonly Record<string, unknown>[];
  /** Removes a temporary file and remembers its lines. */
  readonly close: () => void;
}

function openLog(wantedPath: string | undefined): OperatorLog {
  if (wantedPath !== undefined) {
    return { path: wantedPath, lines: () => parseLines(wantedPath), close: () => undefined };
  }
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-process-'));
  const path = join(dir, 'operator.log');
  let lastLines: readonly Record<string, unknown>[] | undefined;
  return {
    path,
    lines: () => lastLines ?? parseLines(path),
    close: () => {
      lastLines ??= parseLines(path);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Lines that are no JSON objects (a stack trace of the runtime, a line half written) are left out. */
function parseLines(path: string): readonly Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('{') || !line.endsWith('}')) return [];
      const parsed: Record<string, unknown> = JSON.parse(line);
      return [parsed];
    });
}

async function waitUntilUp(
  server: ServerProcess,
  log: OperatorLog,
  { until = 'ready', signal, httpPort }: Pick<OperatorProcessOptions, 'until' | 'signal' | 'httpPort'>,
): Promise<string> {
  let httpUrl = '';
  const probe = async (): Promise<boolean> => {
    const port = httpPort ?? log.lines().find(({ msg }) => msg === 'operator started')?.['port'];
    if (typeof port !== 'number') return false;
    httpUrl = `http://127.0.0.1:${port}`;
    const status = (await requestLoopback({ url: `${httpUrl}/readyz` }))?.status;
    return until === 'ready' ? status === 200 : status !== undefined;
  };
  await waitForServer(server, probe, {
    what: `the operator to be ${until}`,
    deadlineMs: readyDeadlineMs,
    signal,
  });
  return httpUrl;
}

async function kill(server: ServerProcess): Promise<void> {
  if (server.ending() === undefined) process.kill(server.pid, 'SIGKILL');
  await server.ended;
}

function exitCodeOf(ending: string): number | null {
  const code = /exit code (\d+)$/.exec(ending)?.[1];
  return code === undefined ? null : Number(code);
}
