import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startSimulatorProcess } from '../test/support/simulator-server.ts';

const ENTRY = fileURLToPath(new URL('main.ts', import.meta.url));
const run = promisify(execFile);

it('starts as a process, takes admin requests and ends on SIGTERM', async () => {
  const simulator = await startSimulatorProcess(ENTRY, ['--virtual-clock', 'true', '--seed', 's']);
  try {
    const before = await simulator.state();
    await simulator.advance(1_000);
    const fault = await simulator.faults.add({ action: 'DescribeVpcs', kind: 'error', code: 'Weird' });
    const refused = await fetch(simulator.url, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'DescribeVpcs' }),
    });
    expect(await refused.text()).toContain('<Code>Weird</Code>');
    expect(await simulator.faults.list()).toMatchObject([{ id: fault.id, fired: 1 }]);
    await simulator.faults.remove();
    const { calls } = await simulator.calls({ action: 'DescribeVpcs' });
    expect(calls).toMatchObject([{ code: 'Weird', faultIds: [fault.id] }]);
    await simulator.clearCalls();
    expect((await simulator.calls()).calls).toEqual([]);
    await expect(simulator.act({ kind: 'delete' })).rejects.toThrow('networkInterfaceId');
    expect((await simulator.state()).nowMs).toBe(before.nowMs + 1_000);
  } finally {
    await simulator.close();
  }
  await expect(fetch(simulator.url)).rejects.toThrow('fetch failed');
}, 60_000);

it('ends with code 2 and every problem when its flags are wrong', async () => {
  await expect(run(process.execPath, [ENTRY, '--port', 'x', '--profile', 'fast'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--port .*\n--profile /),
  });
}, 60_000);

it('explains itself', async () => {
  const { stdout } = await run(process.execPath, [ENTRY, '--help']);
  expect(stdout).toContain('SIM_PROFILE');
}, 60_000);
