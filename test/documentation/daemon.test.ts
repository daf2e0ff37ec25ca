import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDaemonConfig } from '../../src/daemon/config.ts';
import { createDaemonMetrics } from '../../src/daemon/daemon-metrics.ts';
import { readDocument, root, sectionOf } from './documents.ts';

const page = readDocument('docs/daemon.md');
const section = sectionOf(page, '## Running it');

describe('the page on the daemon', () => {
  it('lists exactly the options that the program takes', () => {
    const help = readDaemonConfig(['--help'], {});
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
    expect(listed.length).toBeGreaterThan(8);
  });

  it('lists exactly the metrics that the program has', async () => {
    const { body } = await createDaemonMetrics().text();
    const metrics = Array.from(body.matchAll(/^# TYPE (\S+) /gm), ([, name = '']) => name);
    const listed = Array.from(section.matchAll(/^\| `(nodeeni_\w+)`/gm), ([, name = '']) => name);
    expect(listed.toSorted()).toEqual(metrics.toSorted());
  });

  it('explains every reason for which a link is not configured', () => {
    const source = readFileSync(join(root, 'src/domain/host/host-step.ts'), 'utf8');
    const [, union = ''] = /type HostReason =([^;]+);/.exec(source) ?? [];
    const reasons = Array.from(union.matchAll(/'(\w+)'/g), ([, reason = '']) => reason);
    const table = sectionOf(page, '## When something is wrong');
    const listed = Array.from(table.matchAll(/^\| `(\w+)`/gm), ([, reason = '']) => reason);
    expect(listed.toSorted()).toEqual(reasons.toSorted());
    expect(listed.length).toBeGreaterThan(5);
  });
});
