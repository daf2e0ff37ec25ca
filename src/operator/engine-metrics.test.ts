import { describe, expect, it } from 'vitest';
import type { EngineState } from './engine-metrics.ts';
import { createOperatorMetrics } from './operator-metrics.ts';

const STATE: EngineState = {
  buckets: { CreateNetworkInterface: { tokens: 12.5, tokensPerSecond: 3.5 } },
  waiting: { CreateNetworkInterface: 7 },
  listingAgeMs: 42_000,
  openIntents: 3,
  convergenceMs: 90_000,
  unreadableEnis: 2,
};

async function page(state: EngineState): Promise<string[]> {
  const metrics = createOperatorMetrics();
  metrics.engine.observe(() => state);
  metrics.engine.waited('CreateNetworkInterface', 750);
  metrics.engine.throttled('AttachNetworkInterface');
  metrics.engine.firstAttached(4_000);
  metrics.engine.firstReady(8_000);
  return (await metrics.text()).body.split('\n');
}

describe('the metrics of the EC2 engine', () => {
  it('show tokens, rate and queue of every action', async () => {
    const lines = await page(STATE);
    const labels = '{action="CreateNetworkInterface"}';
    expect(lines).toContain(`nodeeni_ec2_tokens${labels} 12.5`);
    expect(lines).toContain(`nodeeni_ec2_tokens_per_second${labels} 3.5`);
    expect(lines).toContain(`nodeeni_ec2_waiting_keys${labels} 7`);
    expect(lines).toContain('nodeeni_ec2_limiter_wait_seconds_sum{action="CreateNetworkInterface"} 0.75');
    expect(lines).toContain('nodeeni_ec2_throttles_total{action="AttachNetworkInterface"} 1');
  });

  it('show how old the inventory is, what has no ENI, and how long it took to be Ready', async () => {
    const lines = await page(STATE);
    expect(lines).toContain('nodeeni_inventory_age_seconds 42');
    expect(lines).toContain('nodeeni_open_intents 3');
    expect(lines).toContain('nodeeni_attachment_attached_seconds_sum 4');
    expect(lines).toContain('nodeeni_convergence_seconds 90');
    expect(lines).toContain('nodeeni_unreadable_enis 2');
    expect(lines).toContain('nodeeni_attachment_ready_seconds_sum 8');
    expect(lines).toContain('nodeeni_attachment_ready_seconds_bucket{le="10"} 1');
  });

  it('show no age before the first listing', async () => {
    const lines = await page({ ...STATE, listingAgeMs: undefined });
    const age = lines.find((line) => line.startsWith('nodeeni_inventory_age_seconds '));
    expect(age).toMatch(/ nan$/i);
  });
});
