import { describe, expect, it } from 'vitest';
import { createLiveView } from './live-view.ts';
import type { Snapshot } from './snapshot.ts';

function aSnapshot(status: string): Snapshot {
  const attachment = { subnetId: 'subnet-1', eniId: 'eni-1', deviceIndex: 2, status };
  return {
    rows: [{ node: 'node-1', zone: 'us-east-1a', attachment }],
    ec2Calls: { mutating: 1, reading: 1 },
    elapsedMs: 1_000,
  };
}

function recorder(isTTY: boolean): { written: string[]; write: (text: string) => void; isTTY: boolean } {
  const written: string[] = [];
  return { written, isTTY, write: (text) => void written.push(text) };
}

describe('createLiveView', () => {
  it('redraws the table in place on a terminal', () => {
    const terminal = recorder(true);
    const view = createLiveView(terminal);
    view.show(aSnapshot('Creating'));
    view.show(aSnapshot('Ready'));
    const [first, second] = terminal.written;
    expect(first).not.toContain('\u001B');
    expect(second?.startsWith('\u001B[3A\u001B[JNODE')).toBe(true);
  });

  it('never draws over what was said meanwhile', () => {
    const terminal = recorder(true);
    const view = createLiveView(terminal);
    view.show(aSnapshot('Creating'));
    view.say('done');
    view.show(aSnapshot('Ready'));
    expect(terminal.written.at(-1)?.startsWith('NODE')).toBe(true);
  });

  it('writes plain lines, and only for changes, where the output is no terminal', () => {
    const file = recorder(false);
    const view = createLiveView(file);
    view.show(aSnapshot('Creating'));
    view.show(aSnapshot('Creating'));
    view.show(aSnapshot('Ready'));
    view.settle(aSnapshot('Ready'));
    expect(file.written).toEqual([
      '  1.0 s  node-1 (us-east-1a): eni-1 in subnet-1 at index 2: Creating\n',
      '  1.0 s  node-1 (us-east-1a): eni-1 in subnet-1 at index 2: Ready\n',
      '  1 node: no NodeENI | EC2 calls 1 changing + 1 reading | 1.0 s\n',
    ]);
  });
});
