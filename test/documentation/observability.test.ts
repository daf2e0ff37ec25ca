import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { exportedMetrics } from '../support/exported-metrics.ts';
import { metricOfSeries, promqlNames } from '../support/promql-names.ts';
import { promtool, runPromtool } from '../support/promtool.ts';
import { readDocument, root, sectionOf, tableRows } from './documents.ts';

const folder = join(root, 'config', 'components', 'prometheus');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const {
  groups,
}: {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
} = parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8')).spec;
const alerts = groups.flatMap(({ rules }) => rules);
const dashboardText = readFileSync(join(folder, 'nodeeni.json'), 'utf8');
const { panels }: { readonly panels: readonly Panel[] } = JSON.parse(dashboardText);
const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);
const testCases = readFileSync(join(root, 'test', 'gitops', 'alerts_test.yaml'), 'utf8');

/** Metrics of the API server, whose labels its own source tells (admission/metrics of k8s.io/apiserver). */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  apiserver_admission_webhook_fail_open_count: ['name', 'type'],
};
/** What a scrape adds, and what tells the buckets of a histogram apart. */
const TARGET_LABELS = ['namespace', 'pod', 'instance', 'job', 'le'];

const known = new Map((await exportedMetrics()).map(({ name, labels }) => [name, labels]));

function labelsOf(metric: string): readonly string[] | undefined {
  return FOREIGN[metric] ?? known.get(metricOfSeries(metric)) ?? known.get(metric);
}

/** What an expression names that nothing exports. */
function unknownNames(expression: string, more: readonly string[] = []): readonly string[] {
  const { metrics, labels } = promqlNames(expression);
  const allowed = new Set([...TARGET_LABELS, ...metrics.flatMap((metric) => labelsOf(metric) ?? [])]);
  return [
    ...metrics.filter((metric) => labelsOf(metric) === undefined),
    ...[...labels, ...more].filter((label) => !allowed.has(label)),
  ];
}

function labelsInText(text: string): readonly string[] {
  return Array.from(text.matchAll(/\$labels\.(\w+)/g), ([, label = '']) => label);
}

describe('the alerts', () => {
  it.each(alerts)('$alert asks for metrics and labels that are exported', ({ expr, annotations }) => {
    const { metrics } = promqlNames(expr);
    expect(metrics.length).toBeGreaterThan(0);
    expect(unknownNames(expr, labelsInText(annotations.summary + annotations.description))).toEqual([]);
  });

  it.each(alerts)('$alert speaks only of labels that its result still has', ({ expr, annotations }) => {
    const used = labelsInText(annotations.summary + annotations.description);
    const [, kept = ''] = /^(?:sum|min|max) by \(([^)]*)\)/.exec(expr) ?? [];
    expect(used.filter((label) => !kept.split(', ').includes(label))).toEqual([]);
  });

  it('are all explained on the page, and nothing else is', () => {
    const rows = tableRows(sectionOf(readDocument('docs/observability.md'), '## Alerts')).slice(1);
    expect(rows.map(([name = '']) => name.replaceAll('`', ''))).toEqual(alerts.map(({ alert }) => alert));
    for (const [, , meaning = ''] of rows) expect(meaning.length).toBeGreaterThan(15);
  });

  it('each have a case in which they fire and one in which they do not', () => {
    const { tests }: { readonly tests: readonly { readonly alert_rule_test: readonly Case[] }[] } =
      parse(testCases);
    const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
    const names = (fires: boolean): readonly string[] =>
      [
        ...new Set(
          cases.filter(({ exp_alerts = [] }) => exp_alerts.length > 0 === fires).map((one) => one.alertname),
        ),
      ].toSorted();
    const all = alerts.map(({ alert }) => alert).toSorted();
    expect(names(true)).toEqual(all);
    expect(names(false)).toEqual(all);
  });
});

interface Case {
  readonly alertname: string;
  readonly exp_alerts?: readonly object[];
}

describe('the dashboard', () => {
  it.each(queries)('"$title" shows what is exported: $expr', ({ expr, legendFormat }) => {
    const shown = Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label = '']) => label);
    expect(promqlNames(expr).metrics.length).toBeGreaterThan(0);
    expect(unknownNames(expr, shown)).toEqual([]);
  });

  it('shows every metric of the three programs', () => {
    const shown = new Set(
      queries.flatMap(({ expr }) => promqlNames(expr).metrics).map((name) => metricOfSeries(name)),
    );
    const missing = [...known.keys()].filter((name) => !shown.has(name) && !shown.has(metricOfSeries(name)));
    expect(missing).toEqual([]);
  });

  it('has nothing that Flux would substitute', () => {
    expect(dashboardText).not.toContain('${');
  });

  it('would not pass with a metric or a label that does not exist', () => {
    expect(unknownNames('sum by (zone) (rate(nodeeni_ec2_call_total{action="x", answer="y"}[5m]))')).toEqual([
      'nodeeni_ec2_call_total',
      'action',
      'answer',
      'zone',
    ]);
    expect(unknownNames('sum by (action) (rate(nodeeni_ec2_calls_total{answer="y"}[5m]))')).toEqual([
      'answer',
    ]);
  });
});

// promtool is built from the Go module proxy (node hack/gitops-tools/main.ts): not everywhere.
describe.skipIf(promtool === undefined)('Prometheus', () => {
  let dir = '';

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-rules-'));
    writeFileSync(join(dir, 'alerts.yaml'), stringify({ groups }));
    const rules = queries.map(({ expr }, index) => ({
      record: `panel:query_${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    writeFileSync(join(dir, 'dashboard.yaml'), stringify({ groups: [{ name: 'dashboard', rules }] }));
    const bare = groups.map(({ name, rules }) => ({
      name,
      rules: rules.map((rule) => ({ ...rule, annotations: {} })),
    }));
    writeFileSync(join(dir, 'alerts_bare.yaml'), stringify({ groups: bare }));
    writeFileSync(join(dir, 'alerts_test.yaml'), testCases);
  });

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('takes every alert and every query of the dashboard', async () => {
    const checked = await runPromtool(dir, ['check', 'rules', 'alerts.yaml', 'dashboard.yaml']);
    expect(checked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(checked.stdout).toContain(`${alerts.length} rules found`);
  });

  it('raises each alert when, and only when, it should', async () => {
    const tested = await runPromtool(dir, ['test', 'rules', 'alerts_test.yaml']);
    expect({ exitCode: tested.exitCode, output: tested.stdout + tested.stderr }).toEqual({
      exitCode: 0,
      output: expect.stringContaining('SUCCESS'),
    });
  });
});
