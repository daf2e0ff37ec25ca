import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';

const root = join(import.meta.dirname, '..', '..');
let temporary: string;
let demo: ChildProcessByStdio<null, Readable, Readable> | undefined;

/** A demo as a user runs it, with its own folder for temporary files. */
interface RunningDemo {
  readonly pid: number;
  /** Waits for a stage's line; undefined when the demo ends without it. */
  readonly stage: (name: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly exitCode: Promise<number | null>;
  readonly errors: () => string;
}

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'demo-e2e-'));
});

afterEach(async () => {
  if (demo !== undefined && demo.exitCode === null) {
    demo.kill('SIGTERM');
    await once(demo, 'exit');
  }
  rmSync(temporary, { recursive: true, force: true });
});

function startDemo(...flags: readonly string[]): RunningDemo {
  const child = spawn(
    process.execPath,
    ['hack/demo/main.ts', '--output=json', '--profile=instant', ...flags],
    {
      cwd: root,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  demo = child;
  const exitCode = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const stages: Readonly<Record<string, unknown>>[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const stage: Readonly<Record<string, unknown>> = JSON.parse(line);
    stages.push(stage);
  });
  const ended = once(lines, 'close').then(() => true);
  return {
    pid: child.pid ?? 0,
    exitCode,
    errors: () => errors,
    stage: async (name) => {
      let hasEnded = false;
      void ended.then((value) => (hasEnded = value));
      return waitUntil(
        () => {
          const found = stages.find(({ stage }) => stage === name);
          return found === undefined && !hasEnded ? undefined : { found };
        },
        { what: `stage ${name}`, deadlineMs: 120_000, explain: () => errors },
      ).then(({ found }) => found);
    },
  };
}

/** Processes whose command line names a folder, from Linux's proc file system. */
function processesOf(dir: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const path = `/proc/${pid}/cmdline`;
      const commandLine = existsSync(path) ? readFileSync(path, 'utf8') : '';
      return commandLine.includes(dir) ? [pid] : [];
    });
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

describe('npm run demo', () => {
  it('goes through every stage and leaves neither processes nor files', async () => {
    const running = startDemo();
    expect(await running.stage('ready')).toMatchObject({ desired: 6, attached: 6, ready: 6 });
    expect(await running.stage('refused')).toMatchObject({ message: expect.stringContaining('9001') });
    expect(await running.stage('unlabelled')).toMatchObject({ node: 'node-6' });
    expect(await running.stage('deleted')).toMatchObject({ enisLeft: 0 });
    expect(await running.stage('done')).toBeDefined();
    expect(await running.exitCode).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
    expect(processesOf(temporary)).toEqual([]);
  });

  it('ends everything it started when it is stopped half-way', async () => {
    const running = startDemo('--keep');
    const started = await running.stage('started');
    const operatorPid = Number(started?.['operatorPid']);
    expect(isRunning(operatorPid)).toBe(true);
    expect(processesOf(temporary).length).toBeGreaterThan(0);
    process.kill(running.pid, 'SIGTERM');
    expect(await running.exitCode).toBe(143);
    expect(isRunning(operatorPid)).toBe(false);
    expect(processesOf(temporary)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('stays up with --keep until it is stopped, and calls that success', async () => {
    const running = startDemo('--keep', '--nodes=2');
    const kept = await running.stage('kept');
    expect(kept).toMatchObject({ stopPid: running.pid, dir: expect.stringContaining(temporary) });
    expect(await running.stage('ready')).toMatchObject({ ready: 2 });
    process.kill(running.pid, 'SIGINT');
    expect(await running.exitCode).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('notices at once that the operator died, says so, keeps the logs and ends the rest', async () => {
    const running = startDemo('--keep');
    const started = await running.stage('started');
    await running.stage('kept');
    process.kill(Number(started?.['operatorPid']), 'SIGKILL');
    expect(await running.stage('failed')).toMatchObject({
      message: expect.stringMatching(/^operator ended with a signal\nlast lines of .*operator\.log/),
    });
    expect(await running.exitCode).toBe(1);
    expect(running.errors()).toContain('next:');
    expect(processesOf(temporary)).toEqual([]);
    expect(existsSync(join(String(started?.['dir']), 'operator', 'operator.log'))).toBe(true);
  });

  it('lists every wrong flag at once and starts nothing', async () => {
    const running = startDemo('--nodes=0', '--bogus');
    expect(await running.exitCode).toBe(2);
    expect(running.errors().trim().split('\n')).toEqual([
      'demo: unknown flag --bogus: see --help',
      'demo: --nodes must be a number from 1 to 200, got "0"',
    ]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
