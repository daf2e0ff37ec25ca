import { describe, expect, it } from 'vitest';
import { createOperatorMetrics } from '../../src/operator/operator-metrics.ts';
import { readDocument, tableRows } from './documents.ts';

/** Name and type of every metric, as the page of a running operator declares them. */
async function servedMetrics(): Promise<string[]> {
  const metrics = createOperatorMetrics();
  metrics.observe(() => ({ knownEnis: 0, attachments: 0, nodeEnis: [] }));
  metrics.engine.observe(() => ({
    buckets: {},
    waiting: {},
    listingAgeMs: undefined,
    openIntents: 0,
    convergenceMs: 0,
    unreadableEnis: 0,
  }));
  const { body } = await metrics.text();
  return Array.from(body.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, type]) => `${name} ${type}`);
}

describe('the page of metrics', () => {
  it('lists exactly the metrics that the operator serves', async () => {
    const rows = tableRows(readDocument('docs/reference/metrics.md').text).slice(1);
    const listed = rows.map(([, name = '', type]) => `${name.replaceAll('`', '')} ${type}`);
    expect(listed.toSorted()).toEqual((await servedMetrics()).toSorted());
    for (const [, , , , meaning = ''] of rows) expect(meaning.length).toBeGreaterThan(5);
  });
});
