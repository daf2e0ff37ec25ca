import { describe, expect, it } from 'vitest';
import { createOperatorMetrics, type ObservedState } from './operator-metrics.ts';

describe('the metrics of what the operator knows', () => {
  it('show one verdict for each NodeENI, and none of a NodeENI that is gone', async () => {
    const metrics = createOperatorMetrics();
    let nodeEnis: ObservedState['nodeEnis'] = [
      { name: 'a', condition: 'Stalled', reason: 'SubnetNotFound' },
      { name: 'b', condition: 'Ready', reason: 'Ready' },
    ];
    metrics.observe(() => ({ knownEnis: 3, attachments: 2, nodeEnis }));
    const verdicts = async (): Promise<string[]> =>
      (await metrics.text()).body.split('\n').filter((line) => line.startsWith('nodeeni_condition{'));

    expect(await verdicts()).toEqual([
      'nodeeni_condition{nodeeni="a",condition="Stalled",reason="SubnetNotFound"} 1',
      'nodeeni_condition{nodeeni="b",condition="Ready",reason="Ready"} 1',
    ]);

    nodeEnis = [{ name: 'a', condition: 'Ready', reason: 'Ready' }];
    expect(await verdicts()).toEqual(['nodeeni_condition{nodeeni="a",condition="Ready",reason="Ready"} 1']);
  });
});
