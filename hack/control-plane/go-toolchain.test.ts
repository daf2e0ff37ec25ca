import { describe, expect, it } from 'vitest';
import { goProblem, requiredGoVersion } from './go-toolchain.ts';

const found = { isMissing: false, exitCode: 0, stderr: '' };

describe('the Go that builds the programs', () => {
  it('is required in the version of go.mod', () => {
    expect(requiredGoVersion('// Programs.\nmodule m\n\ngo 1.26.0\n')).toBe('1.26.0');
  });

  it.each([
    'go version go1.26.0 linux/amd64',
    'go version go1.27 linux/arm64',
    'go version devel +0123abc linux/amd64',
  ])('is accepted: %s', (stdout) => {
    expect(goProblem({ ...found, stdout }, '1.26.0')).toBeUndefined();
  });

  it('is refused when too old, naming both versions', () => {
    expect(goProblem({ ...found, stdout: 'go version go1.19.8 linux/amd64' }, '1.26.0')).toBe(
      'Go 1.26.0 or later is needed, Go 1.19.8 is installed',
    );
  });

  it('is refused with its own words when it will not even read the module', () => {
    const refusal = {
      isMissing: false,
      exitCode: 1,
      stdout: '',
      stderr: 'go: go.mod requires go >= 1.26.0\n',
    };

    expect(goProblem(refusal, '1.26.0')).toBe(
      'Go 1.26.0 or later is needed: go: go.mod requires go >= 1.26.0',
    );
  });

  it('is named when missing', () => {
    expect(goProblem({ isMissing: true, exitCode: null, stdout: '', stderr: '' }, '1.26.0')).toBe(
      'Go is not installed (1.26.0 or later is needed)',
    );
  });
});
