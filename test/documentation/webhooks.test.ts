import { describe, expect, it } from 'vitest';
import { readWebhookConfig } from '../../src/webhooks/config.ts';
import { createWebhookMetrics } from '../../src/webhooks/webhook-metrics.ts';
import { readDocument, sectionOf } from './documents.ts';

const section = sectionOf(readDocument('docs/webhooks.md'), '## Running it');

describe('the page on webhooks', () => {
  it('lists exactly the options that the program takes', () => {
    const help = readWebhookConfig(['--help'], {});
    const options = Array.from(
      (help.kind === 'help' ? help.text : '').matchAll(
        /^ {2}--([a-z-]+)=.+\n {6}(.*?)(?: \(default \S+\))?; env (\S+)$/gm,
      ),
      ([, flag = '', meaning = '', env = '']) => `${flag} ${env} ${meaning}`,
    );
    const listed = Array.from(
      section.matchAll(/^\| `--([a-z-]+)=.*?` *\| `([A-Z_]+)` *\|[^|]*\| (.*?) *\|$/gm),
      ([, flag = '', env = '', meaning = '']) => `${flag} ${env} ${meaning}`,
    );

    expect(listed).toEqual(options);
    expect(listed.length).toBeGreaterThan(5);
  });

  it('lists exactly the metrics that the program has', async () => {
    const { body } = await createWebhookMetrics().text();
    const metrics = Array.from(body.matchAll(/^# TYPE (\S+) /gm), ([, name = '']) => name);
    const listed = Array.from(section.matchAll(/^\| `(nodeeni_\w+)`/gm), ([, name = '']) => name);

    expect(listed.toSorted()).toEqual(metrics.toSorted());
  });
});
