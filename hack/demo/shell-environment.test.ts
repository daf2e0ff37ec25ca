import { describe, expect, it } from 'vitest';
import { readDocument } from '../../test/documentation/documents.ts';
import { shellEnvironment } from './shell-environment.ts';

const environment = shellEnvironment({ kubeconfig: '/k', url: 'http://127.0.0.1:1' });

describe('the environment that the demo prints', () => {
  it('names the Region for the SDKs and for the AWS CLI', () => {
    expect(environment).toMatchObject({ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' });
  });

  it('has every variable that the page about the simulator exports, and no other of AWS', () => {
    const exported = Array.from(
      readDocument('docs/simulator.md').text.matchAll(/\b(AWS_[A-Z0-9_]+)=/g),
      ([, name = '']) => name,
    );
    const ours = Object.keys(environment).filter((name) => name.startsWith('AWS_'));
    expect(ours.toSorted()).toEqual([...new Set(exported)].toSorted());
  });
});
