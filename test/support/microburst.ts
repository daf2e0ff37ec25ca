import { startPythonServer } from './python-server.ts';

/** The release that the faults were written against; its own account of them is in its README. */
const MICROBURST_VERSION = '0.10.0';

/** A fault in the words of microburst (pingedbrain/microburst, README, Rules). */
export interface MicroburstRule {
  /** EC2 action; absent: every one. */
  readonly operation?: string;
  /** So many requests fail, so many pass, and so on. */
  readonly sequence?: { readonly fail: number; readonly pass: number };
  readonly probability?: number;
  /** Fires at most so many times. */
  readonly times?: number;
  /** An error that EC2 is said to have answered; nothing is carried out. */
  readonly error?: { readonly code: string; readonly status?: number };
  /** Milliseconds before the request is passed on. */
  readonly latency?: { readonly min: number; readonly max: number };
  /** The connection is held so long, then answered with 504; nothing is carried out. */
  readonly timeout_ms?: number;
  /** The connection is reset before anything is carried out. */
  readonly reset?: boolean;
  /** The request is carried out, and its reply is cut off (whole envelope, half a body) or breaks with the connection. */
  readonly response?: { readonly truncate_frac: number } | { readonly abort_frac: number };
}

/** A fault that was injected. */
export interface FiredFault {
  readonly operation: string;
  /** For example `error:RequestLimitExceeded`, `reset`, `response:truncate`. */
  readonly action: string;
}

/** A proxy in front of an EC2 endpoint that injects faults; nobody here wrote it. */
export interface Microburst {
  readonly url: string;
  /** Replaces all rules. */
  setRules(rules: readonly MicroburstRule[]): Promise<void>;
  /** Every fault since the start, oldest first. */
  fired(): Promise<readonly FiredFault[]>;
  close(): Promise<void>;
}

/** An action that no test asks for. */
const WARM_UP = 'DescribeRegions';
const CREDENTIAL = 'AKIAWARMUP/20260101/us-east-1/ec2/aws4_request';

async function warmUp(url: string): Promise<void> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: `Action=${WARM_UP}&Version=2016-11-15`,
  });
  if (reply.status !== 503) throw new Error(`microburst injected nothing: ${await reply.text()}`);
}

/** Starts microburst on a free loopback port, without rules. @throws Error that says what is missing */
export async function startMicroburst(upstream: string): Promise<Microburst> {
  const server = await startPythonServer({
    name: 'microburst',
    version: MICROBURST_VERSION,
    requirement: `microburst==${MICROBURST_VERSION}`,
    executable: 'microburst',
    arguments: (port) => ['--upstream', upstream, '--host', '127.0.0.1', '--port', String(port)],
    readyPath: '/_microburst/health',
  });
  const control = `${server.url}/_microburst`;
  async function setRules(rules: readonly MicroburstRule[]): Promise<void> {
    const body = JSON.stringify(rules.map((rule) => ({ service: 'ec2', ...rule })));
    const reply = await fetch(`${control}/rules`, { method: 'POST', body });
    if (!reply.ok) throw new Error(`microburst refused the rules: ${await reply.text()}`);
  }
  try {
    // It reads the model of EC2 at the first request that it looks into, which takes seconds in which it serves nobody.
    await setRules([{ operation: WARM_UP, error: { code: 'RequestLimitExceeded', status: 503 } }]);
    await warmUp(server.url);
    await setRules([]);
    await fetch(`${control}/fired`, { method: 'DELETE' });
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url: server.url,
    close: () => server.close(),
    setRules,
    async fired() {
      const reply = await fetch(`${control}/fired?limit=2000`);
      const events: FiredFault[] = JSON.parse(await reply.text());
      return events.map(({ operation, action }) => ({ operation, action }));
    },
  };
}
