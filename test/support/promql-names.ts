/** Metrics and labels that a PromQL expression names. */
export interface PromqlNames {
  readonly metrics: readonly string[];
  /** Labels of selectors, and of by, without and on. */
  readonly labels: readonly string[];
}

/**
 * Finds the names in an expression of the kind that alerts and dashboards here use. No parser: metrics are the names with
 * an underscore that no parenthesis follows, outside selectors and groupings.
 */
export function promqlNames(expression: string): PromqlNames {
  const labels: string[] = [];
  const rest = expression
    .replaceAll(/\{([^}]*)\}/g, (_, selectors: string) => {
      labels.push(...Array.from(selectors.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g), ([, label = '']) => label));
      return '';
    })
    .replaceAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, names: string) => {
      labels.push(...names.split(',').map((name) => name.trim()));
      return '';
    })
    .replaceAll(/\[[^\]]*\]/g, '');
  const metrics = Array.from(rest.matchAll(/[a-z]\w*_\w+\b(?!\s*\()/g), ([name]) => name);
  return { metrics: [...new Set(metrics)], labels: [...new Set(labels)] };
}

/** The name of the metric that a series of a histogram belongs to; other names stay as they are. */
export function metricOfSeries(series: string): string {
  return series.replace(/_(?:bucket|sum|count)$/, '');
}
