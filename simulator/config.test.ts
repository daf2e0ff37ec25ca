import { describe, expect, it } from 'vitest';
import { helpText, readConfig } from './config.ts';

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig([], {})).toEqual({
      kind: 'run',
      config: {
        port: 0,
        host: '127.0.0.1',
        seed: '0',
        profile: 'instant',
        knobs: {},
        availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
        attachHook: undefined,
        detachHook: undefined,
        isClockVirtual: false,
      },
    });
  });

  it('takes flags over the environment', () => {
    const environment = { SIM_PORT: '8080', SIM_SEED: 'env', SIM_VIRTUAL_CLOCK: 'true' };
    expect(readConfig(['--port', '9090', '--profile=realistic'], environment)).toMatchObject({
      config: { port: 9090, seed: 'env', profile: 'realistic', isClockVirtual: true },
    });
  });

  it('reads knobs and hooks', () => {
    const argv = [
      '--set',
      'attachLatency=1000-4000,throttlingEnabled=true,burntToken=not-found,detachTailProbability=0.5',
      '--attach-hook',
      '["sh","-c","exit 0"]',
      '--detach-hook=http://127.0.0.1:1/x',
    ];
    expect(readConfig(argv, {})).toMatchObject({
      config: {
        knobs: {
          attachLatency: { minMs: 1000, maxMs: 4000 },
          throttlingEnabled: true,
          burntToken: 'not-found',
          detachTailProbability: 0.5,
        },
        attachHook: { kind: 'command', command: 'sh', args: ['-c', 'exit 0'] },
        detachHook: { kind: 'url', url: 'http://127.0.0.1:1/x' },
      },
    });
    expect(readConfig(['--attach-hook', 'node  hook.js'], {})).toMatchObject({
      config: { attachHook: { command: 'node', args: ['hook.js'] } },
    });
  });

  it('lists every problem at once', () => {
    const argv = [
      '--port',
      'x',
      '--bogus',
      '--profile',
      'fast',
      '--set',
      'speed=9,attachLatency=9-1',
      '--seed',
      'stray',
      'word',
    ];
    const environment = { SIM_AVAILABILITY_ZONES: 'us-east-1a,us-east-1a', SIM_ATTACH_HOOK: '[1]' };
    const result = readConfig([...argv, '--virtual-clock', 'perhaps'], environment);
    expect(result.kind).toBe('invalid');
    const problems = 'problems' in result ? result.problems.join('\n') : '';
    for (const named of [
      '--port',
      '--bogus',
      '--profile',
      'speed',
      '9-1',
      'word',
      'SIM_AVAILABILITY_ZONES',
      'SIM_ATTACH_HOOK',
      '--virtual-clock',
    ]) {
      expect(problems).toContain(named);
    }
  });

  it('explains itself', () => {
    expect(readConfig(['--port', 'x', '--help'], {})).toEqual({ kind: 'help' });
    expect(helpText()).toContain('SIM_AVAILABILITY_ZONES');
  });
});
