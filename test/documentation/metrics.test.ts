import { describe, expect, it } from 'vitest';
import { operatorMetrics } from '../support/exported-metrics.ts';
import { readDocument, tableRows } from './documents.ts';

describe('the page of metrics', () => {
  it('lists exactly the metrics that the operator serves', async () => {
    const rows = tableRows(readDocument('docs/reference/metrics.md').text).slice(1);
    const listed = rows.map(([, name = '', type = '', labels = '']) =>
      [name, type, ...labels.split(', ')].join(' ').replaceAll('`', '').trim(),
    );
    const served = (await operatorMetrics()).map(({ name, type, labels }) =>
      [name, type, ...labels].join(' '),
    );
    expect(listed.toSorted()).toEqual(served.toSorted());
    for (const [, , , , meaning = ''] of rows) expect(meaning.length).toBeGreaterThan(5);
  });
});
