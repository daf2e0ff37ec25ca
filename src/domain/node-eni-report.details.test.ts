import { describe, expect, it } from 'vitest';
import { aHinderedAttachment, aReadyAttachment } from '../../test/builders/node-eni-attachment.ts';
import { aNodeEniFacts } from '../../test/builders/node-eni-facts.ts';
import { reportNodeEni } from './node-eni-report.ts';

const LATER = '2026-01-03T00:00:00Z';
const base = aNodeEniFacts();
const THREE_MINUTES = 170_000;

describe('the predicted minutes', () => {
  const throttled = [aHinderedAttachment('Throttled', 'EC2 throttles')];

  it('are told while an attachment waits for nothing but EC2', () => {
    const facts = { ...base, attachments: throttled, predictedMs: THREE_MINUTES };
    expect(reportNodeEni(facts).predictedMinutes).toBe(3);
  });

  it.each([
    ['everything is Ready', { attachments: [aReadyAttachment()] }],
    ['what is missing waits for something else', { attachments: [aHinderedAttachment('SubnetFull', '')] }],
    ['the NodeENI is deleted', { attachments: throttled, isDeleting: true }],
  ])('are not told when %s, whatever others wait for', (_name, facts) => {
    expect(reportNodeEni({ ...base, predictedMs: THREE_MINUTES, ...facts })).not.toHaveProperty(
      'predictedMinutes',
    );
  });

  it('cause no write while the prediction goes down by less than a step', () => {
    const facts = { ...base, attachments: throttled, predictedMs: THREE_MINUTES };
    const first = reportNodeEni(facts);
    for (const predictedMs of [165_000, 140_000, 185_000, 119_000]) {
      expect(reportNodeEni({ ...facts, predictedMs, previous: first, now: LATER })).toEqual(first);
    }
  });
});

describe('a subnet name that moved', () => {
  const movedNames = ['node-2', 'node-1'].map((nodeName) => ({ nodeName, message: 'means subnet-b now' }));

  it('is a condition beside Ready, which stays True', () => {
    const { conditions = [] } = reportNodeEni({ ...base, movedNames });
    expect(conditions.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Ready=True',
      'SubnetNameMoved=True',
    ]);
    expect(conditions[1]?.message).toBe('2 of 1 attachment (node-1, node-2): means subnet-b now');
  });

  it('is not there any more once the name is back', () => {
    const first = reportNodeEni({ ...base, movedNames });
    const { conditions = [] } = reportNodeEni({ ...base, previous: first, now: LATER });
    expect(conditions.map(({ type }) => type)).toEqual(['Ready']);
  });

  it('is the same in any order of the nodes', () => {
    const first = reportNodeEni({ ...base, movedNames });
    const facts = { ...base, movedNames: movedNames.toReversed(), previous: first, now: LATER };
    expect(reportNodeEni(facts)).toEqual(first);
  });
});
